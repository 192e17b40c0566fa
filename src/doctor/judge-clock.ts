import { clockOffset, type Ran } from './clock-offset.ts';
import { found, well, type Judged } from './judged.ts';
import type { Fact } from './sled-facts.ts';

/** More is worth a word: times of several sleds are compared. */
const SKEW_SECONDS = 2;

/** Whether the sled's clock is off by more than its reading leaves open. */
export function judgeClock(clock: Fact | null, end: Fact | null, ran: Ran | null): Judged {
  if (clock === null && end === null) return null;
  if (ran === null) return found('notice', 'when it was read is not known');
  const read = clockOffset(clock, end, ran);
  if (read === null) return null;
  const [least, most] = [read.leastMs / 1000, read.mostMs / 1000];
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
