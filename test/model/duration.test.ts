import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration, writeDuration } from '../../src/model/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['3s', 3000],
    ['500ms', 500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1.5s', 1500],
    ['3', 3000],
    ['0', 0],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 's', '3x', '-3s', '3s5', '1e3', '3 s', 'Infinity'])(
    'does not take %j for a duration',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );
});

describe('formatDuration', () => {
  it.each([
    [12.4, '12 ms'],
    [3120, '3.1 s'],
    [125_000, '2m05s'],
    [7_320_000, '2h02m'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('writeDuration', () => {
  it.each([
    [0, '0s'],
    [7_200_000, '2h'],
    [90_000, '1m30s'],
    [86_400_500, '1d500ms'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(writeDuration(ms)).toBe(text);
  });

  it('writes what parseDuration reads back', () => {
    fc.assert(fc.property(fc.nat(), (ms) => parseDuration(writeDuration(ms)) === ms));
  });
});
