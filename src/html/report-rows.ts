import { cellText } from '../drawing/cell-text.ts';
import { roleOf, type Column, type ColumnKind, type Row } from '../model/column.ts';
import { asHealth } from '../model/health.ts';
import { downstairsMark } from './downstairs-mark.ts';
import { markup, NOTHING, type Markup } from './markup.ts';
import { headText, pageTable, type CellKind, type PageRow } from './page-table.ts';
import { stateMark } from './sign.ts';

export interface RowsView {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** How a row is stands before the rest of it. */
  readonly isJudged: boolean;
  /** Where kept facts tell them, the other end of each downstairs stands below its state. */
  readonly withPlaces: boolean;
  /** A name in the page for a row, for links to it. */
  readonly idOf?: (row: Row) => string | undefined;
}

/** Rows of a report as a table: each called by its sled, zone and process, then its health, then the rest. */
export function rowsTable(
  rows: readonly Row[],
  { caption, columns, isJudged, withPlaces, idOf }: RowsView,
): Markup {
  const own = columns.filter(isName);
  const names = own.length > 0 ? own : columns.slice(0, 1);
  const others = columns.filter((column) => !names.includes(column));
  const groups = stacked(isJudged ? others.toSorted(byWeight) : others);
  return pageTable({
    caption,
    nameHeading: namesHeading(names),
    columns: groups.map((group) => ({
      heading: group.map(({ heading }) => heading).join(', '),
      kind: cellKind(group, rows),
    })),
    rows: rows.map((row): PageRow => {
      const id = idOf?.(row);
      return {
        ...(id === undefined ? {} : { id }),
        name: nameMarkup(names, row),
        cells: groups.map((group) => groupCell(group, row, withPlaces)),
      };
    }),
  });
}

/** What names a row, whoever declared it: a user's own script, or nobody. */
const NAMES = new Set(['sled', 'zone', 'pid', 'step']);

/** Whether it says what a row is of. */
function isName(column: Column): boolean {
  return column.ofSled === true || NAMES.has(column.name) || roleOf(column) === 'identity';
}

/** What matters most first: health, states, remarks, and ids last. */
const ORDER: readonly (readonly ColumnKind[])[] = [['health'], ['state'], ['note']];

function byWeight(a: Column, b: Column): number {
  const weight = ({ kind }: Column) => {
    const at = ORDER.findIndex((kinds) => kinds.includes(kind));
    return at === -1 ? ORDER.length + Number(kind === 'id') : at;
  };
  return weight(a) - weight(b);
}

/** Columns, those that are read together in one: ids of one thing, a disk and its instance. */
function stacked(columns: readonly Column[]): readonly (readonly Column[])[] {
  const groups: Column[][] = [];
  for (const column of columns) {
    const before = groups.at(-1);
    const isPair =
      (column.kind === 'id' && before?.[0]?.kind === 'id') ||
      (column.name === 'instance' && before?.[0]?.name === 'disk');
    if (isPair && before !== undefined) before.push(column);
    else groups.push([column]);
  }
  return groups;
}

function namesHeading(names: readonly Column[]): string {
  const ofSled = names.some(({ ofSled }) => ofSled === true) ? ['SLED'] : [];
  return [...ofSled, ...names.filter(({ ofSled }) => ofSled !== true).map(({ heading }) => heading)].join(
    ', ',
  );
}

/** `3/BRM42220014 cubby 14 · PID 717`, then the zone. */
function nameMarkup(names: readonly Column[], row: Row): Markup {
  const first: Markup[] = [];
  const below: Markup[] = [];
  if (names.some(({ ofSled }) => ofSled === true)) first.push(sledMarkup(row));
  for (const { name, kind, heading, ofSled } of names) {
    const cell = row[name];
    if (name === 'sled' && cell === null) first.push(markup`<b>rack ${cellText(row['rack'])}</b>`);
    if (ofSled === true || cell === null || cell === undefined) continue;
    if (kind === 'zone' || name === 'zone') below.push(markup`<br><i>${zoneMarkup(String(cell))}</i>`);
    else if (name === 'sled') first.push(markup`<b>${cellText(cell)}</b>`);
    else if (kind === 'count' || name === 'pid') first.push(headText(`${heading} ${cellText(cell)}`));
    else first.push(headText(cellText(cell)));
  }
  return markup`${first.length === 0 ? '-' : first}${below}`;
}

function sledMarkup({ sled, rack, serial, cubby }: Row): Markup {
  const where =
    cubby === null || cubby === undefined ? NOTHING : markup` <span>cubby ${cellText(cubby)}</span>`;
  const isNamedBySerial =
    serial === null || serial === undefined || sled === `${String(rack)}/${String(serial)}`;
  const also = isNamedBySerial ? NOTHING : markup` <span>${cellText(serial)}</span>`;
  return markup`<b>${cellText(sled)}</b>${also}${where}`;
}

/** Longest name of a zone, as illumos has it. */
const LONGEST_ZONE = 63;

/** It may break before its id. */
function zoneMarkup(zone: string): Markup {
  const at = zone.length > LONGEST_ZONE ? 0 : zone.lastIndexOf('_') + 1;
  return at === 0
    ? headText(cellText(zone))
    : markup`${cellText(zone.slice(0, at))}<wbr>${cellText(zone.slice(at))}`;
}

/** Texts up to this length stay on one line. */
const SHORT = 40;

function cellKind([column]: readonly Column[], rows: readonly Row[]): CellKind {
  switch (column?.kind) {
    case 'count':
      return 'number';
    case 'id':
    case 'zone':
      return 'id';
    case 'note':
    case 'json':
    case 'text':
      return rows.some((row) => cellText(row[column.name]).length > SHORT) ? 'text' : 'word';
    case 'state':
    case 'health':
    case undefined:
      return 'word';
  }
}

function groupCell(group: readonly Column[], row: Row, withPlaces: boolean): Markup {
  const [main, ...others] = group;
  if (main === undefined) return NOTHING;
  const also = others.map(({ name, kind }) =>
    kind === 'id' ? markup`<br>${cellText(row[name])}` : markup`<small>${cellText(row[name])}</small>`,
  );
  const place = withPlaces && main.kind === 'state' ? placeMarkup(row, main.name) : NOTHING;
  return markup`${cellMarkup(main, row)}${also}${place}`;
}

function cellMarkup({ name, kind }: Column, row: Row): Markup {
  const cell = row[name];
  const text = cellText(cell);
  switch (kind) {
    case 'health': {
      const health = asHealth(cell);
      return health === null || health === 'ok' ? markup`${text}` : stateMark(health);
    }
    case 'state':
      return typeof cell === 'string' ? downstairsMark(cell, row['health']) : markup`${text}`;
    case 'id':
    case 'zone':
    case 'note':
    case 'json':
    case 'text':
    case 'count':
      return markup`${text}`;
  }
}

/** What stands in place of a fact that is contradicted. */
const OUTDATED = 'outdated';

/** Where the downstairs of a column `ds0` is, as far as kept facts tell. */
function placeMarkup(row: Row, name: string): Markup {
  const sled = row[`${name}_sled`];
  const disk = row[`${name}_disk`];
  if (sled === undefined) return NOTHING;
  if (sled === null && (disk === null || disk === undefined)) return markup`<small>place not known</small>`;
  if (sled === OUTDATED && disk === OUTDATED) return markup`<small>place outdated</small>`;
  const where = markup`<small>on ${sled === null ? 'a sled not known' : cellText(sled)}</small>`;
  return disk === null || disk === undefined ? where : markup`${where}<small>disk ${cellText(disk)}</small>`;
}
