import type { Column, Row } from './column.ts';
import type { FleetError } from './error.ts';
import type { Distribution } from './histogram.ts';
import type { Issue, Severity } from './issue.ts';
import type { RunResult } from './transport.ts';

/** What was read from one sled: rows, distributions, text that is shown as it is, and what could not be read. */
export interface Parsed {
  readonly rows: readonly Row[];
  readonly distributions?: readonly Distribution[];
  /** Lines that no parser knows and that are no issue: the output of a user's own script or command. */
  readonly text?: string;
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

/** What a probe's script is run with. */
export interface ProbeSettings {
  /** How long it watches. */
  readonly seconds: number;
  /** How often it prints, in seconds; 0 is its own default (a table), or only at the end (a distribution). */
  readonly interval: number;
  /** One process, or null for all. */
  readonly pid: number | null;
  /** UUID of one volume, or null for all. */
  readonly volume: string | null;
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
  readonly arguments: (settings: ProbeSettings) => readonly string[];
  readonly columns: readonly Column[];
  /** Never throws. */
  readonly read: (result: RunResult) => Reading;
  readonly check: (row: Row) => readonly RowFinding[];
}
