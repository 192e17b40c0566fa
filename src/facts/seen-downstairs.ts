import type { Row } from '../model/column.ts';
import { asHealth, roleOf } from '../model/health.ts';
import type { SeenDownstairs } from './blast-radius.ts';
import { INDICES, type Index } from './fact.ts';
import type { UpstairsPlace } from './place.ts';
import { unknown } from './value.ts';

/** What tells a downstairs of a row from every other; that of an upstairs without an id is the row's own. */
export function downstairsKey(row: Row, index: Index): string {
  const { rack, upstairs_id: id, sled, zone, pid } = row;
  return JSON.stringify(typeof id === 'string' ? [rack, id, index] : [rack, sled, zone, pid, index]);
}

const NO_PLACE = {
  sled: unknown('not_in_source'),
  pool: unknown('not_in_source'),
  physicalDisk: unknown('not_in_source'),
};

/**
 * The downstairs of a row that say something of their places: those that are active, and the sick ones of a degraded
 * upstairs. One under repair says neither; no guest uses an upstairs that is inactive, and of one that did not report
 * nothing is known.
 */
export function seenOfRow(row: Row, place: UpstairsPlace | null): readonly SeenDownstairs[] {
  const health = asHealth(row['health']);
  if (health === null || health === 'no_report' || health === 'inactive') return [];
  return INDICES.flatMap((index): readonly SeenDownstairs[] => {
    const role = roleOf(String(row[`ds${index}`]));
    if (role === 'repairing') return [];
    return [
      {
        key: downstairsKey(row, index),
        isSick: role === 'lost',
        place: place?.downstairs[index] ?? NO_PLACE,
      },
    ];
  });
}
