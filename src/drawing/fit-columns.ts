import { roleOf, type Column, type ColumnRole, type Row } from '../model/column.ts';
import { cellText } from './cell-text.ts';
import { displayWidth } from './display-width.ts';
import { GAP } from './grid.ts';
import {
  cutInside,
  inFull,
  joinedText,
  shortSled,
  withCode,
  withShortId,
  withShortZone,
  withZoneId,
} from './short-cells.ts';

/** One column as it is shown: one of the table's, or one that stands for several. */
export interface ShownColumn {
  readonly heading: string;
  readonly role: ColumnRole;
  readonly align: 'left' | 'right';
  /** Those of the table that it stands for. */
  readonly of: readonly [Column, ...Column[]];
  readonly text: (row: Row) => string;
  readonly width: number;
}

/** A column that is not shown, and what it is in every row where that is one thing. */
export interface HiddenColumn {
  /** `session_id`, `live_repair_aborted_[0-2]`. */
  readonly name: string;
  readonly everywhere: string | null;
}

/** What is shown of a table on a terminal, and how. */
export interface FittedColumns {
  readonly shown: readonly ShownColumn[];
  /** Notes that stand below their rows, since a column of them does not fit. */
  readonly below: readonly Column[];
  readonly hidden: readonly HiddenColumn[];
  /** How wide a terminal shows everything. */
  readonly fullWidth: number;
}

export interface FitSettings {
  /** Columns of the terminal; null where there is no limit. */
  readonly width: number | null;
  /** What stands for what was cut out: `…`, or `~` where there is ASCII alone. */
  readonly cutMark?: string;
  /** The reader named the columns: they stay what they are called. */
  readonly named?: boolean;
}

type Step = (table: FittedColumns, rows: readonly Row[], settings: FitSettings) => FittedColumns;

/** An identity that is longer is cut inside rather than costing a state its place. */
const LONG_IDENTITY = 24;
const LEAST_IDENTITY = 12;
/** The least that tells one from another, rather than an identity that is not shown at all. */
const TELLING_IDENTITY = 8;

/**
 * Which columns a width shows: the one rule of every table. First all is written shorter, then what is empty or the same
 * in every row is hidden, then ids, then the rest by role and rank. Who a row is about is hidden last, and from 60 columns
 * on never. Pure; equal rows give equal answers.
 */
export function fitColumns(
  columns: readonly Column[],
  rows: readonly Row[],
  settings: FitSettings,
): FittedColumns {
  const shown = columns.map((column) => whole(column, rows));
  let table: FittedColumns = { shown, below: [], hidden: [], fullWidth: widthOf(shown) };
  const { width } = settings;
  if (width === null) return table;
  for (const step of STEPS) {
    if (widthOf(table.shown) <= width) break;
    table = step(table, rows, settings);
  }
  return table;
}

/** In this order, as far as the width asks for it. */
const STEPS: readonly Step[] = [
  sledsAsOne,
  rewritten(({ kind }) => kind === 'id', withShortId),
  rewritten(({ kind }) => kind === 'zone', withShortZone),
  rewritten(({ kind }) => kind === 'state', withCode),
  // SLED says already which sled it is.
  hiding(({ role, of }) => role === 'id' && of[0].ofSled === true),
  trioAsOne,
  hiding((column, rows) => column.role !== 'identity' && everywhere(column, rows) === '-'),
  hiding((column, rows) => column.role === 'counter' && everywhere(column, rows) === '0'),
  hiding((column, rows) => isPlain(column) && rows.length > 1 && everywhere(column, rows) !== null),
  notesBelow,
  rewritten(({ kind }) => kind === 'zone', withZoneId),
  cutIdentities(LONG_IDENTITY),
  hiding(({ role }) => role === 'id'),
  hiding(({ role }) => role === 'detail'),
  hiding(({ role }) => role === 'counter'),
  hiding(({ role }) => role === 'state'),
  cutIdentities(LEAST_IDENTITY),
  cutIdentities(TELLING_IDENTITY),
  hiding(({ role }) => role === 'identity'),
  cutIdentities(1),
];

function whole(column: Column, rows: readonly Row[]): ShownColumn {
  const align = column.kind === 'count' ? 'right' : 'left';
  return shownColumn(
    { heading: column.heading, role: roleOf(column), align, of: [column] },
    inFull(column),
    rows,
  );
}

function shownColumn(
  column: Omit<ShownColumn, 'text' | 'width'>,
  text: (row: Row) => string,
  rows: readonly Row[],
): ShownColumn {
  const width = rows.reduce(
    (most, row) => Math.max(most, displayWidth(text(row))),
    displayWidth(column.heading),
  );
  return { ...column, text, width };
}

export function widthOf(shown: readonly ShownColumn[]): number {
  return shown.reduce((sum, { width }) => sum + width, 0) + GAP * Math.max(0, shown.length - 1);
}

