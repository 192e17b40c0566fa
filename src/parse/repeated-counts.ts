import type { Cell, Row } from '../model/column.ts';
import { numberedKeys } from './aggregation-keys.ts';
import type { Count } from './counts.ts';
import type { PrintHabits } from './print-habits.ts';
import { printSeries, withKey, type PrintPlace } from './print-series.ts';

/** A number as it was printed, once. */
export interface PrintedCount extends Count {
  readonly place: PrintPlace;
}

export interface SettledCounts {
  /** `key_1`, `key_2` …, `count`; numbers of equal keys have `aggregation` or `print` too. Nothing is added. */
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

/**
 * A row for each number that was printed. Of aggregations that are never emptied only the last print of each counts;
 * else all are there, in the order of the text, each with the number of its print.
 */
export function settleCounts(printed: readonly PrintedCount[], habits: PrintHabits): SettledCounts {
  const [width, ...others] = habits.keys ?? [];
  const prints = printed.map(({ keys, count, place }, order) => {
    const own = width === undefined || others.length > 0 ? keys : keys.slice(0, width);
    return { keys: numberedKeys(own), values: [...keys.slice(own.length), cellOfCount(count)], place, order };
  });
  let isRepeated = false;
  const rows = printSeries(prints, habits, () => true).flatMap(({ keys, members, isShared }) => {
    const isOne = !isShared && habits.resets === 'never';
    if (isOne && members.length > 1) isRepeated = true;
    const kept = isOne ? members.slice(-1) : members;
    return kept.map(({ values, order }, i) => {
      const own = kept.length === 1 ? keys : withKey(keys, 'print', i + 1);
      const more = values.slice(0, -1).map((value, n): [string, Cell] => [`value_${n + 1}`, value]);
      return { order, row: { ...own, ...Object.fromEntries(more), count: values.at(-1) ?? null } };
    });
  });
  const note = 'the script prints counts several times and never empties them: the last of each is taken';
  return {
    rows: rows.sort((a, b) => a.order - b.order).map(({ row }) => row),
    notes: isRepeated ? [note] : [],
  };
}

/** Exact, whatever its size. */
function cellOfCount(count: bigint): Cell {
  const number = Number(count);
  return Number.isSafeInteger(number) ? number : String(count);
}
