import type { Cell } from '../model/column.ts';
import { printable } from '../model/printable.ts';

/** What a spreadsheet would run: a text that begins as a formula and is not a number. */
const FORMULA = /^[=+@\t\r-](?!\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$)./s;

/**
 * One record of CSV (RFC 4180); what is not known is empty. Line ends and tabs of a text stay, in quotes. A text that a
 * spreadsheet would take for a formula begins with an apostrophe, which makes it a text there.
 */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

function field(cell: Cell): string {
  const plain = cell === null ? '' : String(cell).replaceAll(/[^\n\t]+/g, printable);
  const text = typeof cell === 'string' && FORMULA.test(plain) ? `'${plain}` : plain;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
