/*
 * The words of this room, on the way from what sleds report to what somebody reads:
 *
 * - Scene: all that the rules look at in one run. Upstairs: one row of it.
 * - Memory: what is kept, so that the next run can be compared with this one.
 * - Symptom: one thing that is wrong, as a rule finds it in a scene: a subject (whom it is about) and a sight (its
 *   particulars, as a message and the sled).
 * - Incident: a symptom with a life from run to run: pending, open, over.
 * - News: what of an incident somebody has to hear of. Notice: one mail of news, as data.
 */

import type { FleetReport } from '../model/report.ts';
import type { LastReport, Memory, Progress, SessionMemory, SilentProcess } from './memory.ts';
import type { RepairEnd } from './repairs.ts';
import type { Downstairs } from './subject.ts';
import type { Upstairs } from './upstairs.ts';

/** An upstairs, and how its counters moved since the last run. */
export interface MovedUpstairs<
  Field extends string = string,
  Compared extends string = string,
> extends Upstairs {
  /** Null where it is not known. */
  readonly value: (column: Field | Compared) => number | null;
  /** How much it grew since the last run; a new session counts from `start`, which is 0 unless given. */
  readonly growth: (column: Compared, start?: number) => number;
  /** Live repairs that ended since the last run. */
  readonly repairsEnded: readonly RepairEnd[];
}

/** An upstairs that no longer reports, though its process does, as it was when it last did. */
export interface MissingUpstairs extends LastReport, Pick<SessionMemory, 'sessionId' | 'at' | 'values'> {
  readonly rack: string;
  readonly cubby: number | null;
  readonly upstairsId: string;
}

/**
 * All that a rule looks at in one run. Of an upstairs it can read only the columns that it declares, so that a check
 * asks for all of them: `Field`, and those that it compares with the last run, `Compared`.
 */
export interface Scene<
  Field extends string = string,
  Compared extends string = string,
  Mark extends string = string,
> {
  readonly report: FleetReport;
  readonly upstairs: readonly MovedUpstairs<Field, Compared>[];
  /** Since when a mark of one of these upstairs has been just so; null where nothing is under way. */
  readonly progress: (upstairs: Upstairs, mark: Mark) => Progress | null;
  /** How often what the rule counts happened of late to a downstairs of one of them. */
  readonly occurrences: (upstairs: Upstairs, downstairs: Downstairs) => number;
  /** The upstairs that are known to be active in several places at once; null: every one that seems to be. */
  readonly activeTwice: ReadonlySet<string> | null;
  readonly missing: readonly MissingUpstairs[];
  /** Of a process that runs and does not report; null of one that does. */
  readonly silence: (upstairs: Upstairs) => SilentProcess | null;
  /** As of this run. */
  readonly sleds: Memory['sleds'];
  /** Milliseconds since the epoch. */
  readonly now: number;
}
