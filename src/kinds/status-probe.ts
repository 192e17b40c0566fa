import type { Column, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { ProbeSpec, RowFinding } from '../model/probe.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { parseStatusRows, type StatusRow } from '../parse/status-rows.ts';
import { noteOf, NOTE_COLUMN, UPSTAIRS_COLUMNS } from './upstairs-state.ts';

/** What an author says of a probe whose sh script prints one row a session with a fixed number of values. */
interface StatusProbe {
  readonly name: string;
  readonly summary: string;
  readonly script: string;
  /** Options of the script beside the time. */
  readonly flags: readonly string[];
  readonly valuesPerRow: number;
  /** The columns of the values. */
  readonly columns: readonly Column[];
  /** The cells of those columns; what cannot be read of them becomes an issue. */
  readonly cells: (row: StatusRow, issues: Issue[]) => Row;
  readonly check: (row: Row) => readonly RowFinding[];
}

/** Makes a probe of it: who a row is about, the note and the reading are the same for all. */
export function statusProbe(spec: StatusProbe): ProbeSpec {
  return {
    name: spec.name,
    summary: spec.summary,
    shape: 'rows',
    script: spec.script,
    needs: ['upstairs-status.d', 'upstairs-status.sh'],
    takes: { pid: 'no', volume: false },
    seconds: 3,
    interval: 0,
    cost: 'one JSON record an upstairs and second',
    arguments: ({ seconds }) => [...spec.flags, '-w', String(seconds)],
    columns: [...UPSTAIRS_COLUMNS, ...spec.columns, NOTE_COLUMN],
    key: ['zone', 'pid', 'upstairs_id', 'session_id'],
    read(result) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(spec.script, result) };
      const issues: Issue[] = [...readMessages(result.stderr)];
      const parsed = parseStatusRows(result.stdout, spec.valuesPerRow);
      const rows = parsed.rows.map((row) => statusCells(row, spec.cells(row, issues)));
      return { status: 'answer', rows, issues: [...issues, ...parsed.issues] };
    },
    check: spec.check,
  };
}

/** A whole row: who it is about, its cells, the note. */
export function statusCells(row: StatusRow, cells: Row): Row {
  return {
    zone: row.zone,
    pid: row.pid,
    upstairs_id: row.upstairsId,
    session_id: row.sessionId,
    ...cells,
    note: noteOf(row),
  };
}
