import type { Index, Three } from '../facts/fact.ts';
import type { UpstairsPlace } from '../facts/place.ts';
import type { ServiceLog } from '../facts/sled-explanation.ts';
import type { Attempts } from '../facts/slog.ts';
import type { DownstairsPlace } from '../facts/place.ts';

/** What was heard of an upstairs's attempts to connect to one downstairs. */
export type Heard =
  | { readonly kind: 'heard'; readonly attempts: Attempts }
  /** The process was traced for so long and logged nothing of a connection to it. */
  | { readonly kind: 'silence'; readonly seconds: number }
  | { readonly kind: 'tracing'; readonly seconds: number }
  | { readonly kind: 'unread'; readonly why: string };

/** The service of a region, as its own sled has it. */
export interface ServiceSeen {
  readonly state: string;
  /** `02:11:03`; null where it was not said. */
  readonly since: string | null;
  readonly zone: string;
  readonly fmri: string;
  /** `SMF of 3/9, now` */
  readonly source: string;
}

/** A pool, as its own sled has it. */
export interface PoolSeen {
  readonly pool: string;
  readonly health: string;
  readonly source: string;
}

/** All that was read of one copy. */
export interface Copy {
  readonly index: Index;
  readonly state: string | null;
  readonly role: 'serves' | 'repairing' | 'lost' | null;
  readonly place: DownstairsPlace;
  /** Its sled as people call it: `3/9`; null where it is not known. */
  readonly sled: string | null;
  /** Why its sled could not be reached; null where it was, or where its sled is not known. */
  readonly unreached: string | null;
  readonly service: ServiceSeen | null;
  readonly pool: PoolSeen | null;
  readonly log: ServiceLog;
  readonly heard: Heard;
  /** Since when it is in that state, as the history saw it. */
  readonly since: Since | null;
  /** Other upstairs whose sick copies are on the same pool, or where that is not known on the same sled. */
  readonly shared: Shared | null;
  /** How often it was replaced in this session. */
  readonly replaced: number | null;
}

/** First seen so at a time; the look before saw another state, null where there was none. */
export interface Since {
  readonly at: number;
  readonly before: number | null;
}

export interface Shared {
  /** `3/9 pool oxp_…` */
  readonly name: string;
  /** `upstairs 3f2b1c9e downstairs 1` of each. */
  readonly others: readonly string[];
}

/** A counter of a downstairs that moved while the history looked. */
export interface Moved {
  readonly index: Index;
  readonly counter: string;
  readonly by: number;
  /** Of the newest growth that was seen. */
  readonly at: number;
  /** The look before the oldest growth; null where there was none. */
  readonly from: number | null;
}

/** All that was read of an upstairs. What was not read is not here, or says why. */
export interface Evidence {
  readonly place: UpstairsPlace;
  /** Of the process that has it; null where no VM was seen that runs it. */
  readonly runsIn: {
    readonly sled: string;
    readonly zone: string;
    readonly pid: number | null;
    readonly session: string | null;
    readonly health: string | null;
    /** What is said of the process beside its states, such as that it did not report. */
    readonly note: string | null;
  } | null;
  /** Why none was; null where one was. */
  readonly notSeen: string | null;
  readonly copies: Three<Copy>;
  readonly moved: readonly Moved[];
  /** Why nothing is said of the past; null where the history was read. */
  readonly noHistory: string | null;
  readonly repairs: readonly string[];
  /** Sick downstairs of other upstairs whose place is not known. */
  readonly othersUnplaced: number;
  /** What could not be read at all, a sentence each. */
  readonly unread: readonly string[];
  readonly now: number;
}
