import type { IncidentPlaces } from './incident-place.ts';
import type { IncidentSeverity, Level } from '../model/level.ts';
import type { RuleName } from './rules/index.ts';
import type { Sight, Subject } from './subject.ts';

/** What the last mail (or the first, for `at`) said of an incident. */
export interface Told {
  readonly at: number;
  readonly rule: RuleName;
  readonly severity: IncidentSeverity;
  readonly sleds: readonly string[];
  /** Of the three downstairs; null where it is not about an upstairs, or version 0.1.0 told it. */
  readonly states: readonly string[] | null;
  /** All causes that were told, since it began. */
  readonly causes?: readonly string[] | undefined;
}

/** What an incident was before what it is now. */
export interface IncidentStage {
  readonly rule: RuleName;
  readonly since: number;
  /** When it was last seen, where it was looked for and not seen before it came back. */
  readonly until?: number | undefined;
}

/**
 * Why an incident is over. None of them is "its sled does not answer".
 *
 * - `healthy`: it was looked for and is no longer there.
 * - `gone`: its upstairs is not there any more, and every sled where it could be has answered.
 * - `withdrawn`: its sled was taken out of the inventory.
 * - `switched_off`: its rule was.
 * - `settled`: it goes on without any change, and is only listed from then on.
 */
export const ENDINGS = ['healthy', 'gone', 'withdrawn', 'switched_off', 'settled'] as const;

export type Ending = (typeof ENDINGS)[number];

/** Something wrong, with a life: pending, open, over. Times are milliseconds since the epoch. */
export interface Incident {
  /** Family of the rule and subject in one text: the identity. */
  readonly key: string;
  readonly rule: RuleName;
  readonly severity: IncidentSeverity;
  readonly subject: Subject;
  readonly sight: Sight;
  readonly firstSeenAt: number;
  /** Since when its rule is the present one. */
  readonly ruleSince: number;
  /** What it was before, the oldest first; the last ended when its present rule began. */
  readonly stages: readonly IncidentStage[];
  /** How the last live repair of its downstairs ended, where that was seen. */
  readonly outcome: string | null;
  /** Null while it is pending, not seen for long enough, and while it is only listed. */
  readonly openedAt: number | null;
  readonly lastSeenAt: number;
  /** Runs since it was last seen in which it would have been seen. */
  readonly cleanRuns: number;
  /** Why this run could not tell (`3/BRM42220017 did not answer`); null where it could. */
  readonly unknown: string | null;
  /** Set when it is over and that has still to be said. */
  readonly ending: Ending | null;
  /** Null: nobody was told of it yet. */
  readonly told: Told | null;
  /** The id of the silence that keeps it quiet now. */
  readonly silencedBy: string | null;
  /** Nobody is warned of it: it may well be as it should be, which nobody can tell. */
  readonly isListed: boolean;
}

/** Since when it is as it is: what was seen may have begun before it lasted long enough for its rule. */
export function beganAt({ ruleSince, sight }: Incident): number {
  return Math.min(ruleSince, sight.since ?? ruleSince);
}

/**
 * `unknown`: open, and this run could not see it. `clearing`: open, and not seen any more, but not for enough runs to
 * be over. `listed`: nobody is warned of it.
 */
export const STATUSES = ['open', 'unknown', 'clearing', 'silenced', 'pending', 'over', 'listed'] as const;

export type IncidentStatus = (typeof STATUSES)[number];

export function statusOf(incident: Incident): IncidentStatus {
  if (incident.ending !== null) return 'over';
  if (incident.silencedBy !== null) return 'silenced';
  if (incident.isListed) return 'listed';
  if (incident.openedAt === null) return 'pending';
  if (incident.unknown !== null) return 'unknown';
  return incident.cleanRuns > 0 ? 'clearing' : 'open';
}

/** What incidents of one upstairs, sled or rack have in common: they are one thing in a count. */
export function thingOf({ subject, sight }: Incident): string {
  const { rack, zone, upstairsId, sled } = subject;
  const session = upstairsId === null && zone !== null ? sight.sessionId : null;
  return JSON.stringify([rack, zone, upstairsId, session, sled]);
}

/** A change that somebody should hear of. `was` is what they heard last. */
export interface News {
  readonly kind: 'opened' | 'worse' | 'better' | 'moved' | 'changed' | 'resolved';
  readonly incident: Incident;
  readonly was: Told | null;
}

/** What shares one mail: a rack, or the fleet. */
export interface Group {
  /** `rack 3` or `fleet`: as the subject says it. */
  readonly name: string;
  /** The racks that are in it and were selected. */
  readonly racks: readonly string[];
}

/** How the mails of one story hang together (RFC 5322 section 3.6.4), without the angle brackets' domain changing. */
export interface Thread {
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
}

/** One mail that is to be sent, as data. */
export interface Notice {
  readonly kind: 'news' | 'reminder' | 'all_well';
  readonly group: Group;
  readonly level: Level;
  /** `2 degraded, 1 repairing`, or `all is well`. */
  readonly headline: string;
  readonly coverage: { readonly answered: number; readonly selected: number };
  readonly news: readonly News[];
  /** Everything of the group that is not over: open, unknown, silenced and pending ones; worst first. */
  readonly incidents: readonly Incident[];
  /** What is wrong with the check itself, a line each. */
  readonly troubles: readonly string[];
  readonly thread: Thread;
}

/** A silence: incidents that match it are listed as silenced, and no mail speaks of them before it ends. */
export interface Silence {
  readonly id: string;
  /** Each that is not null must match. */
  readonly racks: readonly string[] | null;
  /** `rack/name` of sleds. */
  readonly sleds: readonly string[] | null;
  /** Globs. */
  readonly zones: readonly string[] | null;
  /** Beginnings of upstairs ids. */
  readonly upstairs: readonly string[] | null;
  readonly rules: readonly RuleName[] | null;
  readonly reason: string;
  readonly by: string;
  readonly createdAt: number;
  readonly endsAt: number;
}

/** Numbers of upstairs and sleds by rule, for one line. */
export interface CheckCounts {
  /** Upstairs (or sleds, or racks) with an incident that is open and not silenced, by its worst rule. */
  readonly open: Readonly<Partial<Record<RuleName, number>>>;
  readonly pending: number;
  readonly unknown: number;
  readonly clearing: number;
  readonly silenced: number;
  readonly listed: number;
}

/** What a check came to, for every output. */
export interface CheckResult {
  readonly level: Level;
  /** `rack 3: 2 degraded, 1 repairing`. */
  readonly headline: string;
  readonly counts: CheckCounts;
  /** Everything that is not over, worst first, and what was over in this run. */
  readonly incidents: readonly Incident[];
  readonly news: readonly News[];
  readonly troubles: readonly string[];
  /** What a reader should know of how this was made, though nothing is wrong with it. */
  readonly notes: readonly string[];
  readonly silences: readonly Silence[];
  readonly at: number;
  /** Absent where none waits. */
  readonly mailsWaiting?: MailsWaiting;
  /** What kept facts say of the incidents; absent where nothing is kept. */
  readonly places?: IncidentPlaces;
}

/** Mails that nobody has accepted yet: what they say, nobody has heard. */
export interface MailsWaiting {
  readonly count: number;
  /** When the oldest of them was written; milliseconds since the epoch. */
  readonly since: number;
}
