import type { Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { LongReading, ProbeSettings } from '../model/probe.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { isJsonObject, readJson } from '../parse/json-lines.ts';
import { createReportJoin } from '../parse/report-join.ts';
import { parseReports, readReport, type Report, type Reports } from '../parse/reports.ts';
import { createUnreadableLog } from '../parse/unreadable.ts';
import { inColumns } from './in-columns.ts';
import { countRunning, unreported } from './running-processes.ts';

/** What is made of the reports of a long run. */
export interface LongRows {
  /** Hears of each report once. */
  readonly take: (report: Report, program: number) => void;
  readonly rows: (
    times: Pick<Reports, 'beganNs' | 'endedNs'>,
    isCut: boolean,
  ) => { readonly rows: readonly Row[]; readonly issues: readonly Issue[] };
  /** The columns of a row. */
  readonly names: readonly string[];
}

/** So many lines that are not reports are said by what they are. */
const OTHER_LINES = 100;

/** Reads what programs of `upstairs_raw.d` print one after another. */
export function longReports(
  script: string,
  settings: ProbeSettings,
  { take, rows, names }: LongRows,
): LongReading {
  const join = createReportJoin();
  const unreadable = createUnreadableLog();
  const pids = new Set<number | null>();
  const others: string[] = [];
  return {
    push(program, text) {
      return join
        .push(program, text)
        .map(({ program: of, line }) => {
          const value = readJson(line);
          const report = isJsonObject(value) ? readReport(value) : null;
          if (report === null) {
            if (others.length < OTHER_LINES) others.push(line);
          } else {
            pids.add(report.pid);
            if (report.unreadable !== null) unreadable.add(report.zone, report.pid, report.unreadable);
            take(report, of);
          }
          return `${line}\n`;
        })
        .join('');
    },
    program: (result) =>
      result.exitStatus === 0
        ? { status: 'answer', rows: [], issues: readMessages(result.stderr) }
        : { status: 'failure', error: readFailure(script, result) },
    read({ isCut }) {
      const { beganNs, endedNs, running } = join.ends();
      const made = rows({ beganNs, endedNs }, isCut);
      const silent = unreported(
        running,
        [...pids].map((pid) => ({ pid })),
        settings,
      );
      return {
        status: 'answer',
        rows: [...made.rows, ...silent.rows].map((row) => inColumns(names, row)),
        issues: [
          ...silent.issues,
          ...unreadable.all(),
          ...parseReports(others.join('\n')).issues,
          ...made.issues,
        ],
        running: countRunning(running, 'upstairs'),
      };
    },
  };
}
