import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff, unifiedDiff } from '../../src/drawing/line-diff.ts';
import { runs } from '../support/sized.ts';

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
      runs(100, 3000),
    );
  });

  it('is not looked for where too much differs', () => {
    const many = (word: string) => Array.from({ length: 500 }, (_, n) => `${word}${n}`);
    expect(lineDiff(many('a'), many('b'))).toBeNull();
  });
});

describe('the difference of two versions of a file', () => {
  it('shows what differs with three lines around it', () => {
    const before = [1, 2, 3, 4, 5, 6, 7, 8, 9].join('\n');
    expect(unifiedDiff(before, before.replace('5', 'five\nand a half'), 'f')).toBe(
      '--- f\n+++ f\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+and a half\n 6\n 7\n 8\n',
    );
    expect(unifiedDiff('', 'a\n', 'f')).toBe('--- /dev/null\n+++ f\n@@ -0,0 +1,1 @@\n+a\n');
    expect(unifiedDiff(before, before, 'f')).toBe('');
  });

  it('takes all away and adds all where too much differs to be compared', () => {
    const many = (word: string) => Array.from({ length: 1001 }, (_, n) => `${word}${n}\n`).join('');
    const lines = unifiedDiff(many('a'), many('b'), 'f').split('\n');
    expect(lines.slice(2)).toEqual([
      ...many('-a').split('\n').slice(0, -1),
      ...many('+b').split('\n').slice(0, -1),
      '',
    ]);
  });

  it('holds the old text in its lines without a plus, and the new one in those without a minus', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const whole = unifiedDiff(before, after, 'f')
          .split('\n')
          .slice(2)
          .filter((line) => line !== '' && !line.startsWith('@@'));
        const side = (sign: string) =>
          whole.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1));
        const within = (lines: readonly string[], all: string): boolean => {
          let at = 0;
          const list = all.split('\n');
          return lines.every((line) => (at = list.indexOf(line, at) + 1) > 0);
        };
        expect(within(side('+'), before) && within(side('-'), after)).toBe(true);
      }),
    );
  });
});
