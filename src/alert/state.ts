import type { BootClock } from '../model/boot-clock.ts';
import type { Alert } from '../model/alert.ts';
import type { Incident } from './incident.ts';
import type { Level } from '../model/level.ts';
import type { Memory } from './memory.ts';

/** What is kept of a group (a rack, or the fleet) from run to run. Times are milliseconds since the epoch. */
export interface GroupMemory {
  /** When somebody was last told of its incidents; null before the first time. */
  readonly toldAt: number | null;
  /** When the last mail of any kind was handed to the spool; null before the first. */
  readonly mailedAt: number | null;
  /** When the last daily mail was. */
  readonly allWellAt: number | null;
  /** The mails of the story that goes on: the first and the latest. */
  readonly thread: { readonly first: string; readonly last: string } | null;
}

/** Everything that a check remembers. It is written as a whole, and only when what it says has happened. */
export interface CheckState {
  /** Random and made once, so that no two installations make the same Message-ID. */
  readonly install: string;
  /** Runs that were recorded. */
  readonly sequence: number;
  /** The inventory of the last run: sleds that another one lacks were not taken out. */
  readonly inventory: string | null;
  /** At the last run, where the machine tells it. */
  readonly clock: BootClock | null;
  readonly lastRun: { readonly at: number; readonly level: Level; readonly headline: string } | null;
  /** When every selected sled last answered in full. */
  readonly lastWholeAt: number | null;
  readonly incidents: readonly Incident[];
  readonly memory: Memory;
  readonly groups: Readonly<Record<string, GroupMemory>>;
  /** Ids of mails that were handed to the spool; one whose file is gone was delivered. */
  readonly spool: readonly string[];
  /** What the webhook's receiver may hold. */
  readonly alerts: readonly Alert[];
}

/** What is known before the first run. */
export function emptyState(install: string): CheckState {
  return {
    install,
    sequence: 0,
    inventory: null,
    clock: null,
    lastRun: null,
    lastWholeAt: null,
    incidents: [],
    memory: { sessions: [], sleds: {}, silent: {} },
    groups: {},
    spool: [],
    alerts: [],
  };
}
