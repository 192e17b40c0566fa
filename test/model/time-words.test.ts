import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTime } from '../../src/model/time-words.ts';

const NOW = Date.parse('2026-11-27T10:30:00Z');

let zone: string | undefined;

beforeAll(() => {
  zone = process.env['TZ'];
  process.env['TZ'] = 'Europe/Berlin';
});

afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const read = (text: string) => {
  const time = readTime(text, NOW);
  return 'ms' in time ? new Date(time.ms).toISOString().replace(':00.000Z', 'Z') : time.problem;
};

describe('readTime', () => {
  it.each([
    ['now', '2026-11-27T10:30Z'],
    ['2h', '2026-11-27T08:30Z'],
    ['2d ago', '2026-11-25T10:30Z'],
    // It is half past eleven in Berlin: the next noon was yesterday.
    ['11:00', '2026-11-27T10:00Z'],
    ['12:00', '2026-11-26T11:00Z'],
    ['yesterday', '2026-11-26T10:30Z'],
    ['yesterday 02:00', '2026-11-26T01:00Z'],
    ['today', '2026-11-26T23:00Z'],
    ['2026-11-01', '2026-10-31T23:00Z'],
    ['2026-11-27T06:00', '2026-11-27T05:00Z'],
    ['2026-11-27T06:00Z', '2026-11-27T06:00Z'],
    ['2026-11-27T06:00+05:30', '2026-11-27T00:30Z'],
  ])('takes %s for %s', (text, time) => expect(read(text)).toBe(time));

  it('refuses times that a change of the clock left out or had twice, and says what to write', () => {
    expect(read('2026-03-29T02:30')).toBe(
      "'2026-03-29T02:30' does not exist: the clock was put forward over it; write it with Z, in UTC",
    );
    expect(read('2026-10-25T02:30')).toBe(
      "'2026-10-25T02:30' was twice: the clock was put back; write 2026-10-25T00:30:00.000Z or 2026-10-25T01:30:00.000Z",
    );
    expect(read('2026-10-25T03:30')).toBe('2026-10-25T02:30Z');
  });

  it.each(['', 'noon', '25:00', '12:60', '2026-02-30', '2026-13-01', '5', '-2h', 'before.json'])(
    'refuses %j',
    (text) => expect(read(text)).toContain(`'${text}'`),
  );
});
