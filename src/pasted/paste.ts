import type { Parsed } from '../model/probe.ts';

/** What a text says that somebody copied from a terminal: the output of a script for one sled. */
export interface Pasted extends Parsed {
  /** What a reader should know though nothing is missing: how rows were chosen where the text leaves it open. */
  readonly notes: readonly string[];
  /** There are the script's headings: it ran, so that a text without rows means that there was nothing to show. */
  readonly hasHeadings: boolean;
}

export interface PasteSettings {
  /** Counts of the whole text instead of those of its last interval. */
  readonly totals: boolean;
  /** Every row of a table instead of the newest of each session, or those of the last interval. */
  readonly older: boolean;
}
