import type { FleetReport } from '../model/report.ts';
import type { Now } from '../watch/event.ts';
import type { Places } from '../watch/session-place.ts';
import type { Watched } from '../watch/watched.ts';
import type { KnownHistory } from './history-reader.ts';
import { liveReport } from './live-report.ts';

/** What is served: it goes on while it is read. */
export interface Served {
  readonly watched: Watched;
  readonly selection: string;
  /** What is wrong with the server itself, a sentence each: a history that cannot be written, an inventory that is wrong. */
  readonly troubles: readonly string[];
  readonly places: Places;
  /** What is known of the past from a time on. */
  readonly history: (since: number) => Promise<KnownHistory>;
}

/** All that pages are made of at one moment. */
export interface Scene extends Served {
  readonly now: Now;
  /** Made once, where it is wanted. */
  readonly report: () => FleetReport;
}

export function sceneOf(served: Served, now: Now): Scene {
  let report: FleetReport | null = null;
  return {
    ...served,
    now,
    report: () => (report ??= liveReport(served.watched, now, served.selection)),
  };
}
