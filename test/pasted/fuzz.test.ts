import { describe, expect, it } from 'vitest';
import { sized } from '../support/sized.ts';
import { fuzzOwners } from './fuzz-owners.ts';
import { fuzzReadings } from './fuzz.ts';
import { SAMPLES } from './mutations.ts';

const RUNS = sized(400, 1_000_000);

describe('output that was changed at random', () => {
  it('has samples of every probe', () => {
    expect(SAMPLES.length).toBeGreaterThan(60);
  });

  it('makes no reader throw or hang, and no row of what is not in it', () => {
    fuzzReadings(RUNS, RUNS);
  });

  it('with damaged headings gives no row to another sled', () => {
    fuzzOwners(RUNS, RUNS);
  });
});
