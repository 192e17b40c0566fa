/** What is known of how a script prints its aggregations, of histograms or of numbers. */
export interface PrintHabits {
  /**
   * When it empties them (`clear`, `trunc`): never, so that each print holds the one before; with each print, so that
   * each holds what came since; or in another way, or it is not known.
   */
  readonly resets: 'never' | 'each_print' | 'unknown';
  /** Whether two aggregations of it may have equal keys; null is not known. */
  readonly sharesKeys: boolean | null;
  /** Whether one printa of it shows several of them under one line of keys; null is not known. */
  readonly jointly: boolean | null;
  /** Whether one printa of it shows a number beside a histogram, under the same keys; null is not known. */
  readonly withNumbers: boolean | null;
  /** It prints each of them once, at its end. */
  readonly once: boolean;
  /** One clause of it prints all of them, so that a record is one print of each. */
  readonly inOneClause: boolean;
  /** It divides them before it prints them (`normalize`). */
  readonly normalizes: boolean;
  /** How many keys each of them has; null: not all the same, or not known. */
  readonly keys: number | null;
}

/** What is known of one script. */
export interface ScriptHabits {
  readonly histograms: PrintHabits;
  readonly counts: PrintHabits;
}

/** Of a script of which only the output is known. */
export const UNKNOWN_HABITS: PrintHabits = {
  resets: 'unknown',
  sharesKeys: null,
  jointly: null,
  withNumbers: null,
  once: false,
  inOneClause: false,
  normalizes: false,
  keys: null,
};

export const UNKNOWN_SCRIPT: ScriptHabits = { histograms: UNKNOWN_HABITS, counts: UNKNOWN_HABITS };

/** Of the scripts of this program: one aggregation for each line of keys, emptied whenever it is printed. */
export const OUR_HABITS: PrintHabits = {
  resets: 'each_print',
  sharesKeys: false,
  jointly: false,
  withNumbers: false,
  once: false,
  inOneClause: false,
  normalizes: false,
  keys: null,
};
