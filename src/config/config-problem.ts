import type { Settled } from './key.ts';

/** One thing that is wrong with the configuration, and does not stop the check. */
export interface ConfigProblem {
  /** To be printed as it is: where, what was found and what is allowed. No secret is in it. */
  readonly line: string;
  /** Who has to fix it: the exit status follows from it. */
  readonly from: 'command line' | 'file' | 'environment';
}

/** A problem of a value that was given. */
export function problemAt(
  { origin, source }: Pick<Settled, 'origin' | 'source'>,
  text: string,
): ConfigProblem {
  const from = source === 'command line' || source === 'environment' ? source : 'file';
  return { line: `${origin}: ${text}`, from };
}
