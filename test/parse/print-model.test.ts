import { describe, expect, it } from 'vitest';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import { ownScript } from '../../src/kinds/own-script.ts';
import { scriptHabits } from '../../src/kinds/script-habits.ts';
import type { Row } from '../../src/model/column.ts';
import type { Histogram } from '../../src/model/histogram.ts';
import type { Parsed } from '../../src/model/probe.ts';
import { UNKNOWN_SCRIPT, type ScriptHabits } from '../../src/parse/print-habits.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';
import { randomRun, type ModelPrint, type ModelRun } from './print-model.ts';

const RUNS = Number(process.env['RUNS'] ?? 300);

function read(
  text: string,
  habits: ScriptHabits,
): Required<Pick<Parsed, 'rows' | 'distributions' | 'issues' | 'notes'>> {
  const reading = ownScript('x.d', 'x.d', [], habits).read(result(text), SETTINGS);
  if (reading.status !== 'answer') throw reading.error;
  const { rows, distributions = [], issues, notes = [] } = reading;
  return { rows, distributions, issues, notes };
}

/** Counts by label, as the model names them. */
function countsOf(...histograms: readonly Histogram[]): string {
  const sum = new Map<string, bigint>();
  for (const { shape, buckets } of histograms) {
    for (const { low, high, count } of buckets) {
      const label = low === null ? 'below' : String(shape === 'quantize' && low < 0n ? high : low);
      sum.set(label, (sum.get(label) ?? 0n) + count);
    }
  }
  return textOf(sum);
}

function textOf(counts: ReadonlyMap<string, bigint>): string {
  const order = (label: string) => (label === 'below' ? -Infinity : Number(label));
  return [...counts]
    .filter(([, count]) => count !== 0n)
    .sort(([a], [b]) => order(a) - order(b))
    .map(([label, count]) => `${label}:${count}`)
    .join(' ');
}

/** What an aggregation counted for one key, as far as it was printed: the last print of each time between two resets. */
function truthOf(prints: readonly ModelPrint[]): string {
  const last = new Map(prints.map((print) => [print.epoch, print.counts]));
  const sum = new Map<string, bigint>();
  for (const counts of last.values()) {
    for (const [label, count] of counts) sum.set(label, (sum.get(label) ?? 0n) + count);
  }
  return textOf(sum);
}

const PLACES = ['print', 'aggregation', 'title'];

function keysText(keys: Row): string {
  const own = Object.entries(keys).filter(([name, cell]) => !PLACES.includes(name) && cell !== null);
  return JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutNumber(keys: Row): Row {
  const last = Object.keys(keys).findLast((name) => /^key_\d+$/.test(name) && typeof keys[name] === 'number');
  return Object.fromEntries(Object.entries(keys).filter(([name]) => name !== last));
}

function byAggregation(prints: readonly ModelPrint[]): readonly (readonly ModelPrint[])[] {
  const found = new Map<string, ModelPrint[]>();
  for (const print of prints) found.set(print.of, [...(found.get(print.of) ?? []), print]);
  return [...found.values()];
}

/** What is wrong with what was read of a run, or null. */
function lieIn(
  { printed }: ModelRun,
  { distributions, issues, notes }: ReturnType<typeof read>,
  isUnknown: boolean,
): string | null {
  const histograms = printed.filter(({ kind }) => kind !== 'count');
  const { groups, issues: conflicts } = groupDistributions(distributions, []);
  const said = issues.length + conflicts.length > 0;
  const sums = new Map<string, { readonly keys: Row; readonly histograms: Histogram[] }>();
  for (const { keys, histogram } of groups) {
    const found = sums.get(JSON.stringify(keys)) ?? { keys, histograms: [] };
    found.histograms.push(histogram);
    sums.set(JSON.stringify(keys), found);
  }
  for (const { keys, histograms: parts } of sums.values()) {
    const text = countsOf(...parts);
    const exact = histograms.filter((print) => keysText(print.keys) === keysText(keys));
    // A number at the end of keys may be a value: where nothing tells, it is shown as it was printed, and that is said.
    const numbered = histograms.filter((print) => keysText(print.keys) === keysText(withoutNumber(keys)));
    const own = isUnknown || said ? [...exact, ...numbered] : exact;
    if (own.length === 0) return `keys that nobody printed: ${keysText(keys)}`;
    const isPrint = own.some(
      ({ counts, title }) =>
        textOf(counts) === text &&
        (keys['title'] === undefined || keys['title'] === null || keys['title'] === title),
    );
    const isTruth = byAggregation(own).some((prints) => truthOf(prints) === text);
    const isPlaced =
      typeof keys['print'] === 'number' ||
      typeof keys['title'] === 'string' ||
      exact.length === 0 ||
      (isUnknown && typeof keys['aggregation'] === 'string');
    if (isTruth || (isPrint && (isPlaced || notes.length > 0))) continue;
    return `a sum that nobody counted: ${keysText(keys)} ${text}`;
  }
  for (const prints of byAggregation(histograms)) {
    const truth = truthOf(prints);
    const name = keysText(prints[0]?.keys ?? {});
    const own = groups.filter(
      ({ keys }) => keysText(keys) === name || (isUnknown && keysText(withoutNumber(keys)) === name),
    );
    if (truth === '' || own.some(({ histogram }) => countsOf(histogram) === truth)) continue;
    const isApart = own.some(({ keys }) => typeof keys['print'] === 'number');
    if (isApart || said || notes.length > 0) continue;
    return `samples that are lost without a word: ${keysText(prints[0]?.keys ?? {})} ${truth}`;
  }
  return null;
}

function check(seed: number, habitsOf: (run: ModelRun) => ScriptHabits): void {
  const run = randomRun(seed);
  const habits = habitsOf(run);
  const lie = lieIn(run, read(run.text, habits), habits === UNKNOWN_SCRIPT);
  if (lie !== null) expect.fail(`seed ${seed}: ${lie}\n${run.script}\n${run.text}`);
}

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
    for (let seed = 0; seed < RUNS; seed++) check(seed, ({ script }) => scriptHabits(script));
  });

  it('is never a sum that nobody counted, also where the script is not known', () => {
    for (let seed = 0; seed < RUNS; seed++) check(seed, () => UNKNOWN_SCRIPT);
  });

  it('is the same where messages of dtrace stand among the lines, or in the middle of them', () => {
    for (let seed = 0; seed < RUNS; seed++) {
      const { script, text } = randomRun(seed);
      const random = createRandom(seed);
      const [message, isLoss] = MESSAGES[random.below(MESSAGES.length)]!;
      const places = Array.from({ length: 3 }, () => random.below(text.length + 1)).sort((a, b) => b - a);
      const mixed = places.reduce((mix, at) => `${mix.slice(0, at)}${message}\n${mix.slice(at)}`, text);
      const whole = read(text, scriptHabits(script));
      const found = read(mixed, scriptHabits(script));
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
      const { rows } = read(text, scriptHabits(script));
      const valueOf = ({ counts }: ModelPrint) => Number(counts.get('value') ?? 0n);
      for (const { count, ...keys } of rows) {
        const own = numbers.filter((print) => keysText(print.keys) === keysText(keys));
        expect(own.map(valueOf)).toContain(count);
      }
    }
  });
});
