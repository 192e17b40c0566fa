import type { Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { parseStatusRows, type StatusRow } from '../parse/status-rows.ts';
import {
  checkState,
  noteOf,
  NOTE_COLUMN,
  STATE_COLUMNS,
  statesOf,
  UPSTAIRS_COLUMNS,
} from './upstairs-state.ts';

/** The state of each upstairs session's three downstairs. */
export const dsState: ProbeSpec = {
  name: 'ds-state',
  summary: 'the state of the three downstairs of every upstairs',
  shape: 'rows',
  script: 'get-ds-state.sh',
  needs: ['upstairs-status.d', 'upstairs-status.sh'],
  takes: { pid: 'no', volume: false },
  seconds: 3,
  interval: 0,
  cost: 'one JSON record an upstairs and second',
  arguments: ({ seconds }) => ['-w', String(seconds)],
  columns: [...UPSTAIRS_COLUMNS, ...STATE_COLUMNS, NOTE_COLUMN],
  read(result) {
    if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
    const issues: Issue[] = [...readMessages(result.stderr)];
    const parsed = parseStatusRows(result.stdout, 3);
    const rows = parsed.rows.map((row) => stateRow(row, issues));
    return { status: 'answer', rows, issues: [...issues, ...parsed.issues] };
  },
  key: ['zone', 'pid', 'upstairs_id', 'session_id'],
  check: checkState,
};

function stateRow(row: StatusRow, issues: Issue[]): Row {
  return {
    zone: row.zone,
    pid: row.pid,
    upstairs_id: row.upstairsId,
    session_id: row.sessionId,
    ...statesOf(row, row.values, issues),
    note: noteOf(row),
  };
}
