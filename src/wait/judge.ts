import type { Row } from '../model/column.ts';
import { describeError } from '../model/error.ts';
import type { SledOutcome } from '../model/report.ts';
import { hasExited } from '../model/row-note.ts';
import type { Condition, Seen, Verdicts } from './condition.ts';

/** What a wait wants: all the conditions in so many looks in a row, of the rows that it is about. */
export interface Wanted {
  readonly conditions: readonly Condition[];
  readonly looks: number;
  readonly keeps: (row: Row) => boolean;
}

/** What one look came to. */
export interface Judgement {
  readonly isMet: boolean;
  /** Good looks in a row, this one included. */
  readonly inARow: number;
  /** Every sled gave its whole answer. */
  readonly isWhole: boolean;
  /** What is missing, a line each: sleds that did not answer first. */
  readonly missing: readonly string[];
  /** Upstairs that the look was about. */
  readonly upstairs: number;
}

/**
 * Judges a look after `before` good ones in a row. A look is good where every sled answered in full and every condition
 * holds: what a silent sled would say is not known.
 */
export function judge(
  before: number,
  outcomes: readonly SledOutcome[],
  wanted: Wanted,
  verdicts: Verdicts = new Map(),
): Judgement {
  const silent = outcomes.flatMap(silenceOf);
  const seen = seenIn(outcomes, wanted.keeps);
  const unmet = [...new Set(wanted.conditions.flatMap(({ missing }) => missing(seen, verdicts)))];
  // Sleds and their rows come in another order in each look.
  const missing = [...silent.sort(byText), ...unmet.sort(byText)];
  const inARow = missing.length === 0 ? before + 1 : 0;
  return {
    isMet: inARow >= wanted.looks,
    inARow,
    isWhole: silent.length === 0,
    missing,
    upstairs: seen.length,
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function silenceOf(outcome: SledOutcome): readonly string[] {
  if (outcome.status === 'failed')
    return [`${outcome.sled.id} did not answer: ${describeError(outcome.error)}`];
  const [issue] = outcome.issues;
  return issue === undefined ? [] : [`${outcome.sled.id} did not answer in full: ${issue.message}`];
}

/** A process that ended within the window has no upstairs any more. */
function seenIn(outcomes: readonly SledOutcome[], keeps: Wanted['keeps']): readonly Seen[] {
  return outcomes.flatMap((outcome) =>
    outcome.status === 'failed'
      ? []
      : outcome.rows
          .filter((row) => !hasExited(row) && keeps(row))
          .map((row) => ({ sled: outcome.sled.id, row })),
  );
}
