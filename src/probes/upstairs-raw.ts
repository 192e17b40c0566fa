import type { Cell, Row } from '../model/column.ts';
import type { ProbeSpec, RowStream } from '../model/probe.ts';
import { columnNamed } from '../kinds/column-help.ts';
import { unreadableFinding } from '../kinds/report-rows.ts';
import { scriptArguments } from '../kinds/script-arguments.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { isJsonObject, parseJsonLines, readJson, type JsonObject } from '../parse/json-lines.ts';
import { createLineFeed } from '../parse/line-feed.ts';
import { reportsOf } from '../parse/reports.ts';

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
  columns: [
    columnNamed('zone'),
    columnNamed('pid'),
    { ...columnNamed('time_ns'), help: 'nanoseconds since 1970 on the sled' },
    { name: 'status', heading: 'STATUS', kind: 'json', help: 'the record, as JSON', narrow: true },
    columnNamed('note'),
  ],
  read(result) {
    if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
    const { values, issues } = parseJsonLines(result.stdout);
    return {
      status: 'answer',
      rows: values.map(recordRow),
      issues: [...readMessages(result.stderr), ...reportsOf(values).issues, ...issues],
    };
  },
  key: ['zone', 'pid', 'time_ns'],
  stream: () => jsonStream(),
  check: ({ note }) => (typeof note === 'string' ? [unreadableFinding(note)] : []),
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
