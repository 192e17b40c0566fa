import type { Refusal, SiteSled } from './messages.ts';
import type { NewsItem } from './news.ts';
import type { Question } from './question.ts';

/** What a site makes of a question before it is asked. */
export interface SitePlan {
  readonly selection: string;
  readonly sleds: readonly SiteSled[];
  /** Asks the sleds; the report as JSON, and notes on it; null of a watch, which has none. Rejects only for a bug. */
  readonly answer: (run: RunOfSite) => Promise<SiteReport | null>;
}

export interface SiteReport {
  readonly json: string;
  readonly notes: readonly string[];
}

/** A run as it goes on at its site. */
export interface RunOfSite {
  readonly question: Question;
  readonly asker: string;
  /** Fires when the asker stops the run, or is gone from one that it follows. */
  readonly stop: AbortSignal;
  readonly onSled: (what: 'answered' | 'failed') => void;
  /** Tells the asker what happened just now (monotonic milliseconds); null where it does not follow. */
  readonly tell: ((item: NewsItem, atMs: number, key: string | null) => void) | null;
}

/** A question that ended, for the audit log. */
export interface ServedQuestion {
  readonly asker: string;
  readonly question: Question | null;
  readonly run: string | null;
  readonly probe: string;
  readonly startedAt: Date;
  readonly end: 'answered' | Refusal | 'stopped' | 'repeated';
  readonly reason: string | null;
}

export interface ServeSettings {
  readonly site: string;
  readonly runner: string;
  readonly version: string;
  readonly allows: (probe: string) => boolean;
  /** Questions that run at the same time. */
  readonly atOnce: number;
  readonly now: () => Date;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** Reads the inventory and selects. */
  readonly plan: (
    question: Question,
  ) => Promise<SitePlan | { readonly why: Refusal; readonly reason: string }>;
  readonly onServed: (served: ServedQuestion) => void;
}
