import type { Fact } from './fact.ts';

/** What was read of a text. */
export interface FactReading {
  readonly facts: readonly Fact[];
  /** Why it may not be whole, or which of its rows could not be read: a sentence each. */
  readonly issues: readonly string[];
}

/** One kind of text that tells of places: all that is known of it. */
export interface FactSource {
  /** One line for help: which command gives it, and what it tells. */
  readonly help: string;
  /** What a person finds it by: its headings or keys. */
  readonly looks: string;
  /** Whether a text is one, by what no other kind has. */
  readonly recognises: (text: string) => boolean;
  /** Never throws; a text of another kind gives no facts. */
  readonly read: (text: string) => FactReading;
}
