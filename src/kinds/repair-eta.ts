import { isClockSet } from '../model/clock-set.ts';
import type { Cell, Row } from '../model/column.ts';
import { etaOf, STALLED_SECONDS, type Pace } from '../model/repair-outlook.ts';

const WAITS = 'live_repair_ready';

/** The cells of how long a repair still takes. */
export function etaCells(left: number | null, paces: readonly Pace[], state: string): Row {
  const eta = etaOf(left, paces);
  if (eta === null) {
    return { eta: state === WAITS ? null : '?', eta_least_seconds: null, eta_most_seconds: null };
  }
  const { least, most } = eta;
  const text = most === null ? `${lengthText(least)} or more` : `${lengthText(least)} to ${lengthText(most)}`;
  return { eta: text, eta_least_seconds: least, eta_most_seconds: most };
}

/** Whether it is stalled: `?` where it was not watched for long enough to say so. */
export function stalledCell(
  stillSeconds: number | null,
  moved: number | null,
  state: string,
): 'yes' | 'no' | '?' | null {
  if (state === WAITS) return null;
  if (stillSeconds !== null && stillSeconds >= STALLED_SECONDS) return 'yes';
  return moved !== null && moved > 0 ? 'no' : '?';
}

/** Nanoseconds since 1970 as a time; null where they are none, and of a clock that was not set. */
export function timeCell(ns: Cell): string | null {
  if (typeof ns !== 'string' || !/^\d{1,20}$/.test(ns)) return null;
  const ms = Number(BigInt(ns) / 1_000_000n);
  return isClockSet(ms) ? new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z') : null;
}

/** `45s`, `12m`, `2h05m`: as rough as its size. */
function lengthText(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours}h${String(minutes % 60).padStart(2, '0')}m`
    : `${Math.floor(hours / 24)}d${String(hours % 24).padStart(2, '0')}h`;
}
