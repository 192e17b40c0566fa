import type { Column, Row } from '../model/column.ts';
import { asHealth, type Health } from '../model/health.ts';
import { cellText } from './cell-text.ts';
import { fitColumns, type FitSettings, type FittedColumns } from './fit-columns.ts';
import { drawGrid } from './grid.ts';
import { hiddenLines } from './hidden-columns.ts';
import { chunked, wrapped } from './wrap.ts';

export type Format = 'red' | 'yellow' | 'magenta' | 'cyan' | 'green' | 'gray' | 'bold';

type Paint = (text: string, formats: readonly Format[]) => string;

const HEALTH_FORMAT: Readonly<Record<Health, readonly Format[]>> = {
  down: ['bold', 'red'],
  critical: ['red'],
  degraded: ['yellow'],
  no_report: ['magenta'],
  repairing: ['cyan'],
  inactive: ['gray'],
  ok: ['green'],
};

export interface TableSettings extends FitSettings {
  readonly headers: boolean;
  readonly paint: Paint;
  /** What shows the columns that are hidden, beside a width: `-o wide`. */
  readonly fullFormat: string | null;
}

const PLAIN: TableSettings = { width: null, headers: true, paint: (text) => text, fullFormat: null };

/** Rows under their headings, fitted to a width by `fitColumns`; then lines that name what is hidden. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  given: Partial<TableSettings>,
): { readonly table: readonly string[]; readonly hidden: readonly string[] } {
  const settings = { ...PLAIN, ...given };
  const fitted = fitColumns(columns, rows, settings);
  const { width, fullFormat } = settings;
  const shownBy = [`--width ${fitted.fullWidth}`, ...(fullFormat === null ? [] : [fullFormat])].join(' or ');
  return { table: drawn(fitted, rows, settings), hidden: hiddenLines(fitted.hidden, { width, shownBy }) };
}

function drawn(
  { shown, below }: FittedColumns,
  rows: readonly Row[],
  { width, headers, paint }: TableSettings,
): readonly string[] {
  const cells = rows.map((row) => {
    const health = asHealth(row['health']);
    const formats = health === null ? [] : HEALTH_FORMAT[health];
    return shown.map(({ of, text }) => {
      const [{ kind }] = of;
      const isTelling =
        kind === 'health' || (kind === 'state' && of.some(({ name }) => row[name] !== 'active'));
      return isTelling && formats.length > 0 ? paint(text(row), formats) : text(row);
    });
  });
  const headings = shown.map(({ heading }) => paint(heading, ['bold']));
  const grid = drawGrid(
    headers ? [headings, ...cells] : cells,
    shown.map(({ align }) => align),
  );
  const lines = grid.split('\n').slice(0, -1);
  if (below.length === 0) return lines;
  const first = headers ? 1 : 0;
  return lines.flatMap((line, i) => {
    const row = i < first ? undefined : rows[i - first];
    return row === undefined ? [line] : [line, ...notesOf(row, below, width)];
  });
}

/** What a row's notes say, below it. */
function notesOf(row: Row, below: readonly Column[], width: number | null): readonly string[] {
  const room = width === null ? null : Math.max(1, width - INDENT.length);
  return below
    .map(({ name, heading }) => ({ text: cellText(row[name]), heading: heading.toLowerCase() }))
    .filter(({ text }) => text !== '-')
    .map(({ text, heading }) => (below.length === 1 ? text : `${heading}: ${text}`))
    .flatMap((note) => wrapped(note, room))
    .flatMap((line) => (room === null ? [line] : chunked(line, room)))
    .map((line) => INDENT + line);
}

const INDENT = '    ';
