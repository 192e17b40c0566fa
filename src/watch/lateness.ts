import type { Row } from '../model/column.ts';

/**
 * From a report on the clock of its sled until it is heard on ours, in milliseconds, at the least so far. What that is says
 * nothing, since the clocks differ; by how much a report takes longer does.
 */
export interface LeastDelay {
  readonly ms: number;
  /** When it was so, monotonic milliseconds. */
  readonly atMs: number;
}

/** A clock is slewed, or drifts, by no more than 500 millionths. */
const DRIFT = 0.0005;
/** Reports of one session come each second: an earlier one is of a clock that was set back. */
const SET_BACK_NS = 500_000_000n;

/**
 * How many milliseconds late a report comes, and the least delay of its sled with it: none is known at first, or where
 * the clock of the sled was set back. `last` is the report of the same session before it.
 */
export function latenessOf(
  row: Row,
  last: Row | null,
  least: LeastDelay | null,
  nowMs: number,
): { readonly lateMs: number; readonly least: LeastDelay | null } {
  const time = timeOf(row);
  if (time === null) return { lateMs: 0, least };
  const before = last === null ? null : timeOf(last);
  const isSetBack = before !== null && before - time > SET_BACK_NS;
  const delay = nowMs - Number(time) / 1e6;
  const known = least === null || isSetBack ? delay : least.ms + (nowMs - least.atMs) * DRIFT;
  const ms = Math.min(delay, known);
  return { lateMs: delay - ms, least: { ms, atMs: nowMs } };
}

/** When a report was made on the clock of its sled, in nanoseconds; null where it does not say. */
export function timeOf({ time_ns: cell }: Row): bigint | null {
  return typeof cell === 'string' && /^\d+$/.test(cell) ? BigInt(cell) : null;
}
