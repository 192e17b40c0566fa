import { describe, expect, it } from 'vitest';
import { scriptHabits } from '../../src/kinds/script-habits.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { sized } from '../support/sized.ts';
import { randomRun, type ModelPrint } from './print-model.ts';
import { falsePrints, keysText, readRun } from './print-truth.ts';

const RUNS = sized(35, 20_000);

/** What dtrace may say while it prints, and whether something is lost then. */
const MESSAGES = [
  ['dtrace: 3 aggregation drops on CPU 17', true],
  ['dtrace: 12 dynamic variable drops with non-empty dirty list', true],
  ['dtrace: 1 drop on CPU 0', true],
  [
    'dtrace: error on enabled probe ID 4 (ID 84172: crucible_upstairs7:propolis-server:f:up-status): invalid address (0x0) in action #5 at DIF offset 24',
    true,
  ],
  ['dtrace: processing aborted: Abort due to systemic unresponsiveness', true],
  ['dtrace: buffer size lowered to 2m', false],
] as const;

describe('what a script aggregated', () => {
  it('is what is read of its prints, or it is said that it cannot be told', () => {
    expect(falsePrints(RUNS, 0, true)).toBeNull();
  });

  it('is never a sum that nobody counted, also where the script is not known', () => {
    expect(falsePrints(RUNS, 0, false)).toBeNull();
  });

  it('is the same where messages of dtrace stand among the lines, or in the middle of them', () => {
    for (let seed = 0; seed < RUNS; seed++) {
      const { script, text } = randomRun(seed);
      const random = createRandom(seed);
      const [message, isLoss] = MESSAGES[random.below(MESSAGES.length)]!;
      const places = Array.from({ length: 3 }, () => random.below(text.length + 1)).sort((a, b) => b - a);
      const mixed = places.reduce((mix, at) => `${mix.slice(0, at)}${message}\n${mix.slice(at)}`, text);
      const whole = readRun(text, scriptHabits(script));
      const found = readRun(mixed, scriptHabits(script));
      const { rows, distributions, notes } = found;
      expect({ rows, distributions, notes }).toEqual({
        rows: whole.rows,
        distributions: whole.distributions,
        notes: whole.notes,
      });
      expect(found.issues.length - whole.issues.length).toBe(isLoss ? 1 : 0);
    }
  });

  it('as a number is the one that was printed last, or one of those that were', () => {
    for (let seed = 0; seed < RUNS; seed++) {
      const { script, text, printed } = randomRun(seed);
      const numbers = printed.filter(({ kind }) => kind === 'count');
      const { rows } = readRun(text, scriptHabits(script));
      const valueOf = ({ counts }: ModelPrint) => Number(counts.get('value') ?? 0n);
      for (const { count, ...keys } of rows) {
        const own = numbers.filter((print) => keysText(print.keys) === keysText(keys));
        expect(own.map(valueOf)).toContain(count);
      }
    }
  });
});
