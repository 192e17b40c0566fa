import { found, well, type Judged } from './judged.ts';
import type { Fact } from './sled-facts.ts';

/** When a command began and ended, by our clock. */
export interface Ran {
  readonly from: Date;
  readonly to: Date;
}

/** More is worth a word: times of several sleds are compared. */
const SKEW_SECONDS = 2;

/**
 * The sled's clock was read right after the command began, and right before it ended: how far it may be off lies
 * between what both allow.
 */
export function judgeClock(clock: Fact | null, end: Fact | null, ran: Ran | null): Judged {
  const first = timeOf(clock);
  const last = timeOf(end) ?? first;
  if (first === null || last === null) return null;
  if (ran === null) return found('notice', 'when it was read is not known');
  // A second is cut off what date says.
  const least = (last - ran.to.getTime()) / 1000;
  const most = (first + 1000 - ran.from.getTime()) / 1000;
  const details = `${offset(least)} to ${offset(most)}`;
  if (least > SKEW_SECONDS) return found('notice', `ahead of ours by ${roughly(least)}`, { details });
  if (most < -SKEW_SECONDS) return found('notice', `behind ours by ${roughly(-most)}`, { details });
  return well('agrees with ours', details);
}

function offset(seconds: number): string {
  return `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'behind' : 'ahead'}`;
}

function roughly(seconds: number): string {
  if (seconds < 120) return `about ${Math.round(seconds)} s`;
  if (seconds < 7200) return `about ${Math.round(seconds / 60)} min`;
  return `about ${Math.round(seconds / 3600)} h`;
}

function timeOf(fact: Fact | null): number | null {
  const text = fact?.('at') ?? null;
  const time = text === null ? Number.NaN : Date.parse(`${text}Z`);
  return Number.isNaN(time) ? null : time;
}
