import type { UpstairsPlace } from '../../facts/place.ts';
import type { Chronicle } from '../../history/chronicle.ts';
import { extentsOf, pastOf } from '../../history/repair-past.ts';
import type { RepairTotal } from '../../kinds/repairs-under-way.ts';
import type { Row } from '../../model/column.ts';
import type { Sled } from '../../model/sled.ts';
import { repairNow, withMore } from './repair-rows.ts';

/** What tells of a repair beside its reports. */
export interface RepairSources {
  readonly chronicle: Chronicle | null;
  /** Where the copies of an upstairs are, by facts; null where there are none. */
  readonly placeOf: ((row: Row) => UpstairsPlace | null) | null;
  /** When its look began, as the history has its looks: milliseconds since the epoch. */
  readonly at: number;
}

/** The row of a repair with all that is known of it: by an earlier look at it, the history and facts. */
export function knownRepair(
  row: Row,
  sled: Sled,
  earlier: Row | null,
  { chronicle, placeOf, at }: RepairSources,
): Row {
  const repair = repairNow(row, sled, at);
  if (repair === null) return row;
  const bySession = chronicle === null ? null : extentsOf(chronicle, repair.who);
  return withMore(row, {
    earlier,
    past: chronicle === null ? null : pastOf(chronicle, repair),
    total:
      bySession === null ? extentsByFacts(placeOf?.(row) ?? null) : { extents: bySession, from: 'history' },
  });
}

/** All three regions of an upstairs have as many. What sources contradict is not known. */
function extentsByFacts(place: UpstairsPlace | null): RepairTotal | null {
  const extents = place?.downstairs[0].extents;
  if (extents === undefined || !('value' in extents) || extents.doubts.length > 0) return null;
  const [origin] = extents.from;
  return { extents: extents.value, from: origin === undefined ? 'facts' : `facts: ${origin.source}` };
}
