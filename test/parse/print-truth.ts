import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import { ownScript } from '../../src/kinds/own-script.ts';
import { scriptHabits } from '../../src/kinds/script-habits.ts';
import type { Row } from '../../src/model/column.ts';
import type { Histogram } from '../../src/model/histogram.ts';
import type { Parsed } from '../../src/model/probe.ts';
import { UNKNOWN_SCRIPT, type ScriptHabits } from '../../src/parse/print-habits.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';
import { randomRun, type ModelPrint, type ModelRun } from './print-model.ts';

/** What `run` makes of the output of a script. */
export function readRun(
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

const PLACES = ['print', 'aggregation', 'title', 'place'];

export function keysText(keys: Row): string {
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
  { distributions, issues, notes }: ReturnType<typeof readRun>,
  isUnknown: boolean,
): string | null {
  const histograms = printed.filter(({ kind }) => kind !== 'count');
  const { groups, issues: conflicts } = groupDistributions(distributions, []);
  const said = issues.length + conflicts.length > 0;
  // That the last print is taken is no more than likely where the script says nothing for certain.
  const isTaken = notes.some((note) => isUnknown || /each holding the one before/.test(note));
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
    const isTruth = [null, ...new Set(own.map(({ printa }) => printa))].some((printa) =>
      byAggregation(own.filter((print) => printa === null || print.printa === printa)).some(
        (prints) => truthOf(prints) === text,
      ),
    );
    const isPlaced =
      typeof keys['print'] === 'number' ||
      typeof keys['title'] === 'string' ||
      exact.length === 0 ||
      (isUnknown && typeof keys['place'] === 'string');
    if (isTruth || (isPrint && (isPlaced || isTaken))) continue;
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
    if (isApart || said || isTaken) continue;
    return `samples that are lost without a word: ${keysText(prints[0]?.keys ?? {})} ${truth}`;
  }
  return null;
}

/**
 * Reads what so many random scripts print, from a seed on: with their text, or only by what they print. Gives the
 * first that is read as what nobody counted, or whose samples are lost without a word, or null.
 */
export function falsePrints(count: number, seed: number, isKnown: boolean): string | null {
  for (let at = seed; at < seed + count; at++) {
    const run = randomRun(at);
    const habits = isKnown ? scriptHabits(run.script) : UNKNOWN_SCRIPT;
    const lie = lieIn(run, readRun(run.text, habits), !isKnown);
    if (lie !== null) return `seed ${at}: ${lie}\n${run.script}\n${run.text}`;
  }
  return null;
}
