import type { Row } from '../model/column.ts';
import { asHealth, type Health } from '../model/health.ts';
import { hasExited, unreadableIn } from '../model/row-note.ts';
import { numberIn, perDownstairs, threeIn } from './fields.ts';
import type { Downstairs, Sight, SightCounters, Subject } from './subject.ts';

/** One row of a check's report: an upstairs session, or a process where none reported. */
export interface Upstairs {
  readonly rack: string;
  readonly sled: string;
  readonly cubby: number | null;
  readonly zone: string;
  readonly pid: number | null;
  readonly upstairsId: string | null;
  readonly sessionId: string | null;
  /** Null for a process that did not report, and where its report could not be read. */
  readonly states: readonly [string, string, string] | null;
  readonly health: Health | null;
  /** Why its newest report could not be read; null where it could. */
  readonly unreadable: string | null;
  /** The process was gone at the end of the window. */
  readonly exited: boolean;
  readonly counters: () => SightCounters;
}

/** With every cell that was asked for. */
export interface UpstairsRow extends Upstairs {
  readonly row: Row;
}

/** What a mail shows beside the states, whether or not a rule reads it. */
export const SHOWN_FIELDS = [
  ...perDownstairs('live_repair_completed'),
  ...perDownstairs('live_repair_aborted'),
  ...perDownstairs('connected'),
  ...perDownstairs('replaced'),
  ...perDownstairs('extents_repaired'),
  ...perDownstairs('extents_confirmed'),
  'extent_under_repair',
] as const;

/**
 * The upstairs of a report whose process was there when the window ended: one that ended within it (a VM that was
 * stopped, a live migration, a restart) needs nobody, whatever its last report said.
 */
export function upstairsIn(rows: readonly Row[]): readonly UpstairsRow[] {
  return rows.map(upstairsOf).filter((each) => !each.exited);
}

/** What names an upstairs in its rack: its id, or what stands for one where an old Crucible gives none. */
export function identityOf(of: Pick<Upstairs, 'rack' | 'zone' | 'upstairsId' | 'sessionId'>): string {
  if (of.upstairsId !== null) return JSON.stringify([of.rack, of.upstairsId]);
  return JSON.stringify([of.rack, of.zone, of.sessionId]);
}

export function upstairsOf(row: Row): UpstairsRow {
  const [ds0, ds1, ds2] = [row['ds0'], row['ds1'], row['ds2']];
  const isKnown = typeof ds0 === 'string' && typeof ds1 === 'string' && typeof ds2 === 'string';
  return {
    rack: String(row['rack']),
    sled: String(row['sled']),
    cubby: numberIn(row, 'cubby'),
    zone: String(row['zone']),
    pid: numberIn(row, 'pid'),
    upstairsId: textIn(row, 'upstairs_id'),
    sessionId: textIn(row, 'session_id'),
    states: isKnown ? [ds0, ds1, ds2] : null,
    health: asHealth(row['health']),
    unreadable: unreadableIn(row),
    exited: hasExited(row),
    counters: () => countersOf(row),
    row,
  };
}

function textIn(row: Row, column: string): string | null {
  const cell = row[column];
  return typeof cell === 'string' ? cell : null;
}

/** Whether a zone is of a pantry, which has an upstairs only while it works on a volume. */
export function isPantry(zone: string): boolean {
  return zone.startsWith('oxz_crucible_pantry_');
}

/** Whom an incident of this upstairs is about. */
export function subjectOf({ rack, zone, upstairsId }: Upstairs, downstairs: Downstairs | null): Subject {
  return { rack, zone, upstairsId, downstairs, sled: null };
}

/** How this upstairs is now. */
export function sightOf(upstairs: Upstairs, message: string, since?: number): Sight {
  const { sled, cubby, pid, sessionId, states, counters } = upstairs;
  return {
    message,
    sleds: [sled],
    cubby,
    pid,
    sessionId,
    states,
    counters: states === null ? null : counters(),
    ...(since === undefined ? {} : { since }),
  };
}

function countersOf(row: Row): SightCounters {
  return {
    repairsCompleted: threeIn(row, 'live_repair_completed'),
    repairsAborted: threeIn(row, 'live_repair_aborted'),
    connected: threeIn(row, 'connected'),
    replaced: threeIn(row, 'replaced'),
    extentsRepaired: threeIn(row, 'extents_repaired'),
    extentsConfirmed: threeIn(row, 'extents_confirmed'),
    extent: numberIn(row, 'extent_under_repair'),
  };
}
