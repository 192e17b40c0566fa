import type { Cell, Row } from '../model/column.ts';
import { extentsBy, TASKS_PER_EXTENT } from '../model/repair-outlook.ts';
import { difference, exact, growth, integerOf, perSecond, secondsOf } from './quantity.ts';

/** What repairs the data of an upstairs: one downstairs while the guest runs, or all three before it starts. */
export type RepairKind = 'live_repair' | 'reconciliation';

/** One repair that runs, or waits to, as the reports of one session tell of it. */
export interface Repair {
  readonly kind: RepairKind;
  /** The downstairs that is repaired; null of a reconciliation, which is of all three. */
  readonly downstairs: number | null;
  /** What it is in now: `live_repair_ready` waits. */
  readonly state: string;
  /** Of this downstairs, in all its repairs of this session: Crucible never sets them back. */
  readonly extentsRepaired: Cell;
  readonly extentsConfirmed: Cell;
  /** The extent under repair; null where that is not known. */
  readonly extent: Cell;
  /** Tasks of a reconciliation, four for each extent. */
  readonly tasksDone: Cell;
  readonly tasksLeft: Cell;
  /** How long it was watched in this state, in seconds; null where one report is all there is. */
  readonly seconds: number | null;
  /** Extents a second in that time; null where that is not known. */
  readonly extentsPerSecond: Cell;
  /** Extents that were done in that time; null where that is not known. */
  readonly extentsMoved: number | null;
  /** How long no extent was done, as far as the reports tell, in seconds; null where they do not. */
  readonly stillSeconds: number | null;
  /** When the first of the reports was that saw it (nanoseconds since 1970 on the sled). */
  readonly seenFromNs: Cell;
  /** Whether a report before that saw it in another state: it began between the two. */
  readonly begunAfterNs: Cell;
  /** Live repairs of the downstairs in this session that were over before it began; null where that is not known. */
  readonly repairsBefore: number | null;
  /** Extents that it is done with, and how many there are; null where that is not known. */
  readonly extentsDone: number | null;
  readonly total: RepairTotal | null;
  /** Extents that are left; null where the total is unknown. */
  readonly extentsLeft: number | null;
  /** Why `extentsLeft` or the rate is not known; null where both are. */
  readonly unknown: string | null;
}

/** How many extents a repair goes over, and how that is known. */
export interface RepairTotal {
  readonly extents: number;
  readonly from: string;
}

const WAITING = ['live_repair_ready'];
const NO_TOTAL = 'the total is not reported';
const NOT_DONE = 'what this repair has done is not reported';

/**
 * The repairs that run at the end of these rows, which are the reports of one session in the order of time
 * (`reportRows`): one for each downstairs under live repair, and one where the session reconciles. A rate is of the
 * last reports that agree in the state: a repair that ended meanwhile is not mixed with the one that follows it.
 */
export function repairsUnderWay(rows: readonly Row[]): readonly Repair[] {
  const last = rows.at(-1);
  if (last === undefined) return [];
  const reconciles = [0, 1, 2].some((client) => last[`ds${client}`] === 'reconcile');
  return [
    ...[0, 1, 2].flatMap((client) => liveRepair(rows, last, client) ?? []),
    ...(reconciles ? [reconciliation(rows, last)] : []),
  ];
}

function liveRepair(rows: readonly Row[], last: Row, client: number): Repair | null {
  const state = last[`ds${client}`];
  if (state !== 'live_repair' && !WAITING.includes(String(state))) return null;
  const runs = state === 'live_repair';
  const counters = [`extents_repaired_${client}`, `extents_confirmed_${client}`];
  const since = runs ? firstOfState(rows, (row) => row[`ds${client}`] === state) : last;
  const moved = sum(counters.map((name) => growth(last[name], since[name])));
  const counted = (row: Row) => sum(counters.map((name) => integerOf(row[name])));
  const total = runs ? totalIn(last) : null;
  const extentsDone = runs ? doneOf(last, client, total) : null;
  const left = total === null || extentsDone === null ? null : Math.max(0, total.extents - extentsDone);
  const [repaired = '', confirmed = ''] = counters;
  return {
    kind: 'live_repair',
    downstairs: client,
    state: String(state),
    extentsRepaired: last[repaired] ?? null,
    extentsConfirmed: last[confirmed] ?? null,
    // 0 is the first extent, and also that none is under repair.
    extent:
      runs && integerOf(last['extent_under_repair']) !== 0n ? (last['extent_under_repair'] ?? null) : null,
    tasksDone: null,
    tasksLeft: null,
    ...pace(moved, since, last),
    ...times(rows, since, runs ? counted : null),
    repairsBefore: numberOf(
      sum(
        [`live_repair_completed_${client}`, `live_repair_aborted_${client}`].map((name) =>
          integerOf(last[name]),
        ),
      ),
    ),
    extentsDone,
    total,
    extentsLeft: left,
    unknown: runs ? (total === null ? NO_TOTAL : left === null ? NOT_DONE : null) : 'not begun',
  };
}

