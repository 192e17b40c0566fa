import type { BootClock } from '../model/boot-clock.ts';
import type { Condition } from './condition.ts';
import type { Counters, RepairSight, SledName, SledSight, Who } from './picture.ts';

/** A look at some sleds, as the history names it: its number in this history, and our clock when it began. */
export interface Moment {
  readonly seq: number;
  readonly at: number;
}

/** What is kept of a run beside what it saw. */
export interface RunFacts {
  readonly host: string;
  /** `check`, `ds-state`. */
  readonly command: string;
  readonly windowMs: number;
  readonly selection: string;
  readonly clock: BootClock | null;
}

/** A sled that was asked. */
export interface AskedSled extends SledName {
  /** `rack/name`. */
  readonly id: string;
}

/** A session that appeared. It is named by its number after that. */
export interface Opened extends Who {
  readonly id: number;
  readonly condition: Condition;
  readonly counters: Counters;
}

/** How far a repair of a session was. */
export type Sample = RepairSight & { readonly id: number };

/** One run and all that it changed: what is in the file as a whole, or not at all. */
export interface RunLine extends Moment {
  readonly kind: 'run';
  /** Our clock when it ended. */
  readonly until: number;
  /** Numbers of texts that are the same in most runs; `facts` gives one of them when it is new. */
  readonly by: number;
  readonly facts?: Omit<RunFacts, 'clock'>;
  /** The number of the set of sleds that were asked; `sleds` gives it when it is new. */
  readonly asked: number;
  readonly sleds?: readonly AskedSled[];
  readonly clock?: BootClock;
  /** How many milliseconds the clock of this machine was set since its last run; not there where it was not. */
  readonly jump?: number;
  /** Of the sleds that were asked, those that were not seen as a whole. */
  readonly except?: Readonly<Record<string, SledSight>>;
  readonly opened?: readonly Opened[];
  /** Of known sessions, another condition. */
  readonly changed?: readonly (readonly [number, Condition])[];
  /** Sessions that were not there though their sled was seen as a whole. */
  readonly gone?: readonly number[];
  /** Counters that grew. */
  readonly counted?: readonly (readonly [number, Counters])[];
  readonly samples?: readonly Sample[];
}

/** A session that was there when it was last looked for. */
export interface OpenSession {
  readonly id: number;
  readonly who: Who;
  readonly condition: Condition;
  /** The first look that saw it so. */
  readonly since: Moment;
  /** The last look before that at its sled that saw something; null where there was none. */
  readonly before: Moment | null;
  readonly counters: Counters;
}

/** How a sled is known. */
export interface SledKnown extends SledName {
  /** When it was last asked, and how it was seen then. */
  readonly asked: Moment;
  readonly sight: SledSight;
  /** The last look that saw something of it; null where none did. */
  readonly seen: Moment | null;
}

/** All that is known after a run, so that what was before need not be read. */
export interface LifeLine {
  readonly kind: 'life';
  /** When it was written. */
  readonly at: number;
  readonly seq: number;
  readonly nextId: number;
  readonly facts: readonly Omit<RunFacts, 'clock'>[];
  readonly asked: readonly (readonly AskedSled[])[];
  readonly hosts: readonly (readonly [string, HostKnown])[];
  readonly sleds: readonly (readonly [string, SledKnown])[];
  readonly sessions: readonly OpenSession[];
}

/** A machine that looked: the last time that its clock showed. */
export interface HostKnown {
  readonly at: number;
  readonly clock: BootClock | null;
}

export type Line = RunLine | LifeLine;
