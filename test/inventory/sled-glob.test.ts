import { describe, expect, it } from 'vitest';
import { parseGlob } from '../../src/inventory/sled-glob.ts';

describe('parseGlob', () => {
  it.each([
    ['BRM4222*', 'brm42220010', true],
    ['c?', 'C7', true],
    ['c?', 'c', false],
    ['BRM4222[0010-0031]', 'BRM42220031', true],
    ['BRM4222[0010-0031]', 'BRM42220032', false],
    ['[1,10]0', '100', true],
    ['[1,10]0', '10', true],
    ['[1,10]0', '0', false],
    ['a.c', 'abc', false],
  ])('%s against %s is %s', (term, text, matches) => {
    expect(parseGlob(term)?.matches(text)).toBe(matches);
  });

  it.each(['[a-c]', '[', 'a]', '[3-1]'])('takes %s for nothing', (term) => {
    expect(parseGlob(term)).toBeNull();
  });

  // A backtracking match of it takes a minute and more.
  it('does not block on *a*a*b against 5,000 letters', () => {
    expect(parseGlob('*a*a*b')?.matches('a'.repeat(5000))).toBe(false);
  });
});
