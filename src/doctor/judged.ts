import type { StepResult } from '../model/trail.ts';
import type { Fact } from './sled-facts.ts';
import type { StepAnswer } from './step-answer.ts';

/** What a step is found to be; null where the sled did not answer the question. */
export type Judged = Omit<StepAnswer, 'step' | 'ms'> | null;

/** A step that came out so; the remedy is the step's own where none is given. */
export function found(
  result: StepResult,
  text: string,
  more: { readonly details?: string | null; readonly remedy?: string | null } = {},
): Judged {
  return { result, said: text, details: more.details ?? null, remedy: more.remedy ?? null };
}

/** A step that is well. */
export function well(text: string, details: string | null = null): Judged {
  return found('ok', text, { details });
}

/** What a sled said of itself, as it said it. */
export function said(fact: Fact | null): Judged {
  const text = fact?.('text') ?? null;
  return text === null ? null : well(text);
}

/** A number that a sled said; null where it said none. */
export function countOf(fact: Fact | null, name: string): number | null {
  const text = fact?.(name) ?? null;
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
