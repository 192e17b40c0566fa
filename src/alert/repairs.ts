import { formatDuration } from '../model/duration.ts';
import type { RepairMemory, SessionMemory } from './memory.ts';
import { DOWNSTAIRS, type Downstairs } from './subject.ts';
import type { Upstairs } from './upstairs.ts';

/** How a live repair of one downstairs ended, as far as two runs tell. */
export interface RepairEnd {
  readonly kind: 'completed' | 'aborted';
  readonly downstairs: Downstairs;
  /** A sentence. */
  readonly text: string;
  /** Of one that was aborted, whose it was, and where: it stands behind words that say the rest. */
  readonly place: string | null;
}

/** An upstairs with its counters. */
type Counted = Pick<Upstairs, 'states'> & {
  readonly value: (column: string) => number | null;
  readonly growth: (column: string) => number;
};

/** The columns that it takes to follow a repair. */
export const REPAIR_COLUMNS = [
  'live_repair_completed',
  'live_repair_aborted',
  'extents_repaired',
  'extents_confirmed',
] as const;

/** The live repairs that are under way, by downstairs: its counters when it was first seen, and now. */
export function repairsUnderWay(
  { states, value }: Counted,
  before: SessionMemory | null,
  now: number,
): NonNullable<SessionMemory['repairs']> {
  return DOWNSTAIRS.map((downstairs): RepairMemory | null => {
    if (states?.[downstairs] !== 'live_repair') return null;
    const repaired = value(`extents_repaired_${downstairs}`);
    const confirmed = value(`extents_confirmed_${downstairs}`);
    if (repaired === null || confirmed === null) return null;
    const seen = { at: now, repaired, confirmed };
    const first = before?.repairs?.[downstairs]?.first ?? seen;
    return { first, last: seen, extent: value('extent_under_repair') };
  });
}

/** The live repairs that ended since the last run. `before` is of the same session. */
export function repairsEnded(
  upstairs: Counted,
  before: SessionMemory | null,
  now: number,
): readonly RepairEnd[] {
  if (before === null || upstairs.states === null) return [];
  return DOWNSTAIRS.flatMap((downstairs): readonly RepairEnd[] => {
    const known = before.repairs?.[downstairs] ?? null;
    const { growth } = upstairs;
    const whose = `live repair of downstairs ${downstairs}`;
    if (growth(`live_repair_completed_${downstairs}`) > 0) {
      const [repaired, confirmed] = [
        growth(`extents_repaired_${downstairs}`),
        growth(`extents_confirmed_${downstairs}`),
      ];
      const text =
        known === null
          ? `${whose} completed between two runs, within ${formatDuration(now - before.at)}: ${extents(repaired, confirmed)}`
          : `${whose} completed: ${sinceFirstSeen(known, { at: now, ...counted(upstairs, downstairs, known) })}`;
      return [{ kind: 'completed', downstairs, text, place: null }];
    }
    const hasLeft = known !== null && upstairs.states?.[downstairs] !== 'live_repair';
    if (!hasLeft || growth(`live_repair_aborted_${downstairs}`) === 0) return [];
    const where = known.extent === null ? null : `at extent ${known.extent} or later`;
    const done = known.last.at > known.first.at ? `: ${sinceFirstSeen(known, known.last)}` : '';
    const text = `${whose} aborted${where === null ? '' : ` ${where}`}${done}`;
    const place = [`downstairs ${downstairs}`, ...(where === null ? [] : [where])].join(', ') + done;
    return [{ kind: 'aborted', downstairs, text, place }];
  });
}

function counted({ value }: Counted, downstairs: Downstairs, { last }: RepairMemory) {
  return {
    repaired: value(`extents_repaired_${downstairs}`) ?? last.repaired,
    confirmed: value(`extents_confirmed_${downstairs}`) ?? last.confirmed,
  };
}

/** `9384 extents repaired and 11640 confirmed in 1h10m since it was first seen (5.0 a second)`. */
function sinceFirstSeen({ first, last }: RepairMemory, end: RepairMemory['last']): string {
  const done = extents(end.repaired - first.repaired, end.confirmed - first.confirmed);
  // Of the time after it was last seen a part only was spent on it.
  const seconds = (last.at - first.at) / 1000;
  const moved = last.repaired + last.confirmed - first.repaired - first.confirmed;
  const rate = seconds <= 0 ? '' : ` (${(moved / seconds).toFixed(1)} a second)`;
  return `${done} in ${formatDuration(end.at - first.at)} since it was first seen${rate}`;
}

function extents(repaired: number, confirmed: number): string {
  return `${repaired} extents repaired and ${confirmed} confirmed`;
}
