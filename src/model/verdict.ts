import type { Row } from './column.ts';

/** What a command that judges came to: above the rows for people, and in JSON. */
export interface Verdicts {
  /** One line. */
  readonly headline: string;
  /** Every word that a verdict of this kind may be. */
  readonly words: readonly string[];
  readonly each: readonly JudgedSubject[];
}

/** The verdict on one thing. */
export interface JudgedSubject {
  /** Which it is, by names as in rows. */
  readonly about: Row;
  readonly verdict: string;
  readonly text: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Zones of VMs that stop with it. */
  readonly vms: readonly string[];
}
