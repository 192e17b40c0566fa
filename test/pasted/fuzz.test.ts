import { describe, expect, it } from 'vitest';
import { fuzzOwners } from './fuzz-owners.ts';
import { fuzzReadings } from './fuzz.ts';
import { SAMPLES } from './mutations.ts';

/** `CRUC_FLEET_FUZZ=1000000 npx vitest run test/pasted/fuzz.test.ts` is the long run; its seed changes with the count. */
const RUNS = Number(process.env['CRUC_FLEET_FUZZ'] ?? 2000);
const TIMEOUT_MS = Math.max(60_000, RUNS * 20);

describe('output that was changed at random', () => {
  it('has samples of every probe', () => {
    expect(SAMPLES.length).toBeGreaterThan(60);
  });

  it(
    'makes no reader throw or hang, and no row of what is not in it',
    () => {
      fuzzReadings(RUNS, RUNS);
    },
    TIMEOUT_MS,
  );

  it(
    'with damaged headings gives no row to another sled',
    () => {
      fuzzOwners(RUNS, RUNS);
    },
    TIMEOUT_MS,
  );
});
