import type { StatusRow } from '../parse/status-rows.ts';

/** What a record, or a row of a table, says of a session, in the words of get-ds-state.sh and get-lr-state.sh. */
export interface SessionReport {
  /** Values that are not known are `-`. */
  readonly row: StatusRow;
  /** What a reader should know of it, for its note. */
  readonly remark: string | null;
}

/** Values that are kept of what came before. */
const MOST_BEFORE = 8;

/**
 * The newest report of each session, of reports in the order of time, with the other values that came before. Of reports
 * without ids, which may be of several disks, those that differ are all kept.
 */
export function newestReports(reports: readonly SessionReport[]): readonly SessionReport[] {
  const sessions = new Map<
    string,
    { newest: SessionReport; changes: number; readonly was: (readonly string[])[] }
  >();
  for (const report of reports) {
    const { zone, pid, upstairsId, sessionId, values } = report.row;
    const isKnown = upstairsId !== null || sessionId !== null;
    const id = JSON.stringify([zone, pid, ...(isKnown ? [upstairsId, sessionId] : values)]);
    const session = sessions.get(id) ?? { newest: report, changes: 0, was: [] };
    sessions.set(id, session);
    const before = session.newest.row.values;
    if (before.join(' ') !== values.join(' ')) {
      session.changes++;
      session.was.push(before);
      if (session.was.length > MOST_BEFORE) session.was.shift();
    }
    session.newest = report;
  }
  return [...sessions.values()].map(({ newest, changes, was }) => {
    const remarks = [
      ...(newest.remark === null ? [] : [newest.remark]),
      ...(changes > MOST_BEFORE ? [`${changes} changes in all`] : []),
    ];
    return {
      row: { ...newest.row, was },
      remark: remarks.length === 0 ? null : remarks.join('; '),
    };
  });
}
