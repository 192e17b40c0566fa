import type { Row } from './column.ts';
import { hasExited } from './row-note.ts';

/**
 * The processes in which each upstairs is active, by its id: one row a process, in the order of the rows, which are a
 * report's. Two of them are two writers of one disk, which no single sled can see where they are on two.
 *
 * A process that exited within the window does not count: a live migration or a restart leaves the last report of the
 * old process beside the first one of the new. Nor do several sessions of one process, which an upstairs that started
 * again within the window has.
 */
export function activePlaces(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const places = new Map<string, Row[]>();
  const known = new Set<string>();
  for (const row of rows) {
    const id = row['upstairs_id'];
    if (typeof id !== 'string' || !isActive(row) || hasExited(row)) continue;
    const at = places.get(id);
    if (at === undefined) {
      places.set(id, [row]);
      continue;
    }
    // What only the few need is made for them alone.
    if (at.length === 1) known.add(placeOf(id, at[0]));
    const place = placeOf(id, row);
    if (!known.has(place)) at.push(row);
    known.add(place);
  }
  return places;
}

function placeOf(id: string, row: Row | undefined): string {
  return JSON.stringify([id, row?.['sled'] ?? null, row?.['zone'] ?? null, row?.['pid'] ?? null]);
}

/** The places of each upstairs that is active in several, as far as one look tells: it may have moved meanwhile. */
export function severalPlaces(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const several = new Map<string, readonly Row[]>();
  for (const [id, places] of activePlaces(rows)) if (places.length > 1) several.set(id, places);
  return several;
}

/**
 * The upstairs that are active in the same places at two looks, where the second began after the first had ended:
 * whatever the windows of their sleds were, both were active in between.
 */
export function stillInSeveralPlaces(before: readonly Row[], after: readonly Row[]): ReadonlySet<string> {
  const now = severalPlaces(after);
  const stayed = [...severalPlaces(before)].filter(([id, places]) => {
    const same = places.filter((place) => now.get(id)?.some((each) => isOneSession(place, each)) === true);
    return same.length > 1;
  });
  return new Set(stayed.map(([id]) => id));
}

/** `3/BRM42220014 PID 20001 and 3/BRM42220015 PID 20002`. */
export function placesText(places: readonly Row[]): string {
  return places.map((row) => `${String(row['sled'])} PID ${String(row['pid'] ?? 'unknown')}`).join(' and ');
}

/** `on 2 sleds`, `in 2 processes of one sled`. */
export function placesCount(places: readonly Row[]): string {
  const sleds = new Set(places.map((row) => row['sled'])).size;
  if (sleds === places.length) return `on ${sleds} sleds`;
  return `in ${places.length} processes of ${sleds === 1 ? 'one sled' : `${sleds} sleds`}`;
}

function isOneProcess(a: Row, b: Row): boolean {
  return a['sled'] === b['sled'] && a['zone'] === b['zone'] && a['pid'] === b['pid'];
}

function isOneSession(a: Row, b: Row): boolean {
  return isOneProcess(a, b) && a['session_id'] === b['session_id'];
}

function isActive(row: Row): boolean {
  return row['ds0'] === 'active' || row['ds1'] === 'active' || row['ds2'] === 'active';
}
