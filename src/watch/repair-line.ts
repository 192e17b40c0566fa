import { etaCells } from '../kinds/repair-eta.ts';
import { repairsUnderWay, type Repair } from '../kinds/repairs-under-way.ts';
import type { WatchedSession } from './watched.ts';

const BAR = 16;

/** A line for each repair of a session: a bar where the total is known, the rate, when it ends, whether it stands still. */
export function repairLines({ repairRows }: WatchedSession): readonly string[] {
  return repairsUnderWay(repairRows).map((repair) => `${nameOf(repair)} ${howFar(repair, true)}`);
}

/** The same of one repair, without its name and the bar. */
export function repairText(repair: Repair): string {
  return howFar(repair, false);
}

function nameOf({ kind, downstairs }: Repair): string {
  return kind === 'reconciliation' ? 'reconciles' : `ds${downstairs ?? '?'}`;
}

function howFar(repair: Repair, withBar: boolean): string {
  const { state, seconds, extentsMoved, extentsDone, total, stillSeconds } = repair;
  if (state === 'live_repair_ready') return 'waits for its repair';
  const rate = repair.extentsPerSecond === null ? '' : `, ${String(repair.extentsPerSecond)}/s`;
  const isStill = stillSeconds !== null && stillSeconds >= STILL_SECONDS;
  const still = isStill ? `, no progress for ${Math.round(stillSeconds)}s` : '';
  if (total === null || extentsDone === null) return `${extentsDone ?? '?'} of ?${rate}${still}`;
  const share = total.extents === 0 ? 1 : Math.min(1, extentsDone / total.extents);
  const filled = Math.floor(share * BAR);
  const bar = withBar ? `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ` : '';
  const paces = seconds === null || extentsMoved === null ? [] : [{ seconds, moved: extentsMoved }];
  const { eta } = etaCells(repair.extentsLeft, paces, state);
  const ends = eta === '?' ? '' : `, ${String(eta)}`;
  return `${bar}${extentsDone} of ${total.extents}${rate}${ends}${still}`;
}

/** A moment without an extent says nothing. */
const STILL_SECONDS = 10;