function reconciliation(rows: readonly Row[], last: Row): Repair {
  const since = firstOfState(rows, (row) => [0, 1, 2].some((client) => row[`ds${client}`] === 'reconcile'));
  const moved = growth(last['reconciled'], since['reconciled']);
  const left = integerOf(last['reconcile_needed']);
  const done = integerOf(last['reconciled']);
  return {
    kind: 'reconciliation',
    downstairs: null,
    state: 'reconcile',
    extentsRepaired: null,
    extentsConfirmed: null,
    extent: null,
    tasksDone: last['reconciled'] ?? null,
    tasksLeft: left === null ? null : exact(left),
    ...pace(moved, since, last, TASKS_PER_EXTENT),
    ...times(rows, since, (row) => integerOf(row['reconciled'])),
    repairsBefore: null,
    extentsDone: done === null ? null : Number(done) / TASKS_PER_EXTENT,
    total:
      left === null || done === null
        ? null
        : { extents: Number(left + done) / TASKS_PER_EXTENT, from: 'reconciliation' },
    extentsLeft: left === null ? null : Number(left) / TASKS_PER_EXTENT,
    unknown: left === null ? 'what is left is not reported' : null,
  };
}

/** The first of the last rows for which it holds without a break. */
function firstOfState(rows: readonly Row[], holds: (row: Row) => boolean): Row {
  const other = rows.findLastIndex((row) => !holds(row));
  return rows[other + 1] ?? {};
}

/** How fast counters grew between two reports. Reports without a time, or of a clock that was set, tell no rate. */
function pace(
  moved: bigint | null,
  since: Row,
  last: Row,
  unitsPerExtent = 1,
): Pick<Repair, 'seconds' | 'extentsPerSecond' | 'extentsMoved'> {
  const passed = difference(last['time_ns'], since['time_ns']);
  if (passed === null || passed <= 0n) return { seconds: null, extentsPerSecond: null, extentsMoved: null };
  const seconds = secondsOf(passed);
  return {
    seconds: Math.round(seconds * 10) / 10,
    extentsPerSecond: moved === null ? null : perSecond(moved, seconds * unitsPerExtent),
    extentsMoved: moved === null ? null : Number(moved) / unitsPerExtent,
  };
}

/** When it was first seen, and how long the count stands still at the end. */
function times(
  rows: readonly Row[],
  since: Row,
  count: ((row: Row) => bigint | null) | null,
): Pick<Repair, 'stillSeconds' | 'seenFromNs' | 'begunAfterNs'> {
  const from = rows.indexOf(since);
  const last = rows.at(-1) ?? {};
  const now = count?.(last) ?? null;
  const lastOther = rows.findLastIndex((row, n) => n >= from && count?.(row) !== now);
  const passed =
    now === null
      ? null
      : difference(last['time_ns'], rows[lastOther < 0 ? from : lastOther + 1]?.['time_ns']);
  return {
    stillSeconds: passed === null || passed < 0n ? null : Math.round(secondsOf(passed) * 10) / 10,
    seenFromNs: since['time_ns'] ?? null,
    begunAfterNs: rows[from - 1]?.['time_ns'] ?? null,
  };
}

/** The extents of each downstairs, where another one of the session says it by its live repairs. */
function totalIn(row: Row): RepairTotal | null {
  for (const client of [0, 1, 2]) {
    const extents = extentsBy({
      completed: numberOf(integerOf(row[`live_repair_completed_${client}`])),
      aborted: numberOf(integerOf(row[`live_repair_aborted_${client}`])),
      extents: numberOf(
        sum(
          [`extents_repaired_${client}`, `extents_confirmed_${client}`].map((name) => integerOf(row[name])),
        ),
      ),
      isRunning: row[`ds${client}`] === 'live_repair',
    });
    if (extents !== null) return { extents, from: `repair of downstairs ${client}` };
  }
  return null;
}

/**
 * Extents that this live repair is done with. It goes over them in their order, so that the one under repair says it; where
 * that is not known, the counters do, if no other repair of the session counted in them.
 */
function doneOf(row: Row, client: number, total: RepairTotal | null): number | null {
  const extent = numberOf(integerOf(row['extent_under_repair']));
  if (extent !== null && extent > 0) return extent;
  const [completed, aborted] = ['completed', 'aborted'].map((name) =>
    numberOf(integerOf(row[`live_repair_${name}_${client}`])),
  );
  const counted = numberOf(
    sum([`extents_repaired_${client}`, `extents_confirmed_${client}`].map((name) => integerOf(row[name]))),
  );
  if (counted === null || aborted !== 0 || completed === null || completed === undefined) return null;
  if (completed === 0) return counted;
  const own = total === null ? -1 : counted - completed * total.extents;
  return own < 0 ? null : own;
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

function sum(counts: readonly (bigint | null)[]): bigint | null {
  return counts.reduce<bigint | null>(
    (all, count) => (all === null || count === null ? null : all + count),
    0n,
  );
}
