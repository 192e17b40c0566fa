import type { Cell, Row } from '../model/column.ts';
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
  /** Extents that are left; null where the total is unknown. */
  readonly extentsLeft: number | null;
  /** Why `extentsLeft` or the rate is not known; null where both are. */
  readonly unknown: string | null;
}

const TASKS_PER_EXTENT = 4;
const WAITING = ['live_repair_ready'];
const NO_TOTAL = 'the total is not reported';

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
  const paced = pace(moved, since, last);
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
    ...paced,
    extentsLeft: null,
    unknown: runs ? NO_TOTAL : 'not begun',
  };
}

function reconciliation(rows: readonly Row[], last: Row): Repair {
  const since = firstOfState(rows, (row) => [0, 1, 2].some((client) => row[`ds${client}`] === 'reconcile'));
  const moved = growth(last['reconciled'], since['reconciled']);
  const paced = pace(moved, since, last, TASKS_PER_EXTENT);
  const left = integerOf(last['reconcile_needed']);
  return {
    kind: 'reconciliation',
    downstairs: null,
    state: 'reconcile',
    extentsRepaired: null,
    extentsConfirmed: null,
    extent: null,
    tasksDone: last['reconciled'] ?? null,
    tasksLeft: left === null ? null : exact(left),
    ...paced,
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
): Pick<Repair, 'seconds' | 'extentsPerSecond'> {
  const passed = difference(last['time_ns'], since['time_ns']);
  if (passed === null || passed <= 0n) return { seconds: null, extentsPerSecond: null };
  const seconds = secondsOf(passed);
  return {
    seconds: Math.round(seconds * 10) / 10,
    extentsPerSecond: moved === null ? null : perSecond(moved, seconds * unitsPerExtent),
  };
}

function sum(counts: readonly (bigint | null)[]): bigint | null {
  return counts.reduce<bigint | null>(
    (all, count) => (all === null || count === null ? null : all + count),
    0n,
  );
}
