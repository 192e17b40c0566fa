import type { RepairNow, RepairPast } from '../../history/repair-past.ts';
import { etaCells, stalledCell } from '../../kinds/repair-eta.ts';
import { difference, secondsOf } from '../../kinds/quantity.ts';
import type { RepairTotal } from '../../kinds/repairs-under-way.ts';
import { momentText } from '../../drawing/moment.ts';
import type { Cell, Row } from '../../model/column.ts';
import { TASKS_PER_EXTENT, type Pace } from '../../model/repair-outlook.ts';
import type { Sled } from '../../model/sled.ts';

/** What is known of a repair beside its own window. */
export interface RepairMore {
  /** Its row of an earlier look. */
  readonly earlier: Row | null;
  readonly past: RepairPast | null;
  /** Extents of each downstairs, by what is not in its reports. */
  readonly total: RepairTotal | null;
}

/** What tells a row of a repair from every other of its sled: another repair of the same downstairs is another one. */
export function repairKey(row: Row): string {
  const names = ['zone', 'pid', 'upstairs_id', 'session_id', 'kind', 'downstairs', 'repairs_before'];
  return JSON.stringify(names.map((name) => row[name] ?? null));
}

/** The row as the history has to be asked for it; null where none is under way. */
export function repairNow(row: Row, sled: Sled, at: number): RepairNow | null {
  const { kind, downstairs } = row;
  if (row['state'] === 'live_repair_ready') return null;
  if (kind !== 'live_repair' && kind !== 'reconciliation') return null;
  return {
    who: {
      rack: sled.rack,
      sled: sled.id,
      zone: String(row['zone']),
      pid: numberOf(row['pid']),
      upstairsId: textOf(row['upstairs_id']),
      sessionId: textOf(row['session_id']),
    },
    kind: kind === 'live_repair' ? kind : 'reconcile',
    downstairs: downstairs === 0 || downstairs === 1 || downstairs === 2 ? downstairs : null,
    repairsBefore: numberOf(row['repairs_before']),
    done: unitsOf(row),
    at,
  };
}

/** The row with what is known beside its window: since when, of how many, how fast, until when. */
export function withMore(row: Row, { earlier, past, total }: RepairMore): Row {
  const state = String(row['state']);
  const between = earlier === null ? null : paceBetween(earlier, row);
  const ofPast = past === null || past.pace === null ? null : inExtents(past.pace, row);
  const window = paceOf(row);
  const paces = between !== null ? [between] : [window, ofPast].filter((pace) => pace !== null);
  const from = between !== null ? ['two looks'] : [window && 'window', ofPast && 'history'];
  const known = withTotal(row, total);
  const still = stillOf(row, earlier, between, past);
  return {
    ...known,
    ...(past === null || past.seenFrom === null
      ? {}
      : {
          seen_from: momentText(past.seenFrom.at),
          begun_after: past.notBefore === null ? null : momentText(past.notBefore.at),
        }),
    ...(between === null
      ? {}
      : {
          seconds: Math.round(between.seconds * 10) / 10,
          extents_moved: between.moved,
          extents_per_second: Math.round((between.moved / between.seconds) * 100) / 100,
        }),
    rate_from: paces.length === 0 ? null : from.filter((word) => word !== null).join(', '),
    ...etaCells(numberOf(known['extents_left']), paces, state),
    still_seconds: still,
    stalled: stalledCell(still, paces.length === 0 ? null : ((between ?? window)?.moved ?? null), state),
  };
}

function withTotal(row: Row, total: RepairTotal | null): Row {
  const done = numberOf(row['extents_done']);
  if (total === null || row['kind'] !== 'live_repair' || row['extents_total'] !== null) return row;
  if (row['state'] === 'live_repair_ready' || (done !== null && done > total.extents)) return row;
  const left = done === null ? null : total.extents - done;
  return {
    ...row,
    extents_total: total.extents,
    total_from: total.from,
    extents_left: left,
    left: left === null ? '? what this repair has done is not reported' : `${left} extents`,
  };
}

function stillOf(
  row: Row,
  earlier: Row | null,
  between: Pace | null,
  past: RepairPast | null,
): number | null {
  const own = numberOf(row['still_seconds']);
  const before = numberOf(earlier?.['still_seconds']);
  const known = [
    own,
    between !== null && between.moved === 0 ? between.seconds + (before ?? 0) : null,
    past?.stillSeconds ?? null,
  ].filter((seconds) => seconds !== null);
  return known.length === 0 ? null : Math.round(Math.max(...known) * 10) / 10;
}

function paceOf(row: Row): Pace | null {
  const [moved, seconds] = [numberOf(row['extents_moved']), numberOf(row['seconds'])];
  return moved === null || seconds === null ? null : { moved, seconds };
}

function paceBetween(earlier: Row, row: Row): Pace | null {
  const passed = difference(row['time_ns'], earlier['time_ns']);
  const [before, now] = [unitsOf(earlier), unitsOf(row)];
  if (passed === null || passed <= 0n || before === null || now === null || now < before) return null;
  return inExtents({ moved: now - before, seconds: secondsOf(passed) }, row);
}

/** Extents of a live repair, tasks of a reconciliation. */
function unitsOf(row: Row): number | null {
  if (row['kind'] === 'reconciliation') return numberOf(row['tasks_done']);
  const [repaired, confirmed] = [numberOf(row['extents_repaired']), numberOf(row['extents_confirmed'])];
  return repaired === null || confirmed === null ? null : repaired + confirmed;
}

function inExtents({ moved, seconds }: Pace, row: Row): Pace {
  return { seconds, moved: row['kind'] === 'reconciliation' ? moved / TASKS_PER_EXTENT : moved };
}

function numberOf(cell: Cell | undefined): number | null {
  return typeof cell === 'number' ? cell : null;
}

function textOf(cell: Cell | undefined): string | null {
  return typeof cell === 'string' ? cell : null;
}
