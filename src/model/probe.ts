import type { Column, Row } from './column.ts';
import type { FleetError } from './error.ts';
import type { Issue, Severity } from './issue.ts';
import type { RunResult } from './transport.ts';

/** What was read from one sled: the rows, and what could not be read. */
export interface Parsed {
  readonly rows: readonly Row[];
  readonly issues: readonly Issue[];
}

/** What a probe makes of a finished command: an answer, perhaps with issues, or the reason why there is none. */
export type Reading =
  | ({ readonly status: 'answer' } & Parsed)
  | { readonly status: 'failure'; readonly error: FleetError };

/** What a probe says about one row that somebody should look at. */
export interface RowFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

/** Everything there is to know about one probe: an author writes this, a script and fixtures. */
export interface ProbeSpec {
  /** As on the command line and in reports. */
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  /** The file in `scripts/` that is run with sh, and the files that must lie beside it. */
  readonly script: string;
  readonly needs: readonly string[];
  /** Arguments of the script for a window of whole seconds. */
  readonly arguments: (windowSeconds: number) => readonly string[];
  readonly columns: readonly Column[];
  /** Never throws. */
  readonly read: (result: RunResult) => Reading;
  readonly check: (row: Row) => readonly RowFinding[];
}
