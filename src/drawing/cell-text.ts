import type { Cell } from '../model/column.ts';
import { printable } from '../model/printable.ts';

/** A value for people: `-` for what is not known, and nothing that a terminal would obey. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  return printable(String(cell));
}
