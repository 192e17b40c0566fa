import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/yaml/nearest.ts';

const WORDS = ['window', 'lock_wait', 'repeat', 'resolve_after'];

describe('nearest', () => {
  it.each([
    ['windwo', ['window']],
    ['LockWait', ['lock_wait']],
    ['reapet', ['repeat']],
    ['resolve-after', ['resolve_after']],
    ['frobnicate', []],
    ['', []],
  ])('to %s is %j', (word, expected) => {
    expect(nearest(word, WORDS)).toEqual(expected);
  });

  it('gives as many as are asked for, nearest first', () => {
    expect(nearest('sled14', ['sled15', 'sled1', 'sled14', 'rack'], 2)).toEqual(['sled14', 'sled1']);
  });
});
