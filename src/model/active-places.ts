import type { Row } from './column.ts';
import { hasExited } from './row-note.ts';

/**
 * The sleds on which each upstairs is active, by its id: one row a sled, in the order of the rows, which are a
 * report's. Two of them are two writers of one disk, which no single sled can see.
 *
 * A process that exited within the window does not count: a live migration or a restart leaves the last report of the
 * old process beside the first one of the new. Nor do several sessions on one sled, which an upstairs that started
 * again within the window has.
 */
export function activePlaces(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const places = new Map<string, readonly Row[]>();
  for (const row of rows) {
    const id = row['upstairs_id'];
    if (typeof id !== 'string' || !isActive(row) || hasExited(row)) continue;
    const known = places.get(id) ?? [];
    if (!known.some((place) => place['sled'] === row['sled'])) places.set(id, [...known, row]);
  }
  return places;
}

function isActive(row: Row): boolean {
  return ['ds0', 'ds1', 'ds2'].some((name) => row[name] === 'active');
}
