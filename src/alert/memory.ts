/** Since when a text has been just so. Times are milliseconds since the epoch. */
export interface Progress {
  readonly mark: string;
  readonly since: number;
}

/** Something that happened to one downstairs between two runs, so many times. */
export interface Occurrence {
  readonly at: number;
  readonly downstairs: 0 | 1 | 2;
  readonly by: number;
}

/** Where an upstairs was when it last reported, and how. */
export interface LastReport {
  readonly sled: string;
  readonly zone: string;
  readonly pid: number | null;
  /** Null where its Crucible gives none: then it is not known again after a restart within its process. */
  readonly upstairsId: string | null;
  readonly states: readonly string[];
  /** Writes were under way in a run that knew this session, or its Crucible does not say. */
  readonly wrote: boolean;
  /** No other upstairs of its process reported. */
  readonly isOnly: boolean;
}

interface RepairSight {
  readonly at: number;
  readonly repaired: number;
  readonly confirmed: number;
}

/** A live repair that is under way: its counters when it was first and last seen. */
export interface RepairMemory {
  readonly first: RepairSight;
  readonly last: RepairSight;
  /** At which it was last seen. */
  readonly extent: number | null;
}

/** What is kept of an upstairs, so that the next run can be compared with this one. */
export interface SessionMemory {
  /** `identityOf` the upstairs. */
  readonly id: string;
  readonly sessionId: string | null;
  readonly at: number;
  /** By column: what rules compare. */
  readonly values: Readonly<Record<string, number | null>>;
  /** By rule and by the name of a mark: what is under way. */
  readonly marks: Readonly<Record<string, Readonly<Record<string, Progress>>>>;
  /** By rule: what happened of late. */
  readonly occurrences: Readonly<Record<string, readonly Occurrence[]>>;
  /** Null: version 0.1.0 did not keep it. */
  readonly last: LastReport | null;
  /** Live repairs that are under way, by downstairs. Null: version 0.1.0 did not keep them. */
  readonly repairs: readonly (RepairMemory | null)[] | null;
}

/** What is kept of a process that runs and does not report. */
export interface SilentProcess {
  /** Runs in a row in which it did not. */
  readonly runs: number;
  /** The first of them. */
  readonly since: number;
  /** It reported before that, while we knew it. */
  readonly hasReported: boolean;
}

/** What is kept of a sled. */
export interface SledMemory {
  /** Runs in a row in which it was asked and did not answer. */
  readonly silentRuns: number;
  /** The first of them; not kept by earlier versions. */
  readonly silentSince?: number | undefined;
}

/** What is kept of all that was seen, from run to run. */
export interface Memory {
  readonly sessions: readonly SessionMemory[];
  /** By `rack/name`. */
  readonly sleds: Readonly<Record<string, SledMemory>>;
  /** By `processKey`. */
  readonly silent: Readonly<Record<string, SilentProcess>>;
}

/** An upstairs that was not seen for so long is forgotten: when it comes back, its counters are a beginning. */
const FORGOTTEN_AFTER_MS = 7 * 24 * 3_600_000;

/** The memories of this run: those of what was seen, and older ones that are not too old. */
export function mergedMemories(
  before: readonly SessionMemory[],
  seen: readonly SessionMemory[],
  now: number,
): readonly SessionMemory[] {
  const ids = new Set(seen.map((memory) => memory.id));
  return [
    ...before.filter((memory) => !ids.has(memory.id) && now - memory.at <= FORGOTTEN_AFTER_MS),
    ...seen,
  ];
}
