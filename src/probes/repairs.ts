import type { Column, Row } from '../model/column.ts';
import { groupBy } from '../model/group-by.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { STALLED_SECONDS } from '../model/repair-outlook.ts';
import { columnNamed } from '../kinds/column-help.ts';
import { columnsOfField } from '../fields/report-field.ts';
import { reportField } from '../fields/report-fields.ts';
import { inColumns } from '../kinds/in-columns.ts';
import { etaCells, stalledCell, timeCell } from '../kinds/repair-eta.ts';
import { repairsUnderWay, type Repair } from '../kinds/repairs-under-way.ts';
import { isWithoutIds, NO_IDS, reportRows, unreadableFindings } from '../kinds/report-rows.ts';
import type { ReportTable } from '../kinds/report-table-spec.ts';
import { countRunning, unreported, unreportedFindings } from '../kinds/running-processes.ts';
import { scriptArguments } from '../kinds/script-arguments.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { parseReports } from '../parse/reports.ts';
import { takeOutRunning } from '../parse/running.ts';

/** What it reads of each report. */
const READ: ReportTable = {
  kind: 'report-table',
  name: 'repairs',
  summary: 'live repairs and reconciliations under way: in which zone, how far, how fast',
  fields: [
    'ds',
    'extents_repaired',
    'extents_confirmed',
    'extent_under_repair',
    'live_repair_completed',
    'live_repair_aborted',
    'reconciled',
    'reconcile_needed',
  ],
  pid: 'optional',
};

const COLUMNS: readonly Column[] = [
  columnNamed('zone'),
  columnNamed('pid'),
  columnNamed('upstairs_id'),
  columnNamed('session_id'),
  { name: 'kind', heading: 'REPAIR', kind: 'text', help: 'live_repair or reconciliation', narrow: true },
  {
    name: 'downstairs',
    role: 'identity',
    heading: 'DS',
    kind: 'count',
    help: 'downstairs under repair, 0 to 2; empty for a reconciliation, which repairs all three',
    narrow: true,
  },
  {
    name: 'state',
    heading: 'STATE',
    kind: 'state',
    help: 'its state now; live_repair_ready waits for its repair to begin',
    narrow: true,
  },
  {
    name: 'extents_repaired',
    heading: 'REPAIRED',
    kind: 'count',
    help: 'extents that live repair repaired on this downstairs since the session began',
  },
  {
    name: 'extents_confirmed',
    heading: 'CONFIRMED',
    kind: 'count',
    help: 'extents that live repair found good on this downstairs since the session began',
  },
  {
    name: 'extent',
    heading: 'EXTENT',
    kind: 'count',
    help: 'extent under live repair; unknown while Crucible reports 0: the first extent, or none',
  },
  {
    name: 'extents_per_second',
    heading: 'EXTENTS/S',
    kind: 'count',
    role: 'state',
    help: 'extents repaired and confirmed per second, over the window; unknown from a single report',
    narrow: true,
  },
  {
    name: 'extents_done',
    heading: 'DONE',
    kind: 'count',
    role: 'state',
    help: 'extents that this repair has done',
    narrow: true,
  },
  {
    name: 'extents_total',
    heading: 'OF',
    kind: 'count',
    role: 'state',
    unknownMark: '?',
    help: 'extents of the whole repair; ? where the total is unknown',
    narrow: true,
  },
  {
    name: 'total_from',
    heading: 'TOTAL_FROM',
    kind: 'text',
    help: 'where the total comes from: the reconciliation itself, a completed repair of another downstairs, the history, or facts',
    narrow: true,
  },
  {
    name: 'left',
    heading: 'LEFT',
    kind: 'text',
    help: 'what is left; or ? and why that is unknown',
    narrow: true,
  },
  {
    name: 'eta',
    heading: 'ETA',
    kind: 'text',
    role: 'state',
    help: 'time left, as a range; ? where the total or the rate is unknown',
    narrow: true,
  },
  {
    name: 'stalled',
    heading: 'STALLED',
    kind: 'text',
    role: 'state',
    help: `yes: no extent was done for ${STALLED_SECONDS} s; ? where it was watched for less`,
    narrow: true,
  },
  {
    name: 'seen_from',
    heading: 'SEEN_FROM',
    kind: 'text',
    help: 'when it was first seen: in this window, or in the history',
    narrow: true,
  },
  {
    name: 'begun_after',
    heading: 'BEGUN_AFTER',
    kind: 'text',
    help: 'the last look before that, which did not see it; unknown where there was none',
  },
  {
    name: 'still_seconds',
    heading: 'STILL',
    kind: 'count',
    help: 'seconds without progress at the end',
  },
  { name: 'eta_least_seconds', heading: 'ETA_LEAST', kind: 'count', help: 'the range of ETA in seconds' },
  {
    name: 'eta_most_seconds',
    heading: 'ETA_MOST',
    kind: 'count',
    help: 'its end; unknown where the rate may be 0',
  },
  {
    name: 'extents_moved',
    heading: 'MOVED',
    kind: 'count',
    help: 'extents that were done while it was watched',
  },
  {
    name: 'rate_from',
    heading: 'RATE_FROM',
    kind: 'text',
    help: 'what ETA is based on: window, two looks, or history',
  },
  {
    name: 'repairs_before',
    heading: 'BEFORE',
    kind: 'count',
    help: 'live repairs of the downstairs in this session that ended before',
  },
  {
    name: 'extents_left',
    heading: 'EXTENTS_LEFT',
    kind: 'count',
    help: 'extents that are left to repair, as a number',
  },
  { name: 'tasks_done', heading: 'TASKS_DONE', kind: 'count', help: columnNamed('reconciled').help },
  { name: 'tasks_left', heading: 'TASKS_LEFT', kind: 'count', help: columnNamed('reconcile_needed').help },
  {
    name: 'seconds',
    heading: 'SECONDS',
    kind: 'count',
    help: 'seconds between the first and the last report of the repair in the window',
  },
  ...['ds0', 'ds1', 'ds2'].map((name) => ({ ...columnNamed(name), narrow: false })),
  { ...columnNamed('time_ns'), narrow: false },
  columnNamed('note'),
];
const NAMES = COLUMNS.map(({ name }) => name);

