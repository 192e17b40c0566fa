import type { FleetReport } from '../model/report.ts';
import type { BootClock } from '../model/boot-clock.ts';
import type { Silence } from './incident.ts';
import type { Policy } from './policy.ts';
import type { CheckState } from './state.ts';

/** All that a run's plan depends on. */
export interface PlanInput {
  readonly state: CheckState;
  /** Of the check probe, whole: no filter. */
  readonly report: FleetReport;
  /** The upstairs that are known to be active in several places at once; null: every one that seems to be. */
  readonly activeTwice: ReadonlySet<string> | null;
  readonly policy: Policy;
  readonly silences: readonly Silence[];
  /** Milliseconds since the epoch; it may be before that of the last run. */
  readonly now: number;
  /** How long this machine has run; null where it does not tell. */
  readonly clock: BootClock | null;
  /** The inventory that was read, and every sled in it; null where that is not known, as of sites that were asked. */
  readonly inventory: { readonly file: string; readonly sleds: readonly string[] | null };
  /** What is wrong with the check itself, a line each. */
  readonly troubles: readonly string[];
  /**
   * Null where nobody is to be mailed: then there are no notices, and news is told by what is printed. `broken` where
   * somebody is, and cannot be: then nothing is told, and waits.
   */
  readonly mail: MailPlan | 'broken' | null;
}

interface MailPlan {
  /** Behind the @ of a Message-ID. */
  readonly domain: string;
  /** Groups with a mail that still waits in the spool. */
  readonly undelivered: ReadonlySet<string>;
}
