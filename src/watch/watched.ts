import type { Row } from '../model/column.ts';
import type { Health } from '../model/health.ts';
import type { Sled } from '../model/sled.ts';
import type { Note, SledFailure } from './event.ts';
import type { LeastDelay } from './lateness.ts';

/** A sled of a watch. */
export interface WatchedSled {
  readonly sled: Sled;
  /** `waiting`: nothing was heard of it yet. */
  state: 'waiting' | 'live' | 'lost';
  /** The program that is heard. */
  program: number;
  /** Since when it is so, monotonic milliseconds. */
  sinceMs: number;
  /** Why it is lost, and when it is tried again; null where it is not. */
  why: string | null;
  /** The same for programs; null where it is not known. */
  failure: SledFailure | null;
  againAtMs: number | null;
  /** Processes that have an upstairs, as the last program that began listed them; null where it could not. */
  processes: ReadonlyMap<number, string> | null;
  /** How long its reports take at the least; null until one came. */
  leastDelay: LeastDelay | null;
}

/** One number of a session over its last reports. */
export interface Trail {
  readonly jobs: number[];
  readonly bytes: number[];
  readonly delays: number[];
}

/** A session of a watch; without states it is a process that does not report. */
export interface WatchedSession {
  readonly key: string;
  readonly sled: Sled;
  readonly zone: string;
  readonly pid: number | null;
  readonly upstairsId: string | null;
  readonly sessionId: string | null;
  program: number;
  states: readonly [string, string, string] | null;
  health: Health | null;
  /** Why its newest report says no states; null where it does. */
  unreadable: string | null;
  /** The newest report, and the first one of this watch. */
  row: Row;
  readonly first: Row;
  /** When the newest report came, less what it was late: ages are of this. */
  heardMs: number;
  /** By how much it was late, as over a slow link. */
  lateMs: number;
  /** When its states last changed, and what they were before; null: not since the watch began. */
  changedWall: number | null;
  was: string | null;
  isSilent: boolean;
  /** The last reports, of one that is under repair. */
  repairRows: Row[];
  readonly trail: Trail;
}

/** All that a watch knows. It is changed in place: a rack has hundreds of reports a second. */
export interface Watched {
  readonly sleds: Map<string, WatchedSled>;
  readonly sessions: Map<string, WatchedSession>;
  /** The newest last; as many as a screen can show. */
  readonly notes: Note[];
  readonly begunMs: number;
}

/** Without a report for so long a session is stale: one comes each second. */
export const STALE_MS = 3_500;

/** Whether what is known of a session is of now. */
export function isFresh({ heardMs }: Pick<WatchedSession, 'heardMs'>, nowMs: number): boolean {
  return nowMs - heardMs <= STALE_MS;
}

export function statesText(states: readonly string[] | null): string | null {
  return states === null ? null : states.join('/');
}
