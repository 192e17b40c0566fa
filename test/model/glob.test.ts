import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatcher } from '../../src/model/glob.ts';

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
  ])('%s against %s is %s', (pattern, text, matches) => {
    expect(globMatcher(pattern)(text)).toBe(matches);
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
