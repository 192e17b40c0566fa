import type { Index, Three } from '../facts/fact.ts';
import type { Endpoint } from '../facts/values.ts';
import { sessionHealth } from '../model/health.ts';

/** A repair that brings a copy back, or waits to; of a reconciliation, which is of all three, no downstairs is named. */
export interface RepairOutlook {
  readonly downstairs: Index | null;
  /** As `repairs` shows it: `14m to 22m`; null where nothing tells it. */
  readonly eta: string | null;
  /** Seconds; null where that is not known. */
  readonly least: number | null;
  readonly most: number | null;
}

/** Where the three copies of an upstairs are, or why that is not known. */
export type Copies =
  | {
      readonly endpoints: Three<Endpoint>;
      /** How old the export is that says so; null where this run's own answers do. */
      readonly trusted: string | null;
    }
  | { readonly unknown: string };

/** An upstairs that runs, as this run saw it. */
export interface Running {
  /** `3f2b1c9e`, or its zone and PID where it has no id. */
  readonly name: string;
  /** The same of its sessions: during a migration there are two. */
  readonly identity: string;
  /** The sled that it runs on, by its id. */
  readonly sled: string;
  readonly zone: string;
  readonly states: Three<string> | null;
  /** Why the states are not how it is now; null where they are. */
  readonly doubt: string | null;
  readonly copies: Copies;
  /** The /64s that its whole zone talks to, where every copy of the zone is connected; null where that is not known. */
  readonly talksTo: ReadonlySet<string> | null;
  readonly repairs: readonly RepairOutlook[];
}

/** Whether no guest uses it, as before its VM has started. */
export function isIdle({ states }: Running): boolean {
  return states !== null && sessionHealth(states) === 'inactive';
}
