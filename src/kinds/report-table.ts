import type { Column, Row } from '../model/column.ts';
import type { LongReading, ProbeSettings, ProbeSpec, RowStream } from '../model/probe.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { isJsonObject, readJson } from '../parse/json-lines.ts';
import { createLineFeed } from '../parse/line-feed.ts';
import { parseReports, readReport } from '../parse/reports.ts';
import { takeOutRunning } from '../parse/running.ts';
import { columnNamed, fieldColumn } from './column-help.ts';
import { inColumns } from './in-columns.ts';
import { isPrintedTable, readPrintedReports } from './printed-table.ts';
import { longReports } from './long-reports.ts';
import { createNewestRows, newestRows, reportRows, unreadableFindings } from './report-rows.ts';
import { countRunning, unreported, unreportedFindings } from './running-processes.ts';
import { valueColumns, type ReportTable } from './report-table-spec.ts';
import { scriptArguments } from './script-arguments.ts';

/** A probe of reports, with what its script is made of. */
export type ReportTableProbe = ProbeSpec & { readonly source: ReportTable };

/** Makes a probe of it. On a sled `upstairs_raw.d` prints the reports as they are, and what is shown is picked here. */
export function reportTable(spec: Omit<ReportTable, 'kind'>): ReportTableProbe {
  const source: ReportTable = { kind: 'report-table', ...spec };
  const columns = columnsOfTable(source);
  const names = columns.map((column) => column.name);
  return {
    source,
    name: spec.name,
    summary: spec.summary,
    shape: 'rows',
    script: 'upstairs_raw.d',
    byHand: `${spec.name}.d`,
    needs: ['run-d.sh'],
    takes: { pid: spec.pid, volume: false, counts: false },
    seconds: 30,
    interval: 1,
    firesFor: 'reports',
    cost: 'one JSON record an upstairs and second',
    arguments: (settings) => scriptArguments('pid', settings, 'fields'),
    columns,
    read(result, settings) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
      const interval = settings.interval === 0 ? this.interval : settings.interval;
      const isCut = settings.cut === true;
      const { rest, running } = takeOutRunning(result.stdout);
      const messages = readMessages(result.stderr);
      if (isPrintedTable(rest)) {
        const { rows, issues } = readPrintedReports(source, rest, { ...settings, interval });
        return {
          status: 'answer',
          rows: rows.map((row) => inColumns(names, row)),
          issues: [...messages, ...issues],
        };
      }
      const reports = parseReports(rest);
      const { rows, issues } = newestRows(source, reports, { interval, seconds: settings.seconds, isCut });
      const silent = unreported(running, reports.reports, settings);
      return {
        status: 'answer',
        rows: [...rows, ...silent.rows].map((row) => inColumns(names, row)),
        issues: [...messages, ...silent.issues, ...issues],
        running: countRunning(running, 'upstairs'),
      };
    },
    key: ['zone', 'pid', 'upstairs_id', 'session_id'],
    stream: () => rowStream(source, names),
    long: {
      open: (settings) => longTable(source, names, { ...settings, interval: settings.interval || 1 }),
    },
    check: (row) => [...unreadableFindings(row), ...unreportedFindings(row)],
  };
}

/** The newest row of each session, whichever of the programs gave it. */
function longTable(table: ReportTable, names: readonly string[], settings: ProbeSettings): LongReading {
  const newest = createNewestRows(table);
  return longReports('upstairs_raw.d', settings, {
    take: (report, program) => newest.take(report, program),
    rows: (times, isCut) => newest.end(times, { ...settings, isCut }),
    names,
  });
}

function columnsOfTable(table: ReportTable): readonly Column[] {
  const values = valueColumns(table).map((each): Column => {
    if (each === 'delta') return columnNamed('delta');
    // What today's Crucible does not report is not in everybody's way.
    return { ...fieldColumn(each), narrow: each.field.until === undefined };
  });
  return [
    columnNamed('zone'),
    columnNamed('pid'),
    ...values,
    ...(table.ratesOf ?? []).map((name) => rateColumn(name)),
    { ...columnNamed('time_ns'), narrow: false },
    columnNamed('note'),
  ];
}

function rateColumn(name: string): Column {
  const { heading } = columnNamed(name);
  return {
    name: `${name}_per_second`,
    heading: `${heading}/S`,
    kind: 'count',
    help: `${name.replaceAll('_', ' ')} a second`,
    narrow: true,
  };
}

/** Rows as they come, one a report, in the columns of the final ones. */
function rowStream(table: ReportTable, names: readonly string[]): RowStream {
  const rows = reportRows(table);
  const feed = createLineFeed();
  const read = (lines: readonly string[]): readonly Row[] =>
    lines.flatMap((line) => {
      const value = readJson(line);
      const report = isJsonObject(value) ? readReport(value) : null;
      return report === null ? [] : [inColumns(names, rows.next(report))];
    });
  return { push: (text) => read(feed.push(text)), end: () => read(feed.end()) };
}
