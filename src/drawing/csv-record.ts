import type { Cell } from '../model/column.ts';
import { printable } from '../model/printable.ts';

/** One line of CSV (RFC 4180); what is not known is empty. */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

function field(cell: Cell): string {
  const text = cell === null ? '' : printable(String(cell));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
