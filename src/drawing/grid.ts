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
  middle: ' '.repeat(GAP),
};

/**
 * Rows that are laid out at a time: cli-table3's time grows with the square of a table's rows, so that a table of
 * several racks is drawn in parts of the same widths.
 */
const ROWS_AT_A_TIME = 64;

/** Aligned columns without borders, one line a row, no blanks at the ends of lines. */
export function drawGrid(
  rows: readonly (readonly string[])[],
  aligns: readonly ('left' | 'right')[],
): string {
  const colWidths = aligns.map((_, column) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? '')), 1),
  );
  const lines: string[] = [];
  for (let start = 0; start < rows.length; start += ROWS_AT_A_TIME) {
    const grid = new Table({
      chars: NO_BORDER,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
      colAligns: [...aligns],
      colWidths,
    });
    for (const row of rows.slice(start, start + ROWS_AT_A_TIME)) grid.push([...row]);
    lines.push(...grid.toString().split('\n'));
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
