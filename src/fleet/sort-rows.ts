import type { Cell, Row } from '../model/column.ts';
import { healthRank } from '../model/health.ts';
import { naturally } from '../model/sled-order.ts';

/**
 * Sorts rows by the named columns; without any, worst health first. Ties fall to zone, PID, then the rest of a
 * row's identity, so that the order never depends on which sled answered first.
 */
export function sortRows(rows: readonly Row[], sortBy: readonly string[]): readonly Row[] {
  const keys = [
    ...(sortBy.length === 0 ? ['health'] : sortBy),
    'zone',
    'pid',
    'rack',
    'sled',
    'upstairs_id',
    'session_id',
  ];
  const orders = keys.map((key) => ({
    name: key.replace(/^-/, ''),
    direction: key.startsWith('-') ? (-1 as const) : (1 as const),
  }));
  return [...rows].sort((a, b) => {
    for (const { name, direction } of orders) {
      const left = a[name] ?? null;
      const right = b[name] ?? null;
      // Most cells of rows that stand together are the same.
      const order = left === right ? 0 : compareIn(name, left, right, direction);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Health by how bad it is; what is not known last, whatever the direction. */
function compareIn(column: string, a: Cell, b: Cell, direction: 1 | -1): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  const order = column === 'health' ? healthRank(a) - healthRank(b) : compareCells(column, a, b);
  return order * direction;
}

/** Numbers by value; names of racks and sleds with their numbers by value (rack 9 before rack 10); other text as it is. */
function compareCells(column: string, a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (column === 'rack' || column === 'sled') return naturally(String(a), String(b));
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

/** The order of the processes of racks: sled, zone, PID. */
export function byPlace(a: Row, b: Row): number {
  for (const name of ['sled', 'zone', 'pid']) {
    const order = compareIn(name, a[name] ?? null, b[name] ?? null, 1);
    if (order !== 0) return order;
  }
  return 0;
}
