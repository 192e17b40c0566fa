import type { Row } from '../model/column.ts';
import { canonicalState } from '../model/downstairs-state.ts';
import { healthRank } from '../model/health.ts';
import type { Issue } from '../model/issue.ts';
import { NO_PROBES } from '../model/no-probes.ts';
import { boundedIssues } from '../parse/lines.ts';
import type { StatusRow } from '../parse/status-rows.ts';
import { statusCells } from '../kinds/status-probe.ts';
import { noProbesIssues } from '../kinds/running-processes.ts';
import { statesOf } from '../kinds/upstairs-state.ts';
import { countersOf } from '../probes/lr-state.ts';
import { jsonValues } from './json-values.ts';
import type { Pasted } from './paste.ts';
import { recordText } from './record-text.ts';
import { reportsBySession, sharedSessions, type SessionGroup } from './session-groups.ts';
import { newestReports } from './session-report.ts';
import { parseStatusDialects, type StatusKind } from './status-dialects.ts';
import { reportsOfRecords } from './status-records.ts';
import { readStatusTables } from './status-tables.ts';
import { unwrappedRows } from './wrapped-rows.ts';

/**
 * Records and tables are in the order of time, so that the newest of a session counts and what came before is in its
 * note. Rows of the scripts that sort them make one row, the worst, whose note holds the others, since nothing tells
 * which is the newest. Rows without ids are never made one: they may be of several disks.
 */
export function readPastedStatus(kind: StatusKind, text: string): Pasted {
  const record = recordText(text);
  const unwrapped = unwrappedRows(record.text, kind);
  const json = jsonValues(unwrapped.text);
  const records = reportsOfRecords(json.objects, kind);
  const tables = readStatusTables(json.rest, kind);
  const lines = parseStatusDialects(tables.rest, kind);
  const hidden = lines.rows.filter(({ noProbes }) => noProbes === true).length;
  const issues: Issue[] = [
    ...noProbesIssues(hidden),
    ...record.issues,
    ...records.issues,
    ...tables.issues,
    ...lines.issues,
  ];
  if (json.leftOut > 0)
    issues.push({ code: 'warning', message: `${json.leftOut} more records are left out` });
  const reports = newestReports([...records.reports, ...tables.reports]);
  const ofLines = lines.rows.map((row) => ({ row, remark: lackingStates(row, kind) }));
  const lacking = ofLines.filter(({ remark }) => remark !== null).length;
  if (lacking > 0) {
    const rows = lacking === 1 ? '1 row lacks' : `${lacking} rows lack`;
    issues.push({ code: 'unknown_state', message: `${rows} the state of a downstairs` });
  }
  const sessions = reportsBySession([...reports, ...ofLines]);
  const doubts: Issue[] = [];
  // That rows of the scripts differ is said by their reader, where they name the session alike.
  const ofScripts = new Set(lines.rows);
  const rows = sessions.flatMap((session) => {
    const forms = new Set(session.reports.map(({ row }) => formOf(row)));
    const isSaid = forms.size === 1 && session.reports.every(({ row }) => ofScripts.has(row));
    return rowsOfSession(session, kind, doubts, isSaid);
  });
  doubts.push(...sharedSessions(sessions.map(({ who }) => who)));
  const hasHeadings = tables.hasHeadings || lines.other.some((line) => /^\s*ZONE\s+PID\b/.test(line));
  const { joined } = unwrapped;
  const notes =
    joined === 0 ? [] : [`${joined} ${joined === 1 ? 'row' : 'rows'} on several lines put together`];
  return { rows, issues: [...issues, ...boundedIssues(doubts)], notes, hasHeadings };
}

function formOf({ zone, pid, upstairsId, sessionId }: StatusRow): string {
  return [zone, pid, upstairsId, sessionId].join(' ');
}

/** What is said of a row in which a state is not printed; null where all are. */
function lackingStates({ values, noReport }: StatusRow, kind: StatusKind): string | null {
  const states = kind === 'ds-state' ? values : values.slice(COUNTERS);
  const lacking = states.flatMap((state, client) => (state === '-' ? [client] : []));
  return noReport || lacking.length === 0
    ? null
    : `the state of downstairs ${lacking.join(', ')} is not known`;
}

