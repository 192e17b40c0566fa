import { styleText } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, fitting, padded } from '../../src/drawing/display-width.ts';

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['sled 3', 6],
    ['日本', 4],
    ['ｱ', 1],
    ['한글', 4],
    ['🦀', 2],
    ['e\u0301', 1],
    ['é', 1],
    [styleText('red', '日', { validateStream: false }), 2],
  ])('of %j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('padded', () => {
  it('fills up to the width and never cuts', () => {
    expect([padded('日本', 6), padded('日本', 3), padded('ab', 4)]).toEqual(['日本  ', '日本', 'ab  ']);
  });
});

describe('fitting', () => {
  it('keeps whole characters with what combines with them', () => {
    expect([fitting('日本語', 5), fitting('日本語', 6), fitting('e\u0301e\u0301', 1)]).toEqual([
      '日本',
      '日本語',
      'e\u0301',
    ]);
  });

  it('is a beginning of the text that takes no more than the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
        const kept = fitting(text, width);
        expect(text.startsWith(kept)).toBe(true);
        expect(displayWidth(kept)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
