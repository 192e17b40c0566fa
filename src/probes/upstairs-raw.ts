import type { Cell, Column, Row } from '../model/column.ts';
import type { ProbeSpec, RowStream } from '../model/probe.ts';
import { columnNamed } from '../kinds/column-help.ts';
import { inColumns } from '../kinds/in-columns.ts';
import { longReports } from '../kinds/long-reports.ts';
import { unreadableFinding } from '../kinds/report-rows.ts';
import { countRunning, NO_REPORT, unreported, unreportedFindings } from '../kinds/running-processes.ts';
import { scriptArguments } from '../kinds/script-arguments.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { isJsonObject, parseJsonLines, readJson, type JsonObject } from '../parse/json-lines.ts';
import { createLineFeed } from '../parse/line-feed.ts';
import { reportsOf } from '../parse/reports.ts';
import { takeOutRunning } from '../parse/running.ts';

const COLUMNS: readonly Column[] = [
  columnNamed('zone'),
  columnNamed('pid'),
  { ...columnNamed('time_ns'), help: 'nanoseconds since 1970 on the sled' },
  { name: 'status', heading: 'STATUS', kind: 'json', help: 'the record, as JSON', narrow: true },
  columnNamed('note'),
];
const NAMES = COLUMNS.map(({ name }) => name);

/** Every up-status record of every upstairs, as it is. */
export const upstairsRaw: ProbeSpec = {
  name: 'upstairs_raw',
  summary: 'every up-status record of every upstairs, as JSON',
  shape: 'rows',
  script: 'upstairs_raw.d',
  needs: ['run-d.sh'],
  takes: { pid: 'optional', volume: false },
  seconds: 3,
  interval: 1,
  firesFor: 'reports',
  cost: 'one JSON record an upstairs and second',
  arguments: (settings) => scriptArguments('pid', settings, 'plain'),
  columns: COLUMNS,
  read(result, settings) {
    if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
    const { rest, running } = takeOutRunning(result.stdout);
    const { values, issues } = parseJsonLines(rest);
    const reports = reportsOf(values);
    const silent = unreported(running, reports.reports, settings);
    return {
      status: 'answer',
      rows: [...values.map(recordRow), ...silent.rows.map((row) => inColumns(NAMES, row))],
      issues: [...readMessages(result.stderr), ...silent.issues, ...reports.issues, ...issues],
      running: countRunning(running, 'upstairs'),
    };
  },
  key: ['zone', 'pid', 'time_ns'],
  stream: () => jsonStream(),
  // A full rack sends more in an hour than can be kept.
  long: {
    onlyStreams: true,
    open: (settings) =>
      longReports('upstairs_raw.d', settings, {
        take() {},
        rows: () => ({ rows: [], issues: [] }),
        names: NAMES,
      }),
  },
  check(row) {
    const { note } = row;
    if (note === NO_REPORT) return unreportedFindings(row);
    return typeof note === 'string' ? [unreadableFinding(note)] : [];
  },
};

/** Whole lines as they come. */
function jsonStream(): RowStream {
  const feed = createLineFeed();
  const rows = (lines: readonly string[]): readonly Row[] =>
    lines.flatMap((line) => {
      const value = readJson(line);
      return isJsonObject(value) ? [recordRow(value)] : [];
    });
  return { push: (text) => rows(feed.push(text)), end: () => rows(feed.end()) };
}

/** The cells of one record of our script; what it does not have is not known. */
export function recordRow(object: JsonObject): Row {
  return {
    zone: cell(object['zone']),
    pid: cell(object['pid']),
    time_ns: cell(object['time_ns']),
    status: isJsonObject(object['status']) ? JSON.stringify(object['status']) : null,
    note: cell(object['error']),
  };
}

function cell(value: JsonObject[string] | undefined): Cell {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
