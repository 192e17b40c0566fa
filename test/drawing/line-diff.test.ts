import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../src/drawing/line-diff.ts';

const texts = (lines: ReturnType<typeof lineDiff>, without: '-' | '+') =>
  lines?.filter(({ mark }) => mark !== without).map(({ text }) => text);

describe('the difference of two texts', () => {
  it('is the fewest lines', () => {
    expect(
      lineDiff(['a', 'b', 'c', 'd'], ['a', 'c', 'x', 'd'])?.map(({ mark, text }) => mark + text),
    ).toEqual([' a', '-b', ' c', '+x', ' d']);
    expect(lineDiff(['a'], ['a'])).toEqual([{ mark: ' ', text: 'a' }]);
    expect(lineDiff([], ['a'])).toEqual([{ mark: '+', text: 'a' }]);
  });

  it('makes the one of the other, whatever they are', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (from, to) => {
        const diff = lineDiff(from, to);
        expect(texts(diff, '+')).toEqual(from);
        expect(texts(diff, '-')).toEqual(to);
      }),
      { numRuns: 300 },
    );
  });

  it('is not looked for where too much differs', () => {
    const many = (word: string) => Array.from({ length: 500 }, (_, n) => `${word}${n}`);
    expect(lineDiff(many('a'), many('b'))).toBeNull();
  });
});
