import type { Cell, Row } from '../model/column.ts';
import { formatDuration } from '../model/duration.ts';
import type { Issue } from '../model/issue.ts';
import type { RowFinding } from '../model/probe.ts';
import type { Report, Reports } from '../parse/reports.ts';
import { CLOCK_WAS_SET, LAST_REPORT_OLD, UNREADABLE, unreadableIn } from '../model/row-note.ts';
import { quoteLine } from '../parse/status-rows.ts';
import { difference, exact, growth, perSecond, secondsOf } from './quantity.ts';
import { reportCell } from './report-cells.ts';
import { valueColumns, type ReportTable } from './report-table-spec.ts';

export const NO_IDS =
  'the report has no ids: the disks of a process cannot be told apart, and this is one of them';

/** Reports come about once in the interval; with fewer than this share of them, a session was not there throughout. */
const FEW_REPORTS = 0.8;

/** A row of a report, and the number in front of all that is compared with the session's report before. */
export interface ReportRows {
  /** The row of the next report. */
  next(report: Report): Row;
  /** States that no Crucible is known to have, as they were spelled. */
  readonly unknownStates: ReadonlySet<string>;
}

/** Makes rows of reports, which come in the order of time: what grew is compared with the session's row before. */
export function reportRows(table: ReportTable): ReportRows {
  const columns = valueColumns(table);
  const rates = table.ratesOf ?? [];
  const before = new Map<string, Row>();
  const unknownStates = new Set<string>();
  return {
    unknownStates,
    next({ zone, pid, record, timeNs, unreadable }) {
      // Filled, and not put together of parts: reports of a whole rack come each second.
      const row: Record<string, Cell> = { zone, pid, upstairs_id: null, session_id: null };
      if (record !== null) {
        for (const column of columns) {
          if (column !== 'delta') row[column.name] = reportCell(column, record, unknownStates);
        }
      }
      row['time_ns'] = timeNs === null ? null : String(timeNs);
      row['note'] = unreadable === null ? null : `${UNREADABLE}${quoteLine(unreadable)}`;
      const key = sessionOf(row);
      const last = isWithoutIds(row) ? undefined : before.get(key);
      if (record !== null) before.set(key, row);
      const delta = growth(record === null ? null : row['next_job_id'], last?.['next_job_id']);
      row['delta'] = delta === null ? null : exact(delta);
      return rates.length === 0 ? row : Object.assign(row, ratesSince(rates, row, last));
    },
  };
}

/** What counters grew by a second since the session's row before, by the time that passed between the reports. */
function ratesSince(rates: readonly string[], now: Row, last: Row | undefined): Row {
  const passed = difference(now['time_ns'], last?.['time_ns']);
  return Object.fromEntries(
    rates.map((name): [string, Cell] => {
      const grown = growth(now[name], last?.[name]);
      const rate = grown === null || passed === null ? null : perSecond(grown, secondsOf(passed));
      return [`${name}_per_second`, rate];
    }),
  );
}

/** Programs overlap for some seconds; what is older by more is of a clock that was set. */
const LATE_AT_MOST_S = 60;

function isLate({ timeNs }: Report, newest: Row): boolean {
  const age = timeNs === null ? null : difference(newest['time_ns'], String(timeNs));
  return age !== null && age >= 0n && secondsOf(age) < LATE_AT_MOST_S;
}

function sessionIn({ zone, pid, record }: Report): string {
  return JSON.stringify([zone, pid, record?.['upstairs_id'] ?? null, record?.['session_id'] ?? null]);
}

function sessionOf(row: Row): string {
  return JSON.stringify([row['zone'], row['pid'], row['upstairs_id'], row['session_id']]);
}

/** Reports of old Crucibles: two disks of one process look alike. */
export function isWithoutIds(row: Row): boolean {
  return row['session_id'] === null && row['upstairs_id'] === null;
}

/** How a run watched: `interval` is how often a session has a row. */
export interface WatchedFor {
  readonly interval: number;
  readonly seconds: number;
  /** It says nothing of how often a session should have reported. */
  readonly isCut: boolean;
}

/** The newest row of each session of a run, kept while its reports come: what is kept does not grow with them. */
export interface NewestRows {
  /** The next report; what one of two programs that overlap is late with is older than what the other gave. */
  take(report: Report, program?: number): void;
  /** The rows, with what makes them doubtful, and states that no Crucible is known to have. */
  end(
    times: Pick<Reports, 'beganNs' | 'endedNs'>,
    watched: WatchedFor,
  ): { readonly rows: readonly Row[]; readonly issues: readonly Issue[] };
}

