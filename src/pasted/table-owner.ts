import type { Column } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { cutTo, LONGEST_CELL } from '../parse/limits.ts';
import { createIssueLog } from '../parse/lines.ts';
import type { ProbeSection } from '../parse/probe-samples.ts';
import { columnsOf } from '../kinds/column-help.ts';
import { PROBES } from '../probes/index.ts';
import { MARK, OF_SLED, OTHER_COLUMNS, pastedColumnName } from './pasted-headings.ts';

/** Headings that the table of a probe once had, in scripts that are run by hand, and has no more. */
const FORMER_HEADINGS: Readonly<Record<string, string>> = {
  upstairs_action: 'DEFER',
  // Of get-up-state, cmon and their like: sums over the three downstairs.
  up_state: 'NEXT_JOB DELTA CONN ELR ELC',
};

/** Columns that say whose a row is, and the states, which many tables have: they do not tell one table from another. */
const COMMON = /^(?:zone|pid|upstairs_id|session_id|volume|type|note|ds[0-2])$/;

/** Columns that a pasted table may have beside those of the probe. */
export function formerColumns(probe: Pick<ProbeSpec, 'name'>): readonly Column[] {
  const headings = Object.hasOwn(FORMER_HEADINGS, probe.name) ? FORMER_HEADINGS[probe.name] : undefined;
  if (headings === undefined) return [];
  return columnsOf(headings.split(' ')).map((column) => ({
    ...column,
    name: pastedColumnName(column.heading),
  }));
}

type Owner = Pick<ProbeSpec, 'name' | 'columns'>;

/** The columns of a probe's table, of all its versions. */
function columnNames(probe: Owner): ReadonlySet<string> {
  return new Set([...probe.columns, ...formerColumns(probe)].map((column) => column.name));
}

const TABLES: readonly (readonly [string, ReadonlySet<string>])[] = PROBES.filter(
  (probe) => probe.shape === 'rows',
).map((probe) => [probe.name, columnNames(probe)]);

const OF_PROBES: ReadonlySet<string> = new Set(TABLES.flatMap(([, names]) => [...names]));

/** The tables of a text that are read as the probe's, and an issue for each kind of the others. */
export interface OwnTables {
  readonly own: readonly ProbeSection[];
  readonly issues: readonly Issue[];
}

/**
 * Tells the probe's tables from others. A table is the probe's if it has nothing that no version of the probe's table has,
 * and something of it. One that is not the probe's is of an unknown version, where half the columns are the probe's,
 * or was put together with `cmon -o`, where all are known and some are the probe's: its other columns are kept.
 */
export function ownTables(probe: Owner, sections: readonly ProbeSection[]): OwnTables {
  const names = columnNames(probe);
  const kinds = new Map<string, { readonly isOwn: boolean; readonly section: ProbeSection; rows: number }>();
  const own = sections.filter((section) => {
    const columns = section.columns.join(', ');
    const kind = kinds.get(columns) ?? { isOwn: isOf(names, section.columns), section, rows: 0 };
    kinds.set(columns, kind);
    kind.rows += section.rows.length;
    return kind.isOwn;
  });
  const log = createIssueLog();
  for (const { isOwn, section, rows } of kinds.values()) {
    if (!isOwn) log.add('unparsed_line', strangeMessage(probe, section.columns, rows));
  }
  return { own, issues: log.all() };
}

/** An issue where a table says itself whose its rows are: they are taken for those of one sled nevertheless. */
export function sledsWithin(sections: readonly Pick<ProbeSection, 'columns'>[]): readonly Issue[] {
  if (!sections.some(({ columns }) => columns.some((name) => name.startsWith(OF_SLED)))) return [];
  const message = 'a column of the table says whose its rows are, which is not used: they may be of any sled';
  return [{ code: 'warning', message }];
}

function isOf(own: ReadonlySet<string>, columns: readonly string[]): boolean {
  if (fits(own, columns)) return true;
  if (readersOf(columns).length > 0) return false;
  const told = telling(columns);
  const known = told.filter((name) => own.has(name)).length;
  if (known * 2 >= told.length) return known > 0;
  return known > 0 && told.every((name) => OTHER_COLUMNS.has(name) || OF_PROBES.has(name));
}

function fits(own: ReadonlySet<string>, columns: readonly string[]): boolean {
  return telling(columns).length > 0 && columns.every((name) => name === MARK || own.has(name));
}

/** The columns that tell one table from another. */
function telling(columns: readonly string[]): readonly string[] {
  return columns.filter((name) => name !== MARK && !COMMON.test(name));
}

/** The probes whose table has these columns. */
function readersOf(columns: readonly string[]): readonly string[] {
  return TABLES.filter(([, own]) => fits(own, columns)).map(([name]) => name);
}

function strangeMessage(probe: Owner, columns: readonly string[], rows: number): string {
  const what = `a table of another script, with ${rows} ${rows === 1 ? 'row' : 'rows'}, is not of ${probe.name}`;
  const names = columns.filter((name) => name !== MARK);
  return `${what}: its columns are ${cutTo(names.join(', '), LONGEST_CELL)}${readerOf(columns)}`;
}

/** Which probe to try instead, as the end of a sentence. */
function readerOf(columns: readonly string[]): string {
  const readers = readersOf(columns);
  if (readers.length > 0) return `; parse ${readers.join(' or ')} reads it`;
  const told = telling(columns);
  const shares = TABLES.map(([name, own]) => ({ name, known: told.filter((each) => own.has(each)).length }));
  const best = shares.reduce((a, b) => (b.known > a.known ? b : a), { name: '', known: 0 });
  // One name in many, such as `status`, is a chance.
  return best.known * 3 < Math.max(told.length, 1) ? '' : `; parse ${best.name} comes nearest`;
}
