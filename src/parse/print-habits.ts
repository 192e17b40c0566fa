/** What is known of how a script prints its aggregations, of histograms or of numbers. */
export interface PrintHabits {
  /**
   * When it empties them (`clear`, `trunc`): never, so that each print holds the one before; with each print, so that
   * each holds what came since; or in another way, or it is not known.
   */
  readonly resets: 'never' | 'each_print' | 'unknown';
  /** How many of its aggregations may have equal keys: 1 is none with another; null is not known. */
  readonly sharing: number | null;
  /** Whether one printa of it shows several of them under one line of keys; null: several printa do, or not known. */
  readonly jointly: boolean | null;
  /** How many keys those have that a printa shows with a number beside them; null is not known. */
  readonly withNumbers: readonly number[] | null;
  /** It prints each of them once, at its end. */
  readonly once: boolean;
  /** One clause of it prints all of them, so that a record is one print of each that has anything. */
  readonly inOneClause: boolean;
  /** It prints a line of text of its own right before each of its prints of them. */
  readonly titled: boolean;
  /** It divides them before it prints them (`normalize`). */
  readonly normalizes: boolean;
  /** How many keys they have; null is not known. */
  readonly keys: readonly number[] | null;
}

/** What is known of one script. */
export interface ScriptHabits {
  readonly histograms: PrintHabits;
  readonly counts: PrintHabits;
}

/** Of a script that is known by its output alone. */
export const UNKNOWN_HABITS: PrintHabits = {
  resets: 'unknown',
  sharing: null,
  jointly: null,
  withNumbers: null,
  once: false,
  inOneClause: false,
  titled: false,
  normalizes: false,
  keys: null,
};

export const UNKNOWN_SCRIPT: ScriptHabits = { histograms: UNKNOWN_HABITS, counts: UNKNOWN_HABITS };

/** Of the scripts of this program: one aggregation for each line of keys, emptied whenever it is printed. */
export const OUR_HABITS: PrintHabits = {
  resets: 'each_print',
  sharing: 1,
  jointly: false,
  withNumbers: [],
  once: false,
  inOneClause: false,
  titled: false,
  normalizes: false,
  keys: null,
};
