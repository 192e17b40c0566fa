import { isWellAsSeen } from '../drawing/healthy-fold.ts';
import type { Column, Row } from '../model/column.ts';
import type { FleetReport } from '../model/report.ts';
import { markup, type Markup } from './markup.ts';
import { rowsTable, type RowsView } from './report-rows.ts';
import { sledAnchors } from './sled-links.ts';

/** What a row has of the sleds of its downstairs, where facts are kept. */
const DOWNSTAIRS_SLEDS = ['ds0_sled', 'ds1_sled', 'ds2_sled'];

/** What a page has beside what a narrow table has: who a row is of, and kept facts of it. */
const BESIDE = ['zone', 'pid', 'disk', 'instance', 'facts_age'];

/**
 * The rows of a report in these columns. Where health is judged, what needs attention comes first, by cause where that
 * was asked, with both ends of each copy as far as kept facts tell them; what is well is folded. `isChosen`: the reader
 * named the columns, and gets these alone.
 */
export function rowsSections(
  report: FleetReport,
  columns: readonly Column[],
  isChosen: boolean,
): readonly Markup[] {
  const { rows, byCause, healthCounts } = report;
  const view = { isJudged: healthCounts !== null, withPlaces: !isChosen && rows.some(hasPlace) };
  const shown = isChosen ? columns : withBeside(columns, report);
  if (report.shape === 'steps') return stepsSections(rows, { ...view, columns: shown });
  if (healthCounts === null)
    return section(`${report.probe}: ${rows.length}`, rows, { ...view, columns: shown });
  const ill = { ...view, columns: shown, idOf: firstAnchors(report) };
  const others = rows.filter((row) => !isWellAsSeen(row));
  return [
    ...(byCause === undefined
      ? section(`Not healthy, or with a note: ${others.length}`, others, ill)
      : byCause.groups.flatMap(({ heading, rows: alike }) =>
          alike.length === 0
            ? [markup`<section><h2>${heading}</h2></section>`]
            : section(heading, alike, ill),
        )),
    ...healthyPart(byCause === undefined ? rows.filter((row) => isWellAsSeen(row)) : [], shown, isChosen),
  ];
}

/** Steps on the way to the sleds: those that somebody must look at, then the rest, folded. */
function stepsSections(rows: readonly Row[], view: Omit<RowsView, 'caption'>): readonly Markup[] {
  const isBad = ({ result }: Row) => result === 'failed' || result === 'notice';
  const others = rows.filter((row) => !isBad(row));
  const bad = rows.filter(isBad);
  return [
    ...section(`Failed, or with a notice: ${bad.length}`, bad, view),
    ...(others.length === 0 ? [] : [folded(`Other steps: ${others.length}`, others, view)]),
  ];
}

function folded(title: string, rows: readonly Row[], view: Omit<RowsView, 'caption'>): Markup {
  return markup`<details><summary>${title}</summary>${rowsTable(rows, { caption: title, ...view })}</details>`;
}

function section(title: string, rows: readonly Row[], view: Omit<RowsView, 'caption'>): readonly Markup[] {
  if (rows.length === 0) return [];
  return [markup`<section><h2>${title}</h2>${rowsTable(rows, { caption: title, ...view })}</section>`];
}

function healthyPart(well: readonly Row[], columns: readonly Column[], isChosen: boolean): readonly Markup[] {
  if (well.length === 0) return [];
  const told = isChosen ? columns : columns.filter((column) => tellsOfWell(column, well));
  const title = `Healthy: ${well.length}${told.length < columns.length ? ', each with three active downstairs' : ''}`;
  return [folded(title, well, { columns: told, isJudged: true, withPlaces: false })];
}

/** What is not the same of all that is well: their health, their states, and the age of places that are not shown. */
function tellsOfWell({ kind, name }: Column, well: readonly Row[]): boolean {
  if (kind === 'health' || name === 'facts_age') return false;
  return kind !== 'state' || well.some((row) => row[name] !== 'active');
}

function withBeside(columns: readonly Column[], report: FleetReport): readonly Column[] {
  const known = report.columns.filter(
    (column) =>
      BESIDE.includes(column.name) &&
      !columns.includes(column) &&
      report.rows.some((row) => row[column.name] !== null),
  );
  return [...columns, ...known];
}

/** Whether kept facts tell where any of its copies is. */
function hasPlace(row: Row): boolean {
  return DOWNSTAIRS_SLEDS.some((name) => typeof row[name] === 'string');
}

/** The first row of each sled is where links to that sled lead. */
function firstAnchors(report: FleetReport): (row: Row) => string | undefined {
  const left = new Map(sledAnchors(report));
  return ({ sled }) => {
    const anchor = left.get(sled);
    left.delete(sled);
    return anchor;
  };
}