const REPLACED = columnsOfField(reportField('replaced')).map(({ name }) => name);

/** Every repair that runs, of every upstairs: a row each. It is a command and no probe of `run`. */
export const repairs: ProbeSpec = {
  ...probeReading(READ, NAMES),
  forPlaces: () => probeReading({ ...READ, fields: [...READ.fields, 'replaced'] }, [...NAMES, ...REPLACED]),
};

/** The probe that reads these fields of a report and gives these cells. */
function probeReading(table: ReportTable, names: readonly string[]): ProbeSpec {
  return {
    name: READ.name,
    summary: READ.summary,
    shape: 'rows',
    script: 'upstairs_raw.d',
    needs: ['run-d.sh'],
    takes: { pid: 'no', volume: false },
    seconds: 5,
    interval: 1,
    firesFor: 'reports',
    cost: 'one JSON record an upstairs and second',
    arguments: (settings) => scriptArguments('pid', { ...settings, interval: 1 }, 'fields'),
    columns: COLUMNS,
    read(result, settings) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
      const { rest, running } = takeOutRunning(result.stdout);
      const { reports, issues } = parseReports(rest);
      const silent = unreported(running, reports, settings);
      const reader = reportRows(table);
      const sessions = groupBy(
        reports.map((report) => reader.next(report)),
        (row) => JSON.stringify([row['zone'], row['pid'], row['upstairs_id'], row['session_id']]),
      );
      return {
        status: 'answer',
        rows: [...[...sessions.values()].flatMap(rowsOfSession), ...silent.rows].map((row) =>
          inColumns(names, row),
        ),
        issues: [...readMessages(result.stderr), ...silent.issues, ...issues],
        running: countRunning(running, 'upstairs'),
      };
    },
    key: ['zone', 'pid', 'upstairs_id', 'session_id', 'kind', 'downstairs'],
    check: (row) => [...unreadableFindings(row), ...unreportedFindings(row)],
    // It is unknown where the session could not be read.
    shows: { text: 'under repair', keeps: (row) => row['kind'] !== null || row['note'] !== null },
  };
}

/** The rows of the repairs that one report of a session tells of; none where it tells of none. */
export function repairsInReport(row: Row): readonly Row[] {
  return rowsOfSession([row]).filter(({ kind }) => kind !== null && kind !== undefined);
}

/** Its repairs; a row without one, or of a session whose newest report could not be read: whether it repairs is not known. */
function rowsOfSession(rows: readonly Row[]): readonly Row[] {
  const last = rows.at(-1) ?? {};
  if (last['note'] !== null) return [{ ...last, left: '? its report could not be read' }];
  const mixed = isWithoutIds(last);
  // Reports of two disks that cannot be told apart tell no rate.
  const found = repairsUnderWay(mixed ? [last] : rows.filter((row) => row['note'] === null));
  if (found.length === 0) return [{ ...last, note: null }];
  return found.map((repair) => ({ ...last, ...cellsOf(repair), note: mixed ? NO_IDS : null }));
}

function cellsOf(repair: Repair): Row {
  const { seconds, extentsMoved } = repair;
  const paces = seconds === null || extentsMoved === null ? [] : [{ seconds, moved: extentsMoved }];
  return {
    kind: repair.kind,
    downstairs: repair.downstairs,
    state: repair.state,
    extents_repaired: repair.extentsRepaired,
    extents_confirmed: repair.extentsConfirmed,
    extent: repair.extent,
    extents_per_second: repair.extentsPerSecond,
    extents_done: repair.extentsDone,
    extents_total: repair.total?.extents ?? null,
    total_from: repair.total?.from ?? (repair.state === 'live_repair_ready' ? null : '?'),
    left: repair.extentsLeft === null ? `? ${repair.unknown ?? ''}`.trim() : `${repair.extentsLeft} extents`,
    extents_left: repair.extentsLeft,
    seen_from: timeCell(repair.seenFromNs),
    begun_after: timeCell(repair.begunAfterNs),
    still_seconds: repair.stillSeconds,
    extents_moved: extentsMoved,
    rate_from: paces.length === 0 ? null : 'window',
    repairs_before: repair.repairsBefore,
    tasks_done: repair.tasksDone,
    tasks_left: repair.tasksLeft,
    seconds,
    ...etaCells(repair.extentsLeft, paces, repair.state),
    stalled: stalledCell(repair.stillSeconds, extentsMoved, repair.state),
  };
}
