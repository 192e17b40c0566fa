import type { Cell } from '../model/column.ts';
import { printable } from '../model/printable.ts';

/** A value for people: `-` for what is not known, and nothing that a terminal would obey. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  return printable(String(cell));
}

/** `propolis 34aa5f9c` for `oxz_propolis-server_34aa5f9c-…`: what tells an Oxide zone from its neighbours. Other names stay whole. */
export function shortZone(zone: string): string {
  const match = /^oxz_(propolis-server|crucible_pantry|crucible)_([0-9a-f]{8})-[0-9a-f-]{27}$/.exec(zone);
  if (match === null) return zone;
  return `${match[1] === 'propolis-server' ? 'propolis' : match[1]?.replace('crucible_', '')} ${match[2]}`;
}
