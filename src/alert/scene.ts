import type { Sight, Subject } from '../model/incident.ts';
import type { FleetReport } from '../model/report.ts';
import type { Policy, RuleName } from '../model/rules.ts';
import type { Look } from './look.ts';
import type { SessionMemory } from './memory.ts';

/** Something that a rule sees in one report. */
export interface Observation {
  /** Identity of the incident that it belongs to. */
  readonly key: string;
  readonly rule: RuleName;
  readonly subject: Subject;
  readonly sight: Sight;
}

/** What is kept of a sled from run to run. */
export interface SledMemory {
  /** Runs in a row in which it was asked and did not answer. */
  readonly silentRuns: number;
}

/** What is kept of all that was seen, from run to run. */
export interface Memory {
  readonly sessions: readonly SessionMemory[];
  /** By `rack/name`. */
  readonly sleds: Readonly<Record<string, SledMemory>>;
}

/** One upstairs with what its counters did since the last run. */
export interface Compared {
  readonly look: Look;
  readonly memory: SessionMemory;
  readonly aborted: readonly [number, number, number];
  /** No other session goes by the same name, so that it can be known again. */
  readonly isAlone: boolean;
}

/** Everything that the rules look at. */
export interface Scene {
  readonly report: FleetReport;
  readonly compared: readonly Compared[];
  readonly sleds: Memory['sleds'];
  readonly policy: Policy;
  readonly now: number;
}

/** What a rule sees, before it is known which incident it is. */
export type Seen = Omit<Observation, 'key'>;
