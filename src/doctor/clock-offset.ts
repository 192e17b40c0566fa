import type { Fact } from './sled-facts.ts';

/** When a command began and ended, by our clock. */
export interface Ran {
  readonly from: Date;
  readonly to: Date;
}

/** How far a sled's clock may be ahead of ours, in milliseconds; it lies between the two. */
export interface ClockOffset {
  readonly leastMs: number;
  readonly mostMs: number;
}

/**
 * The sled's clock was read right after the command began, and right before it ended: how far it may be off lies
 * between what both allow. Null where the sled did not say the time.
 */
export function clockOffset(clock: Fact | null, end: Fact | null, ran: Ran): ClockOffset | null {
  const first = timeOf(clock);
  const last = timeOf(end) ?? first;
  if (first === null || last === null) return null;
  return { leastMs: last.ms - ran.to.getTime(), mostMs: first.ms + first.cutMs - ran.from.getTime() };
}

/** A time of day, and how much of it may have been cut off: a second where date knows no fractions. */
function timeOf(fact: Fact | null): { readonly ms: number; readonly cutMs: number } | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{3})\d*)?$/.exec(fact?.('at') ?? '');
  if (match === null) return null;
  const [, seconds = '', fraction] = match;
  const ms = Date.parse(`${seconds}.${fraction ?? '000'}Z`);
  return Number.isNaN(ms) ? null : { ms, cutMs: fraction === undefined ? 1000 : 1 };
}
