import type { Issue } from '../model/issue.ts';
import { readChatter, readPrompt } from '../parse/chatter.ts';
import { expandHeading } from '../parse/column-names.ts';
import { eachLine, wordsOf } from '../parse/lines.ts';
import { headingsOf, readTable } from '../parse/table-reader.ts';
import { plainCmonText } from './cmon-text.ts';
import { MARK, pastedColumnName } from './pasted-headings.ts';
import { REPEATS_DS1, sectionsRepeatingDs1 } from './repeated-state.ts';
import { rowFits } from './row-fits.ts';
import type { SessionReport } from './session-report.ts';
import { STALE, staleMessage } from './stale-mark.ts';
import { readStatusWords, startsWithZone, type StatusKind } from './status-dialects.ts';
import { ownTables, sledsWithin } from './table-owner.ts';
import { orderIssues } from './time-order.ts';

/** What the tables of a text say of sessions, and the text without them. */
export interface StatusTables {
  readonly reports: readonly SessionReport[];
  readonly issues: readonly Issue[];
  readonly hasHeadings: boolean;
  readonly rest: string;
}

const STATES = ['ds0', 'ds1', 'ds2'];
const COUNTERS = ['live_repair_completed', 'live_repair_aborted'].flatMap((name) =>
  [0, 1, 2].map((client) => `${name}_${client}`),
);

/**
 * Reads the states (of lr-state the counters too) of tables that have them for each session, whichever script or tool
 * printed them: they print in the order of time. Tables that do not are issues.
 */
export function readStatusTables(text: string, kind: StatusKind): StatusTables {
  const { tables, rest } = routed(plainCmonText(text), kind);
  if (tables === '') return { reports: [], issues: [], hasHeadings: false, rest: text };
  const read = readTable(tables, { expand: expandHeading, fits: rowFits });
  const sections = read.sections.map(({ headings, rows }) => {
    const columns = headings.map((heading) => pastedColumnName(heading));
    const named = rows.map((cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? '-'])));
    return { columns, rows: named };
  });
  const own = sections.filter(({ columns }) => holdsStates(columns, kind));
  const others = sections.filter(({ columns }) => !holdsStates(columns, kind));
  const issues = [...read.issues, ...ownTables({ name: kind, columns: [] }, others).issues];
  const repeating = sectionsRepeatingDs1(own);
  if (repeating.size > 0) issues.push({ code: 'warning', message: REPEATS_DS1 });
  const rows = own.flatMap((section) =>
    repeating.has(section) ? section.rows.map((row) => ({ ...row, ds2: '-' })) : section.rows,
  );
  const stale = rows.filter((row) => row[MARK] === '*').length;
  if (stale > 0) issues.push({ code: 'warning', message: staleMessage(stale) });
  issues.push(
    ...sledsWithin(own),
    ...orderIssues(rows.map((values) => ({ pid: values['pid'], session: values['session_id'], values }))),
  );
  const reports = rows.map((row) => reportOf(row, kind));
  return { reports, issues, hasHeadings: own.length > 0, rest };
}

function holdsStates(columns: readonly string[], kind: StatusKind): boolean {
  // Our own lr-state shows the health in place of the states.
  const ofRepairs = columns.includes('health') ? COUNTERS : [...STATES, ...COUNTERS];
  const needed = kind === 'ds-state' ? STATES : ofRepairs;
  // Rows over time that name no session could be of one upstairs or of many.
  const isNamed = columns.includes('session_id') || columns.includes('upstairs_id');
  return isNamed && needed.every((name) => columns.includes(name));
}

function reportOf(row: Readonly<Record<string, string>>, kind: StatusKind): SessionReport {
  const known = (name: string): string | null =>
    row[name] === undefined || row[name] === '-' ? null : row[name];
  const pid = known('pid');
  const states = STATES.filter((name) => row[name] !== undefined);
  const names = kind === 'ds-state' ? STATES : [...COUNTERS, ...states];
  // Our own tables say that it did not report.
  const noReport = row['health'] === 'no_report';
  const remarks = [
    ...(row[MARK] === '*' ? [STALE] : []),
    ...states.flatMap((name, i) =>
      known(name) === null && !noReport ? [`the state of downstairs ${i} is not known`] : [],
    ),
  ];
  return {
    row: {
      zone: known('zone') ?? '-',
      pid: pid === null ? null : Number(pid),
      upstairsId: known('upstairs_id'),
      sessionId: known('session_id'),
      values: noReport ? [] : names.map((name) => known(name) ?? '-'),
      was: [],
      noReport,
      exited: false,
    },
    remark: remarks.length === 0 ? null : remarks.join('; '),
  };
}

/**
 * The lines of tables, and the others. Rows under headings are as many words as these; a line that is a row of
 * get-ds-state.sh or get-lr-state.sh by itself is none of a table, unless the table has zones and as many headings, or
 * those of these scripts at other places: up to a prompt. Lines before the first headings may be rows of them.
 */
function routed(text: string, kind: StatusKind): { readonly tables: string; readonly rest: string } {
  const lines = [...eachLine(text)];
  const first = lines.map(({ line }) => tableHeadings(line)).find((each) => each !== null) ?? null;
  let headings = first;
  const isOfTable = lines.map(({ line }) => {
    if (headingsOf(line) !== null) {
      headings = tableHeadings(line);
      return headings !== null;
    }
    const hasZones = headings?.[0] === 'ZONE';
    if (hasZones && readPrompt(line) !== null) headings = null;
    const words = wordsOf(line);
    if (headings === null || readChatter(line) !== null) return false;
    const isOwnRow = startsWithZone(line) || readStatusWords(words, kind)?.hasZone === true;
    const isAsLong = words.length === headings.length;
    if (isOwnRow) return hasZones && (isAsLong || hasOthers(headings));
    return isAsLong && rowFits(headings, words);
  });
  const textOf = (wanted: boolean): string =>
    lines
      .filter((_, i) => isOfTable[i] === wanted)
      .map(({ line, isOpen }) => line + (isOpen ? '' : '\n'))
      .join('');
  return first === null ? { tables: '', rest: text } : { tables: textOf(true), rest: textOf(false) };
}

/** The columns of the rows that our status scripts print, and which are read without their headings. */
const OF_STATUS = new RegExp(
  `^zone pid(?: (?:upstairs_id )?session_id)?(?: ${COUNTERS.join(' ')})?(?: ${STATES.join(' ')})?(?: note)?$`,
);

/** Whether headings are those of our status scripts, with some at another place or not there: rows may have a note. */
function hasOthers(headings: readonly string[]): boolean {
  const ofStatus = ['zone', 'pid', 'upstairs_id', 'session_id', ...STATES, ...COUNTERS, 'note'];
  return headings.every((heading) => ofStatus.includes(pastedColumnName(heading)));
}

/** The headings of a table; null where the line has none, or those that our status scripts print. */
function tableHeadings(line: string): readonly string[] | null {
  const headings = headingsOf(line)?.flatMap((heading) => expandHeading(heading)) ?? null;
  if (headings === null) return null;
  const columns = headings.map((heading) => pastedColumnName(heading));
  return OF_STATUS.test(columns.join(' ')) ? null : headings;
}
