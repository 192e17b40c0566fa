import type { Cell, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { ProbeSettings } from '../model/probe.ts';
import type { Interval } from '../parse/intervals.ts';
import { parseProbeTable } from '../parse/probe-samples.ts';
import { growth, perSecond } from './quantity.ts';
import { isWithoutIds, NO_IDS } from './report-rows.ts';
import type { ReportTable } from './report-table-spec.ts';

/** What was read of a printed table. */
export interface PrintedTable {
  readonly rows: readonly Row[];
  readonly issues: readonly Issue[];
}

/** Whether a script printed a table for people, as all did in version 0.1.0, whose recordings are still read. */
export function isPrintedTable(text: string): boolean {
  return /^\s*ZONE\s+PID\b/.test(text);
}

/** Reports come about once in the interval; with fewer than this share of them, a session was not there throughout. */
const FEW_REPORTS = 0.8;

/** The newest row of each session of a printed table, which does not say when a report came. */
export function readPrintedReports(
  { ratesOf = [] }: Pick<ReportTable, 'ratesOf'>,
  text: string,
  settings: Pick<ProbeSettings, 'seconds' | 'interval' | 'cut'>,
): PrintedTable {
  const { sections, issues } = parseProbeTable(text);
  const newest = new Map<string, { readonly row: Row; readonly reports: number }>();
  for (const row of sections.flatMap((section) => section.rows)) {
    const key = JSON.stringify([row['zone'], row['pid'], row['upstairs_id'], row['session_id']]);
    const before = newest.get(key);
    const last = isWithoutIds(row) ? undefined : before?.row;
    const rates = ratesOf.map((name): [string, Cell] => {
      const grown = growth(row[name], last?.[name]);
      return [`${name}_per_second`, grown === null ? null : perSecond(grown, settings.interval)];
    });
    newest.set(key, {
      row: { ...row, ...Object.fromEntries(rates) },
      reports: (before?.reports ?? 0) + 1,
    });
  }
  const rows = [...newest.values()].map(({ row, reports }) => ({
    ...row,
    note: doubtOf(row, reports, settings),
  }));
  return { rows, issues };
}

/** Why the newest row of a session may not be how the session was at the end; null where it is. */
function doubtOf(
  row: Row,
  reports: number,
  { seconds, interval, cut }: Pick<ProbeSettings, 'seconds' | 'interval' | 'cut'>,
): string | null {
  if (isWithoutIds(row)) return NO_IDS;
  const expected = Math.floor(seconds / interval);
  if (cut === true || reports >= Math.floor(expected * FEW_REPORTS) - 1) return null;
  return `reported ${reports} of about ${expected} times: it came, went or was silent meanwhile`;
}

/**
 * The intervals of a printed table of counts. A line of headings begins one; the last of them is whole if the time was
 * a multiple of `interval`, and the script was not stopped.
 */
export function printedIntervals(
  text: string,
  { seconds, interval, cut }: Pick<ProbeSettings, 'seconds' | 'interval' | 'cut'>,
): { readonly intervals: readonly Interval[]; readonly issues: readonly Issue[] } {
  const { sections, issues } = parseProbeTable(text);
  const intervals = sections.map(({ rows }, index): Interval => {
    const isLast = index === sections.length - 1;
    const length = isLast && cut === true ? null : Math.min(interval, seconds - index * interval);
    return { rows, elapsedNs: length === null ? null : BigInt(length) * 1_000_000_000n, timeNs: null };
  });
  return { intervals, issues };
}
