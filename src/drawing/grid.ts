import Table from 'cli-table3';
import { displayWidth } from './display-width.ts';

/** Blanks between two columns. */
export const GAP = 2;

const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** Cells that are laid out at a time: cli-table3's time grows with the square of a table's rows. */
const CELLS_AT_A_TIME = 64;

/** Aligned columns without borders, one line a row, no blanks at the ends of lines. */
export function drawGrid(
  rows: readonly (readonly string[])[],
  aligns: readonly ('left' | 'right')[],
): string {
  const columns = aligns.map((align, column) =>
    laidOut(
      rows.map((row) => cellAt(row, column)),
      align,
    ),
  );
  return rows
    .map((row) => columns.map((texts, column) => texts.get(cellAt(row, column))).join(' '.repeat(GAP)))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** A cell on one line: a second one would shift the rows below. */
function cellAt(row: readonly string[], column: number): string {
  return (row[column] ?? '').replaceAll('\n', '?');
}

/**
 * The texts of a column, each as wide as the widest. A text that stands there many times, such as a state, is laid out
 * once: cli-table3 takes some 50 µs for a cell, which for a rack was a quarter of the whole program's time.
 */
function laidOut(cells: readonly string[], align: 'left' | 'right'): ReadonlyMap<string, string> {
  const texts = [...new Set(cells)];
  const width = texts.reduce((most, text) => Math.max(most, displayWidth(text)), 1);
  const lines = new Map<string, string>();
  for (let start = 0; start < texts.length; start += CELLS_AT_A_TIME) {
    const part = texts.slice(start, start + CELLS_AT_A_TIME);
    const column = new Table({
      chars: NO_BORDER,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
      colAligns: [align],
      colWidths: [width],
    });
    for (const text of part) column.push([text]);
    const drawn = column.toString().split('\n');
    for (const [i, text] of part.entries()) lines.set(text, drawn[i] ?? text);
  }
  return lines;
}
