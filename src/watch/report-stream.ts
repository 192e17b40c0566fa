import { reportRows } from '../kinds/report-rows.ts';
import type { ReportTable } from '../kinds/report-table-spec.ts';
import type { Row } from '../model/column.ts';
import { isJsonObject, readJson } from '../parse/json-lines.ts';
import { createLineFeed } from '../parse/line-feed.ts';
import { readReport } from '../parse/reports.ts';
import { isRunningLine, takeOutRunning, type RunningProcess } from '../parse/running.ts';

/** What a watch reads of each report. */
const READ: ReportTable = {
  kind: 'report-table',
  name: 'watch',
  summary: 'reports as they come',
  fields: [
    'ds',
    'next_job_id',
    'write_bytes_out',
    'write_delay_us',
    'live_repair_completed',
    'live_repair_aborted',
    'extents_repaired',
    'extents_confirmed',
    'extent_under_repair',
    'reconciled',
    'reconcile_needed',
    'connected',
  ],
  pid: 'optional',
};

/** What pieces of the output of one program say. */
export type StreamPart =
  | { readonly kind: 'begun'; readonly running: readonly RunningProcess[] | null }
  | { readonly kind: 'report'; readonly row: Row };

/** Reads the output of one program of `run-d.sh -r upstairs_raw.d` as it comes. */
export function createReportStream(): (text: string) => readonly StreamPart[] {
  const feed = createLineFeed();
  const rows = reportRows(READ);
  let listed: string[] | null = [];
  return (text) =>
    feed.push(text).flatMap((line): readonly StreamPart[] => {
      if (isRunningLine(line)) {
        listed?.push(line);
        return [];
      }
      const value = readJson(line);
      if (!isJsonObject(value)) return [];
      const parts: StreamPart[] = [];
      if (listed !== null) {
        const { running } = takeOutRunning(`${listed.join('\n')}\n`);
        parts.push({ kind: 'begun', running: running?.before ?? null });
        listed = null;
      }
      const report = readReport(value);
      if (report !== null) parts.push({ kind: 'report', row: rows.next(report) });
      return parts;
    });
}
