import { PROCESS_EXITED } from '../model/active-places.ts';
import type { Row } from '../model/column.ts';
import { asHealth, type Health } from '../model/health.ts';
import type { Sight, SightCounters, Subject } from '../model/incident.ts';

/** A count for each downstairs; null is not known. */
export type Three = readonly [number | null, number | null, number | null];

/** One row of the check probe as the rules read it. */
export interface Look {
  readonly rack: string;
  readonly sled: string;
  readonly cubby: number | null;
  readonly zone: string;
  readonly pid: number | null;
  readonly upstairsId: string | null;
  readonly sessionId: string | null;
  /** Null for a process that did not report. */
  readonly states: readonly [string, string, string] | null;
  readonly health: Health | null;
  /** The process was gone at the end of the window. */
  readonly exited: boolean;
  readonly repairsCompleted: Three;
  readonly repairsAborted: Three;
  readonly connected: Three;
  readonly replaced: Three;
  readonly extentsRepaired: Three;
  readonly extentsConfirmed: Three;
  readonly extent: number | null;
  readonly reconciled: number | null;
  readonly reconcileNeeded: number | null;
}

/**
 * Reads the rows of a fleet report of the check probe. Where an upstairs is seen twice because its process ended
 * within the window and another took over (a live migration, a restart), only the one that is left counts.
 */
export function looksOf(rows: readonly Row[]): readonly Look[] {
  const looks = rows.map(lookOf);
  const staying = new Set(
    looks.filter((look) => !look.exited && look.upstairsId !== null).map((look) => identityOf(look)),
  );
  return looks.filter((look) => !(look.exited && staying.has(identityOf(look))));
}

/** What names an upstairs in its rack: its id, or what stands for one where an old Crucible gives none. */
export function identityOf(look: Pick<Look, 'rack' | 'zone' | 'upstairsId' | 'sessionId'>): string {
  if (look.upstairsId !== null) return JSON.stringify([look.rack, look.upstairsId]);
  return JSON.stringify([look.rack, look.zone, look.sessionId]);
}

/** One row of a fleet report of the check probe. */
export function lookOf(row: Row): Look {
  const [ds0, ds1, ds2] = [row['ds0'], row['ds1'], row['ds2']];
  const known = typeof ds0 === 'string' && typeof ds1 === 'string' && typeof ds2 === 'string';
  return {
    rack: String(row['rack']),
    sled: String(row['sled']),
    cubby: numberIn(row, 'cubby'),
    zone: String(row['zone']),
    pid: numberIn(row, 'pid'),
    upstairsId: textIn(row, 'upstairs_id'),
    sessionId: textIn(row, 'session_id'),
    states: known ? [ds0, ds1, ds2] : null,
    health: asHealth(row['health']),
    exited: textIn(row, 'note')?.includes(PROCESS_EXITED) === true,
    repairsCompleted: threeIn(row, 'live_repair_completed'),
    repairsAborted: threeIn(row, 'live_repair_aborted'),
    connected: threeIn(row, 'connected'),
    replaced: threeIn(row, 'replaced'),
    extentsRepaired: threeIn(row, 'extents_repaired'),
    extentsConfirmed: threeIn(row, 'extents_confirmed'),
    extent: numberIn(row, 'extent_under_repair'),
    reconciled: numberIn(row, 'reconciled'),
    reconcileNeeded: numberIn(row, 'reconcile_needed'),
  };
}

function numberIn(row: Row, name: string): number | null {
  const cell = row[name];
  return typeof cell === 'number' ? cell : null;
}

function textIn(row: Row, name: string): string | null {
  const cell = row[name];
  return typeof cell === 'string' ? cell : null;
}

function threeIn(row: Row, name: string): Three {
  return [numberIn(row, `${name}_0`), numberIn(row, `${name}_1`), numberIn(row, `${name}_2`)];
}

/** Whether a zone is of a pantry, which has an upstairs only while it works on a volume. */
export function isPantry(zone: string): boolean {
  return zone.startsWith('oxz_crucible_pantry_');
}

/** Whom an incident of this upstairs is about. */
export function subjectOf(look: Look, downstairs: 0 | 1 | 2 | null): Subject {
  return { rack: look.rack, zone: look.zone, upstairsId: look.upstairsId, downstairs, sled: null };
}

/** How an incident of this upstairs looks now. */
export function sightOf(look: Look, message: string): Sight {
  return {
    message,
    sleds: [look.sled],
    cubby: look.cubby,
    pid: look.pid,
    sessionId: look.sessionId,
    states: look.states,
    counters: look.states === null ? null : countersOf(look),
  };
}

function countersOf(look: Look): SightCounters {
  const { repairsCompleted, repairsAborted, connected, replaced, extentsRepaired, extentsConfirmed, extent } =
    look;
  return { repairsCompleted, repairsAborted, connected, replaced, extentsRepaired, extentsConfirmed, extent };
}