/** Other values that a note tells. */
const MOST_TOLD = 6;

function rowsOfSession(
  { who, reports }: SessionGroup,
  kind: StatusKind,
  issues: Issue[],
  isSaid: boolean,
): readonly Row[] {
  const read = reports.map(({ row, remark }) => {
    const values = kind === 'ds-state' ? stateCells(row, row.values, issues) : repairCells(row, issues);
    const about = statusCells(row, values);
    const note = row.noProbes === true ? { note: NO_PROBES } : {};
    const cells = { ...about, ...note, zone: row.zone === '-' ? null : row.zone };
    return { text: row.values.join('/'), cells: remark === null ? cells : noted(cells, remark) };
  });
  if (reports.length === 1) return read.map(({ cells }) => cells);
  if (who.sessionId === null && who.upstairsId === null) {
    const note = `one of ${reports.length} rows of this process: several disks, or one that changed`;
    return read.map(({ cells }) => noted(cells, note));
  }
  const [worst, ...others] = read.sort((a, b) => byHarm(a.cells, b.cells));
  if (worst === undefined) return [];
  const { zone, pid, upstairsId, sessionId } = who;
  const whole = { ...worst.cells, zone, pid, upstairs_id: upstairsId, session_id: sessionId };
  const said = new Map(others.map(({ cells, text }) => [shownValues(cells) ?? (text || 'no report'), cells]));
  said.delete(shownValues(worst.cells) ?? (worst.text || 'no report'));
  if (said.size === 0) return [whole];
  if (!isSaid) {
    const message = `the session ${sessionId ?? upstairsId} differs in what several tools printed, and which is the newest is not known`;
    issues.push({ code: 'contradiction', message });
  }
  const told = [...said.keys()].slice(0, MOST_TOLD);
  const more = said.size - told.length;
  const also = [...told, ...(more > 0 ? [`${more} others`] : [])].join(' and ');
  return [noted(whole, `also ${also}, and which is the newest is not known`)];
}

/** The states and their health, which is not known unless all three are. */
function stateCells(row: StatusRow, states: readonly string[], issues: Issue[]): Row {
  if (row.noProbes === true) return { ds0: null, ds1: null, ds2: null, health: null };
  if (row.noReport || !states.includes('-')) return statesOf(row, states, issues);
  const cells = states.map((state) => (state === '-' ? null : canonicalState(state).word));
  return { ds0: cells[0] ?? null, ds1: cells[1] ?? null, ds2: cells[2] ?? null, health: null };
}

function noted(cells: Row, note: string): Row {
  return { ...cells, note: typeof cells['note'] === 'string' ? `${cells['note']}; ${note}` : note };
}

/** Worst health first; where none is known, the most repairs. */
function byHarm(a: Row, b: Row): number {
  return healthRank(a['health']) - healthRank(b['health']) || repairsIn(b) - repairsIn(a);
}

function repairsIn(cells: Row): number {
  const counts = Object.entries(cells).map(([name, cell]) =>
    name.startsWith('live_repair_') && typeof cell === 'number' ? cell : 0,
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** `live_repair/active/active`; null for a row of counters. */
function shownValues(cells: Row): string | null {
  if (Object.hasOwn(cells, 'live_repair_completed_0')) return null;
  const states = ['ds0', 'ds1', 'ds2'].map((name) => cells[name] ?? null);
  return states.includes(null) ? null : states.join('/');
}

const COUNTERS = 6;

/** Older scripts print no states after the counters, so that the session's health is not known. */
function repairCells(row: StatusRow, issues: Issue[]): Row {
  const states = row.values.slice(COUNTERS);
  const isKnown = row.noReport || states.length > 0;
  return {
    ...countersOf(row, issues),
    ...(isKnown ? stateCells(row, states, issues) : { ds0: null, ds1: null, ds2: null, health: null }),
  };
}