/** Rack, cubby and name as `3/14`, before all others. */
function sledsAsOne(table: FittedColumns, rows: readonly Row[], { named }: FitSettings): FittedColumns {
  const isPart = ({ role, of }: ShownColumn): boolean => role === 'identity' && of[0].ofSled === true;
  const [first, ...more] = table.shown.filter(isPart).map(({ of }) => of[0]);
  if (first === undefined || named === true) return table;
  const sled = shownColumn(
    { heading: 'SLED', role: 'identity', align: 'left', of: [first, ...more] },
    shortSled,
    rows,
  );
  return { ...table, shown: [sled, ...table.shown.filter((column) => !isPart(column))] };
}

/** Three columns of the three downstairs as one, where the first of them stands. */
function trioAsOne(table: FittedColumns, rows: readonly Row[]): FittedColumns {
  const shown = table.shown.flatMap((column): readonly ShownColumn[] => {
    const { each } = column.of[0];
    if (each === undefined) return [column];
    const trio = table.shown.filter(({ of }) => of[0].each?.name === each.name);
    if (trio.length !== 3) return [column];
    if (trio[0] !== column) return [];
    const of = [column.of[0], ...trio.slice(1).map((other) => other.of[0])] as const;
    const text = joinedText(trio.map((other) => other.text));
    return [shownColumn({ heading: each.heading, role: column.role, align: 'left', of }, text, rows)];
  });
  return { ...table, shown };
}

/** Cells of one kind of column written shorter. */
function rewritten(
  isMeant: (column: Column) => boolean,
  write: (column: Column) => (row: Row) => string,
): Step {
  return (table, rows) => ({
    ...table,
    shown: table.shown.map((column) =>
      column.of.length === 1 && isMeant(column.of[0])
        ? shownColumn(column, write(column.of[0]), rows)
        : column,
    ),
  });
}

function notesBelow(table: FittedColumns): FittedColumns {
  const isNote = ({ of }: ShownColumn): boolean => of[0].kind === 'note';
  const shown = table.shown.filter((column) => !isNote(column));
  if (shown.length === 0) return table;
  return { ...table, shown, below: table.shown.filter(isNote).flatMap(({ of }) => of) };
}

/** Hides such columns one after another, by rank and from the right, until the others fit; one always stays. */
function hiding(isMeant: (column: ShownColumn, rows: readonly Row[]) => boolean): Step {
  return (table, rows, { width }) => {
    const order = table.shown
      .map((column, at) => ({ column, at }))
      .filter(({ column }) => isMeant(column, rows))
      .sort((a, b) => rankOf(a.column) - rankOf(b.column) || b.at - a.at);
    let { shown, hidden } = table;
    for (const { column } of order) {
      if (shown.length === 1 || widthOf(shown) <= (width ?? Number.POSITIVE_INFINITY)) break;
      shown = shown.filter((each) => each !== column);
      hidden = [...hidden, { name: nameOf(column), everywhere: everywhere(column, rows) }];
    }
    return { ...table, shown, hidden };
  };
}

/** Cuts who a row is about, the longest first, as far as the width asks for it and no further than `least`. */
function cutIdentities(least: number): Step {
  return (table, rows, { width, cutMark = '…' }) => {
    let { shown } = table;
    const room = width ?? Number.POSITIVE_INFINITY;
    const order = shown
      .filter((column) => column.role === 'identity' && column.width > least)
      // Of equal ones the last: a sled is first.
      .toReversed()
      .sort((a, b) => b.width - a.width);
    for (const column of order) {
      const over = widthOf(shown) - room;
      if (over <= 0) break;
      const length = Math.max(least, column.width - over);
      const heading = cutInside(column.heading, length, cutMark);
      const cut = shownColumn(
        { ...column, heading },
        (row) => cutInside(column.text(row), length, cutMark),
        rows,
      );
      shown = shown.map((each) => (each === column ? cut : each));
    }
    return { ...table, shown };
  };
}

/** `ds[0-2]` for three as one. */
function nameOf({ of }: ShownColumn): string {
  const [first] = of;
  if (of.length === 1 || first.each === undefined) return of.map(({ name }) => name).join(', ');
  const last = of.at(-1)?.name ?? '';
  return `${first.name.slice(0, -1)}[${first.name.slice(-1)}-${last.slice(-1)}]`;
}

function rankOf({ of }: ShownColumn): number {
  return of[0].rank ?? 0;
}

/** A column that may be said once where it is the same in every row: it is neither an identity nor a state. */
function isPlain({ role }: ShownColumn): boolean {
  return role !== 'identity' && role !== 'state';
}

/** What every row says, where it is one thing. */
function everywhere({ of, text }: ShownColumn, rows: readonly Row[]): string | null {
  const [first] = rows;
  if (first === undefined) return null;
  // Cells as they are: what is written short may be the same and stand for different ones.
  const isSame = of.every(({ name }) => rows.every((row) => cellText(row[name]) === cellText(first[name])));
  if (!isSame) return null;
  const cell = text(first);
  return cell === '0/0/0' ? '0' : cell;
}
