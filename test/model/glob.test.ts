import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatcher, matchesParts } from '../../src/model/glob.ts';

const REGEX = new Map([
  ['*', '.*'],
  ['?', '.'],
  ['[!a]', '[^a]'],
]);

describe('globMatcher', () => {
  it.each([
    ['*', '', true],
    ['oxz_*', 'oxz_propolis-server_1', true],
    ['oxz_*', 'global', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', 'dx', true],
    ['a.c', 'abc', false],
    ['a[c', 'a[c', true],
    ['a+b', 'a+b', true],
    ['[z-a]', 'b', false],
    ['[a-]', '-', true],
    ['[]a]', ']', true],
    ['?', '日', true],
    ['?', '🦀', true],
    ['*ab*ab', 'xabab', true],
    ['*ab*ab', 'xab', false],
  ])('%s against %s is %s', (pattern, text, matches) => {
    expect(globMatcher(pattern)(text)).toBe(matches);
  });

  // A backtracking match of these takes a minute and more.
  it.each(['*a*a*b', '*a*a*a*a*a*a*a*a*b', '*?a*?a*b'])(
    'does not block on %s against 5,000 letters',
    (pattern) => {
      expect(globMatcher(pattern)('a'.repeat(5000))).toBe(false);
    },
  );

  it('agrees with a regular expression on short texts', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '[a-b]'), { maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (parts, text) => {
        const source = parts.map((part) => REGEX.get(part) ?? part).join('');
        expect(globMatcher(parts.join(''))(text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
    );
  });

  it('matches a text without special characters by itself alone, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, text) => {
        const matches = globMatcher(pattern)(text);
        if (!/[*?[]/.test(pattern)) expect(matches).toBe(pattern === text);
      }),
    );
  });
});

describe('matchesParts', () => {
  it('tries every length of the words of a part', () => {
    const words = { kind: 'words', words: new Set(['1', '10', '100']) } as const;
    const zero = { kind: 'one', allows: (c: string) => c === '0' } as const;
    expect(['10', '100', '1000', '1', '101'].map((text) => matchesParts([words, zero], text))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
