import type { Column, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { ProbeSpec, RowFinding } from '../model/probe.ts';
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

const COUNTERS = [
  'live_repair_completed_0',
  'live_repair_completed_1',
  'live_repair_completed_2',
  'live_repair_aborted_0',
  'live_repair_aborted_1',
  'live_repair_aborted_2',
] as const;

const COLUMNS: readonly Column[] = [
  ...UPSTAIRS_COLUMNS,
  ...COUNTERS.map((name): Column => {
    const downstairs = name.slice(-1);
    const completed = name.includes('completed');
    return {
      name,
      heading: `${completed ? 'LRC' : 'LRA'}${downstairs}`,
      kind: 'count',
      help: `live repairs of downstairs ${downstairs} that were ${completed ? 'completed' : 'aborted'} in this session`,
      narrow: true,
    };
  }),
  ...STATE_COLUMNS.map((column) => (column.kind === 'state' ? { ...column, narrow: false } : column)),
  NOTE_COLUMN,
];

/** How often each downstairs was live-repaired, and how often a repair was aborted. */
export const lrState: ProbeSpec = {
  name: 'lr-state',
  summary: 'live repairs completed and aborted, by downstairs, of every upstairs',
  shape: 'rows',
  script: 'get-lr-state.sh',
  needs: ['upstairs-status.d', 'upstairs-status.sh'],
  takes: { pid: 'no', volume: false },
  seconds: 3,
  interval: 0,
  cost: 'one JSON record an upstairs and second',
  arguments: ({ seconds }) => ['-s', '-w', String(seconds)],
  columns: COLUMNS,
  read(result) {
    if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
    const issues: Issue[] = [...readMessages(result.stderr)];
    const parsed = parseStatusRows(result.stdout, COUNTERS.length + 3);
    const rows = parsed.rows.map((row) => counterRow(row, issues));
    return { status: 'answer', rows, issues: [...issues, ...parsed.issues] };
  },
  key: ['zone', 'pid', 'upstairs_id', 'session_id'],
  check: checkCounters,
};

function counterRow(row: StatusRow, issues: Issue[]): Row {
  const counters: Record<string, number | null> = {};
  for (const [index, name] of COUNTERS.entries()) {
    counters[name] = counter(row, name, row.values[index], issues);
  }
  return {
    zone: row.zone,
    pid: row.pid,
    upstairs_id: row.upstairsId,
    session_id: row.sessionId,
    ...counters,
    ...statesOf(row, row.values.slice(COUNTERS.length), issues),
    note: noteOf(row),
  };
}

/** A counter, exact or null with an issue: never rounded, never 0 for want of a value. */
function counter(row: StatusRow, name: string, text: string | undefined, issues: Issue[]): number | null {
  if (text === undefined) return null;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  issues.push({
    code: 'unparsed_line',
    message: `${name} of ${row.zone} (PID ${row.pid}) could not be read: ${text === '-' ? 'the report lacks it' : text}`,
  });
  return null;
}

function checkCounters(row: Row): readonly RowFinding[] {
  const aborted = [0, 1, 2].flatMap((index): readonly RowFinding[] => {
    const count = row[`live_repair_aborted_${index}`];
    if (typeof count !== 'number' || count === 0) return [];
    const message = `${count} live ${count === 1 ? 'repair' : 'repairs'} of downstairs ${index} aborted`;
    return [{ rule: 'live_repair_aborted', severity: 'warning', message }];
  });
  return [...checkState(row), ...aborted];
}
