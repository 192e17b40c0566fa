import { etaCells } from '../kinds/repair-eta.ts';
import { repairsUnderWay, type Repair } from '../kinds/repairs-under-way.ts';
import type { WatchedSession } from './watched.ts';

const BAR = 16;

/** A line for each repair of a session: a bar where the total is known, the rate, when it ends, whether it stands still. */
export function repairLines({ repairRows }: WatchedSession): readonly string[] {
  return repairsUnderWay(repairRows).map(lineOf);
}

function lineOf(repair: Repair): string {
  const { kind, downstairs, state, seconds, extentsMoved, extentsDone, total, stillSeconds } = repair;
  const what = kind === 'reconciliation' ? 'reconciles' : `ds${downstairs ?? '?'}`;
  if (state === 'live_repair_ready') return `${what} waits for its repair`;
  const rate = repair.extentsPerSecond === null ? '' : `, ${String(repair.extentsPerSecond)}/s`;
  const isStill = stillSeconds !== null && stillSeconds >= STILL_SECONDS;
  const still = isStill ? `, no progress for ${Math.round(stillSeconds)}s` : '';
  if (total === null || extentsDone === null) return `${what} ${extentsDone ?? '?'} of ?${rate}${still}`;
  const share = total.extents === 0 ? 1 : Math.min(1, extentsDone / total.extents);
  const filled = Math.floor(share * BAR);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}]`;
  const paces = seconds === null || extentsMoved === null ? [] : [{ seconds, moved: extentsMoved }];
  const { eta } = etaCells(repair.extentsLeft, paces, state);
  const ends = eta === '?' ? '' : `, ${String(eta)}`;
  return `${what} ${bar} ${extentsDone} of ${total.extents}${rate}${ends}${still}`;
}

/** A moment without an extent says nothing. */
const STILL_SECONDS = 10;
