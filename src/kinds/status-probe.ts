import { columnsOfField } from '../fields/report-field.ts';
import { reportField, type FieldName } from '../fields/report-fields.ts';
import type { Cell, Column, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import { NO_PROBES } from '../model/no-probes.ts';
import type { ProbeSpec, RowFinding } from '../model/probe.ts';
import { UNREADABLE } from '../model/row-note.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { parseSessionStatus, type SessionStatus } from '../parse/session-status.ts';
import type { StatusRow } from '../parse/status-rows.ts';
import { createUnreadableLog } from '../parse/unreadable.ts';
import { fieldColumn } from './column-help.ts';
import { FORMER_ORDER } from './former-status.ts';
import { oldNote, unreadableFindings } from './report-rows.ts';
import { noProbesIssues } from './running-processes.ts';
import { counterCells, type Lacking } from './upstairs-counters.ts';
import { HEALTH_COLUMN, noteOf, NOTE_COLUMN, statesOf, UPSTAIRS_COLUMNS } from './upstairs-state.ts';

/** What an author says of a probe whose sh script makes one row a session of the reports of a window. */
interface StatusProbe {
  readonly name: keyof typeof FORMER_ORDER;
  readonly summary: string;
  readonly script: 'get-ds-state.sh' | 'get-lr-state.sh';
  /** Options of the script beside the time: what a note tells of. */
  readonly flags: readonly string[];
  /** What it shows of a report, in this order; the health stands behind the states. */
  readonly fields: readonly FieldName[];
  /** Those that only a wide table shows. */
  readonly wide: readonly FieldName[];
  /** What it means that a report lacks a counter. */
  readonly lacking: Lacking;
  readonly check: (row: Row) => readonly RowFinding[];
  /** What its rows have without a column, where a report has it. */
  readonly unshown?: readonly FieldName[];
}

/** Makes a probe of it: who a row is about, the note and the reading are the same for all. */
export function statusProbe(spec: StatusProbe): ProbeSpec {
  const { unshown = [] } = spec;
  const fields = [...spec.fields, ...unshown].map((name) => ({
    name,
    columns: columnsOfField(reportField(name)).map((column) => column.name),
    lacking: unshown.includes(name) ? ('older' as const) : spec.lacking,
  }));
  return {
    name: spec.name,
    summary: spec.summary,
    shape: 'rows',
    script: spec.script,
    needs: ['upstairs-status.d', 'upstairs-status.sh'],
    takes: { pid: 'no', volume: false },
    seconds: 3,
    interval: 0,
    firesFor: 'reports',
    cost: 'one JSON record an upstairs and second',
    arguments: ({ seconds }) => ['-f', ...spec.flags, '-w', String(seconds)],
    columns: [...UPSTAIRS_COLUMNS, ...valueColumns(spec), NOTE_COLUMN],
    key: ['zone', 'pid', 'upstairs_id', 'session_id'],
    read(result, { seconds }) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(spec.script, result) };
      const issues: Issue[] = [...readMessages(result.stderr)];
      const {
        rows,
        endedNs,
        hostName,
        issues: unread,
      } = parseSessionStatus(result.stdout, FORMER_ORDER[spec.name]);
      const unreadable = createUnreadableLog();
      for (const row of rows) {
        if (row.unreadable !== null) unreadable.add(row.zone, row.pid, row.unreadable);
      }
      return {
        status: 'answer',
        rows: rows.map((row) => sessionRow(fields, row, { endedNs, seconds }, issues)),
        issues: [
          ...noProbesIssues(rows.filter(({ noProbes }) => noProbes).length),
          ...issues,
          ...unreadable.all(),
          ...unread,
        ],
        hostName,
      };
    },
    check: (row) => [...unreadableFindings(row), ...spec.check(row)],
    ...(spec.fields.includes('replaced') || spec.unshown !== undefined
      ? {}
      : { forPlaces: () => statusProbe({ ...spec, unshown: ['replaced'] }) }),
  };
}

function valueColumns({ fields, wide }: StatusProbe): readonly Column[] {
  return fields.flatMap((name) => {
    const isNarrow = !wide.includes(name);
    const columns = columnsOfField(reportField(name)).map((column): Column => ({
      ...fieldColumn(column),
      narrow: isNarrow,
    }));
    return name === 'ds' ? [...columns, HEALTH_COLUMN] : columns;
  });
}

/** A field of a probe, with the names of its columns. */
interface NamedField {
  readonly name: FieldName;
  readonly columns: readonly string[];
  readonly lacking: Lacking;
}

/** A whole row of what a script for programs said: who it is about, its cells, the note. */
function sessionRow(fields: readonly NamedField[], row: SessionStatus, watch: Watch, issues: Issue[]): Row {
  const whole: Record<string, Cell> = {};
  for (const { name, columns, lacking: usual } of fields) {
    const values = row.noReport ? [] : columns.map((each) => row.words.get(each) ?? '-');
    const lacking = row.unreadable === null ? usual : 'older';
    if (name !== 'ds') Object.assign(whole, counterCells(row, columns, values, lacking, issues));
    // Without states, or without a report that could be seen, nothing is known: neither health nor silence.
    else if (row.unreadable !== null || row.noProbes)
      Object.assign(whole, { ds0: null, ds1: null, ds2: null, health: null });
    else Object.assign(whole, statesOf(row, values, issues));
  }
  return { ...statusCells(row, whole), note: fullNote(row, watch) };
}

/** Reports come about once a second: one that is more than two seconds old at the end does not say how it is now. */
const OLD_NS = 2_000_000_000n;

/** When a watch ended on the sled's clock, and how long it was. */
interface Watch {
  readonly endedNs: bigint | null;
  readonly seconds: number;
}

function fullNote(row: SessionStatus, { endedNs, seconds }: Watch): string | null {
  const age = endedNs === null || row.timeNs === null ? 0n : endedNs - row.timeNs;
  const isOld = age > OLD_NS || age < -OLD_NS;
  if (row.noProbes) return NO_PROBES;
  const notes = [
    ...(row.unreadable === null ? [] : [`${UNREADABLE}${row.unreadable}`]),
    ...[noteOf(row)].filter((note) => note !== null),
    ...(isOld && !row.exited ? [oldNote(age, seconds)] : []),
  ];
  return notes.length === 0 ? null : notes.join('; ');
}

/** Who a row is about, its cells, the note. */
export function statusCells(row: Omit<StatusRow, 'values'>, cells: Row): Row {
  return {
    zone: row.zone,
    pid: row.pid,
    upstairs_id: row.upstairsId,
    session_id: row.sessionId,
    ...cells,
    note: noteOf(row),
  };
}
