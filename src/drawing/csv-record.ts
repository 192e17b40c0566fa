import type { Cell } from '../model/column.ts';
import { printable } from '../model/printable.ts';

/** One record of CSV (RFC 4180); what is not known is empty. Line ends and tabs of a text stay, in quotes. */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

function field(cell: Cell): string {
  const text = cell === null ? '' : String(cell).replaceAll(/[^\n\t]+/g, printable);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
