import { expect, it } from 'vitest';
import { fuzzPrints } from './fuzz-prints.ts';

/** A sample of the rounds that the long suite plays. */
const ROUNDS = 200;

it('of changed output nothing is read that is not in it, and nothing throws', () => {
  expect(fuzzPrints(ROUNDS, 1)).toBeNull();
});
