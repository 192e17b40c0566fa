import type { Cell, Row } from '../model/column.ts';
import { canonicalState } from '../model/downstairs-state.ts';
import type { Issue } from '../model/issue.ts';
import { cellOf } from './cell.ts';
import { columnNameOf, expandHeading } from './column-names.ts';
import { createIssueLog } from './lines.ts';
import { quoteLine } from './status-rows.ts';
import { readTable, type TableOptions } from './table-reader.ts';

/** The rows under one occurrence of the headings: those of an interval, where the script prints by interval. */
export interface ProbeSection {
  /** Names of the columns, in the order of the text. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface ProbeTable {
  readonly sections: readonly ProbeSection[];
  readonly issues: readonly Issue[];
  readonly other: readonly string[];
}

/** How text that was pasted is read otherwise. */
export interface ProbeReading {
  readonly nameOf?: (heading: string) => string;
  readonly fits?: NonNullable<TableOptions['fits']>;
}

/**
 * Reads a table that a probe's script printed, ours or one that is run by hand, of whatever version: its headings
 * say what the columns are. Rows hold cells by the names of `columnNameOf`; `ds0` to `ds2` hold states in the one
 * spelling of `canonicalState`, counts past 2^53 are strings of their digits. `expectedHeadings` are those of rows
 * before any heading.
 */
export function parseProbeTable(
  text: string,
  expectedHeadings?: readonly string[],
  reading: ProbeReading = {},
): ProbeTable {
  const { nameOf = columnNameOf, fits } = reading;
  const table = readTable(text, {
    expand: expandHeading,
    ...(expectedHeadings === undefined ? {} : { expectedHeadings }),
    ...(fits === undefined ? {} : { fits }),
  });
  const log = createIssueLog();
  const unknown = new Set<string>();
  const sections = table.sections.map(({ headings, rows }): ProbeSection => {
    const columns = headings.map((heading) => nameOf(heading));
    return { columns, rows: rows.map((cells) => rowOf(columns, cells, unknown)) };
  });
  for (const word of [...unknown].slice(0, 20)) {
    log.add('unknown_state', `a state of a downstairs that is not known: ${quoteLine(word)}`);
  }
  return { sections, issues: [...table.issues, ...log.all()], other: table.other };
}

/** A row of cells by column. A column of the table that comes twice keeps the first value under its name. */
export function rowOf(columns: readonly string[], cells: readonly string[], unknown: Set<string>): Row {
  const row: Record<string, Cell> = {};
  for (const [i, column] of columns.entries()) {
    const text = cells[i] ?? '-';
    const name = Object.hasOwn(row, column) ? `${column}_${i}` : column;
    row[name] = /^ds[0-2]$/.test(column) ? stateOf(text, unknown) : cellOf(column, text);
  }
  return row;
}

function stateOf(text: string, unknown: Set<string>): string | null {
  if (text === '-') return null;
  const state = canonicalState(text);
  if (!state.known && unknown.size < 100) unknown.add(text);
  return state.word;
}
