import { createRandom } from '../../src/simulator/random.ts';
import { isLong } from '../support/sized.ts';

/** So many in `npm test` where nothing else is said: all of them take minutes. */
const SAMPLE = 12;

/** Another number tries others: `FAULTS_SEED=7 npm test`. */
const SEED = Number(process.env['FAULTS_SEED'] ?? 1);

/** All in `test:long` and where the words are written anew, else a few by the seed. */
export function sampleOf<T>(all: readonly T[], size = SAMPLE): readonly T[] {
  if (isLong || process.env['FAULTS'] !== undefined) return all;
  const random = createRandom(SEED);
  return all
    .map((each) => ({ each, at: random.next() }))
    .toSorted((one, other) => one.at - other.at)
    .slice(0, size)
    .map(({ each }) => each);
}
