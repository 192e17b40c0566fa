import type { Cell, Row } from '../model/column.ts';
import type { ProbeSpec, RowStream } from '../model/probe.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { isJsonObject, parseJsonLines, type JsonObject } from '../parse/json-lines.ts';
import { columnNamed } from '../kinds/column-help.ts';
import { scriptArguments } from '../kinds/table-probe.ts';

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
  cost: 'one JSON record an upstairs and second',
  arguments: (settings) => scriptArguments('optional', false, settings),
  columns: [
    columnNamed('zone', 'ZONE'),
    columnNamed('pid', 'PID'),
    columnNamed('time_ns', 'TIME_NS', 'nanoseconds since 1970 on the sled'),
    { ...columnNamed('status', 'STATUS', 'the record, as JSON'), kind: 'json' },
    columnNamed('note', 'NOTE'),
  ],
  read(result) {
    if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
    const { values, issues } = parseJsonLines(result.stdout);
    return {
      status: 'answer',
      rows: values.map(recordRow),
      issues: [...readMessages(result.stderr), ...issues],
    };
  },
  key: ['zone', 'pid', 'time_ns'],
  stream: () => jsonStream(),
  check: () => [],
};

/** Whole lines as they come. */
function jsonStream(): RowStream {
  let rest = '';
  const rows = (text: string): readonly Row[] => parseJsonLines(text).values.map(recordRow);
  return {
    push(text) {
      const end = (rest + text).lastIndexOf('\n') + 1;
      const whole = (rest + text).slice(0, end);
      rest = (rest + text).slice(end);
      return rows(whole);
    },
    end: () => rows(rest),
  };
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
