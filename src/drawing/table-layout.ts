import type { Cell, Column, Row } from '../model/column.ts';
import { asHealth, type Health } from '../model/health.ts';
import { shortZone } from '../model/zone-name.ts';
import { cellText } from './cell-text.ts';
import { displayWidth } from './display-width.ts';
import { drawGrid, GAP } from './grid.ts';

export type Format = 'red' | 'yellow' | 'magenta' | 'cyan' | 'green' | 'gray' | 'bold';

const HEALTH_FORMAT: Readonly<Record<Health, readonly Format[]>> = {
  down: ['bold', 'red'],
  critical: ['red'],
  degraded: ['yellow'],
  no_report: ['magenta'],
  repairing: ['cyan'],
  inactive: ['gray'],
  ok: ['green'],
};

/** Lines of rows under their headings, fitted to a width; for a view that is drawn again and again. */
export function rowLines(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number | null,
): readonly string[] {
  return fittedRows(columns, rows, width).lines;
}

/** Lines of rows under their headings, and the columns that were left out for want of width. */
export function fittedRows(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number | null,
): { readonly lines: readonly string[]; readonly left: readonly Column[] } {
  const layout = fit(columns, rows, width);
  const drawn = draw(layout, rows, true, (text) => text);
  return { lines: drawn.trimEnd().split('\n'), left: layout.left };
}

export interface Layout {
  readonly columns: readonly Column[];
  /** Columns that do not fit. */
  readonly left: readonly Column[];
  readonly text: CellWriter;
}

/**
 * Makes the columns fit a width: ids to their first 8 characters, then zones to the part that tells them apart,
 * then columns left out, the least telling first. What is left out is said below the table.
 */
export function fit(columns: readonly Column[], rows: readonly Row[], width: number | null): Layout {
  if (width === null || widthOf(columns, rows, inFull) <= width) return { columns, left: [], text: inFull };
  if (widthOf(columns, rows, withShortIds) <= width) return { columns, left: [], text: withShortIds };
  const text = withShortIdsAndZones;
  const left = new Set<Column>();
  for (const column of [...columns].sort((a, b) => worth(a) - worth(b))) {
    const remaining = columns.filter((each) => !left.has(each));
    if (remaining.length === 1 || widthOf(remaining, rows, text) <= width) break;
    left.add(column);
  }
  const isLeft = (column: Column) => left.has(column);
  return { columns: columns.filter((column) => !isLeft(column)), left: columns.filter(isLeft), text };
}

type CellWriter = (column: Column, cell: Cell | undefined) => string;

const inFull: CellWriter = (_, cell) => cellText(cell);

const withShortIds: CellWriter = (column, cell) =>
  column.kind === 'id' ? cellText(cell).slice(0, 8) : cellText(cell);

const withShortIdsAndZones: CellWriter = (column, cell) =>
  column.kind === 'zone' ? shortZone(cellText(cell)) : withShortIds(column, cell);

/** What a reader can do without: first the rack and ids, last the zone, PID, states and health. */
function worth(column: Column): number {
  const order = [
    'session_id',
    'rack',
    'upstairs_id',
    'serial',
    'note',
    'cubby',
    'message',
    'states',
    'lasting',
  ];
  const index = order.indexOf(column.name);
  return index >= 0 ? index : order.length + (column.kind === 'count' ? 0 : 1);
}

function widthOf(columns: readonly Column[], rows: readonly Row[], text: CellWriter): number {
  const widths = columns.map((column) =>
    rows.reduce(
      (most, row) => Math.max(most, displayWidth(text(column, row[column.name]))),
      column.heading.length,
    ),
  );
  return widths.reduce((sum, each) => sum + each, 0) + GAP * Math.max(0, columns.length - 1);
}

export function draw(
  layout: Layout,
  rows: readonly Row[],
  headers: boolean,
  paint: (text: string, formats: readonly Format[]) => string,
): string {
  const { columns } = layout;
  const lines = rows.map((row) => {
    const health = asHealth(row['health']);
    const formats = health === null ? [] : HEALTH_FORMAT[health];
    return columns.map((column) => {
      const text = layout.text(column, row[column.name]);
      const isTelling =
        column.kind === 'health' || (column.kind === 'state' && row[column.name] !== 'active');
      return isTelling && formats.length > 0 ? paint(text, formats) : text;
    });
  });
  const headings = columns.map((column) => paint(column.heading, ['bold']));
  return drawGrid(
    headers ? [headings, ...lines] : lines,
    columns.map((column) => (column.kind === 'count' ? 'right' : 'left')),
  );
}
