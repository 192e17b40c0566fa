import type { Cell, Row } from '../model/column.ts';
import type { Interval } from '../parse/intervals.ts';
import { exact, integerOf, perSecond, secondsOf } from './quantity.ts';

/** The note of a row that stands for what did nothing in the last interval, but did before. */
export const IDLE = 'no row in the last interval';

/** An interval is whole if no more than this is missing: what prints it counts seconds. */
const SLACK_S = 0.5;

/**
 * The counts of the last whole interval, or of all of them with `totals`; of the one that there was, however short.
 * What has no row in it, but had one before, is said to be idle. `interval` is how long one should be, in seconds.
 */
export function countedRows(
  key: readonly string[],
  intervals: readonly Interval[],
  wanted: { readonly interval: number; readonly totals: boolean; readonly rates: boolean },
): readonly Row[] {
  if (wanted.totals) return intervalRows(key, sumOf(key, intervals), wanted.rates);
  const chosen =
    intervals.findLast(
      ({ elapsedNs }) => elapsedNs !== null && secondsOf(elapsedNs) >= wanted.interval - SLACK_S,
    ) ?? intervals[0];
  if (chosen === undefined) return [];
  const rows = intervalRows(key, chosen, wanted.rates);
  const seen = new Set(rows.map((row) => keyOf(key, row)));
  const idle = new Map<string, Row>();
  for (const row of intervals.flatMap((interval) => interval.rows)) {
    const id = keyOf(key, row);
    if (seen.has(id)) continue;
    const who = key.map((name): [string, Cell] => [name, row[name] ?? null]);
    idle.set(id, { ...Object.fromEntries(who), note: IDLE });
  }
  return [...rows, ...idle.values()];
}

/** The rows of an interval with how long it was and when it ended; with `rates`, counts as counts a second. */
export function intervalRows(key: readonly string[], interval: Interval, rates: boolean): readonly Row[] {
  const { rows, elapsedNs, timeNs } = interval;
  const seconds = elapsedNs === null ? null : secondsOf(elapsedNs);
  return rows.map((row) => ({
    ...(rates ? rated(key, row, seconds) : row),
    seconds: seconds === null ? null : Math.round(seconds * 10) / 10,
    time_ns: timeNs,
  }));
}

/** All intervals as one; how long it was is known only if each is. */
function sumOf(key: readonly string[], intervals: readonly Interval[]): Interval {
  const sums = new Map<string, Row>();
  for (const row of intervals.flatMap((interval) => interval.rows)) {
    const id = keyOf(key, row);
    const before = sums.get(id);
    sums.set(id, before === undefined ? row : addedRows(key, before, row));
  }
  return {
    rows: [...sums.values()],
    elapsedNs: intervals.reduce<bigint | null>(
      (sum, { elapsedNs }) => (sum === null || elapsedNs === null ? null : sum + elapsedNs),
      0n,
    ),
    timeNs: intervals.at(-1)?.timeNs ?? null,
  };
}

/** The sums of two rows' counts, exact; those of `key` stay, and what is not known makes a sum that is not. */
export function addedRows(key: readonly string[], a: Row, b: Row): Row {
  return Object.fromEntries(
    Object.entries(b).map(([name, cell]): [string, Cell] => {
      if (key.includes(name)) return [name, cell];
      const [left, right] = [integerOf(a[name]), integerOf(cell)];
      return [name, left === null || right === null ? null : exact(left + right)];
    }),
  );
}

function rated(key: readonly string[], row: Row, seconds: number | null): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]): [string, Cell] => {
      const count = key.includes(name) ? null : integerOf(cell);
      if (count === null) return [name, cell];
      return [name, seconds === null ? null : perSecond(count, seconds)];
    }),
  );
}

function keyOf(key: readonly string[], row: Row): string {
  return JSON.stringify(key.map((name) => row[name] ?? null));
}
