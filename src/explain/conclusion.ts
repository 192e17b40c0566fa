import type { Index } from '../facts/fact.ts';
import type { Copy, Evidence } from './evidence.ts';
import type { PatternName } from './upstream.ts';

/** A sentence that follows, with what it follows from: one without evidence is not said. */
export interface Conclusion {
  readonly index: Index | null;
  readonly says: string;
  /** What was read, with its source each: at least one. */
  readonly evidence: readonly [string, ...string[]];
  readonly command?: string;
  /** What upstream knows of it. */
  readonly pattern?: PatternName;
}

/** Says what follows of all that was read, or nothing. Pure. */
export type Rule = (evidence: Evidence) => readonly Conclusion[];

/** A rule that looks at one lost copy after another. */
export function ofLostCopies(judge: (copy: Copy, evidence: Evidence) => Conclusion | null): Rule {
  return (evidence) =>
    evidence.copies.flatMap((copy) => (copy.role === 'lost' ? (judge(copy, evidence) ?? []) : []));
}

/** `downstairs 1 is offline, as the upstairs reports` */
export function stateEvidence({ index, state }: Copy): string {
  return `downstairs ${index} is ${state ?? '?'} (the upstairs, now)`;
}