interface Newest {
  row: Row;
  /** What the row was made of, and the time of the report that it is compared with. */
  report: Report;
  beforeNs: bigint | null;
  reports: number;
  program: number;
}

export function createNewestRows(table: ReportTable): NewestRows {
  const rows = reportRows(table);
  const newest = new Map<string, Newest>();
  let lastNs = 0n;
  return {
    take(report, program = 1) {
      if (report.timeNs !== null && report.timeNs > lastNs) lastNs = report.timeNs;
      const key = sessionIn(report);
      const known = newest.get(key);
      if (known === undefined) {
        newest.set(key, { row: rows.next(report), report, beforeNs: null, reports: 1, program });
        return;
      }
      known.reports += 1;
      if (program === known.program || !isLate(report, known.row)) {
        const beforeNs = known.report.record === null ? known.beforeNs : known.report.timeNs;
        Object.assign(known, { row: rows.next(report), report, beforeNs, program });
        return;
      }
      if (report.record === null || (known.beforeNs !== null && (report.timeNs ?? 0n) <= known.beforeNs))
        return;
      // It is the one before the newest, which that is to be compared with.
      const again = reportRows(table);
      again.next(report);
      known.row = again.next(known.report);
      known.beforeNs = report.timeNs;
    },
    end({ beganNs, endedNs }, { interval, seconds, isCut }) {
      const span = beganNs === null || endedNs === null ? null : endedNs - beganNs;
      const isKnown = !isCut && span !== null && !isOfSetClock(span, seconds);
      const expected = isKnown ? Math.floor(secondsOf(span) / interval) : null;
      const doubts = { expected, interval, seconds, endNs: endedNs ?? lastNs };
      return {
        rows: [...newest.values()].map((each) => ({
          ...each.row,
          note: noteOf(each.row, each.reports, doubts),
        })),
        issues: unknownStateIssues(rows.unknownStates),
      };
    },
  };
}

/** The same of all reports at once, with what could not be read. */
export function newestRows(
  table: ReportTable,
  reports: Reports,
  watched: WatchedFor,
): { readonly rows: readonly Row[]; readonly issues: readonly Issue[] } {
  const newest = createNewestRows(table);
  for (const report of reports.reports) newest.take(report);
  const { rows, issues } = newest.end(reports, watched);
  return { rows, issues: [...reports.issues, ...issues] };
}

interface Doubts {
  readonly expected: number | null;
  readonly interval: number;
  readonly seconds: number;
  readonly endNs: bigint;
}

/** What a watch may last longer than it was told to. */
const LATE_S = 60;

/** Whether so long between two times of one watch is the work of somebody who set the sled's clock meanwhile. */
function isOfSetClock(ns: bigint, seconds: number): boolean {
  return ns < 0n || secondsOf(ns) > seconds + LATE_S;
}

/** That a session was silent for so long before the end of a watch of so many seconds. */
export function oldNote(ageNs: bigint, seconds: number): string {
  if (isOfSetClock(ageNs, seconds)) {
    return `${CLOCK_WAS_SET}: when it last reported is not known`;
  }
  return `${LAST_REPORT_OLD}${formatDuration(Number(ageNs) / 1e6)} before the end: it may be gone, or hang`;
}

/** Why the newest row of a session may not be how the session is now; null where it is. */
function noteOf(row: Row, reports: number, { expected, interval, seconds, endNs }: Doubts): string | null {
  const notes = typeof row['note'] === 'string' ? [row['note']] : isWithoutIds(row) ? [NO_IDS] : [];
  const age = difference(String(endNs), row['time_ns']);
  const isOld = age !== null && (secondsOf(age) > 2 * interval || secondsOf(age) < -1);
  const isRare = expected !== null && reports < Math.floor(expected * FEW_REPORTS) - 1;
  if (isRare && !isWithoutIds(row)) {
    notes.push(`reported ${reports} of about ${expected} times: it came, went or was silent meanwhile`);
  }
  if (isOld) notes.push(oldNote(age, seconds));
  return notes.length === 0 ? null : notes.join('; ');
}

function unknownStateIssues(words: ReadonlySet<string>): readonly Issue[] {
  return [...words].slice(0, 20).map((word) => ({
    code: 'unknown_state',
    message: `a state of a downstairs that is not known: ${quoteLine(word)}`,
  }));
}

/** That a report could not be read, of a row that says so in its note. */
export function unreadableFindings(row: Row): readonly RowFinding[] {
  const reason = unreadableIn(row);
  return reason === null ? [] : [unreadableFinding(reason)];
}

export function unreadableFinding(reason: string): RowFinding {
  return { rule: 'unreadable', severity: 'warning', message: `a report could not be read: ${reason}` };
}
