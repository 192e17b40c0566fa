import type { Column, Row } from './column.ts';
import type { FleetError } from './error.ts';
import type { Distribution } from './histogram.ts';
import type { FindingRule, Issue, Severity } from './issue.ts';
import type { RunResult } from './transport.ts';

/** How many processes of the kind that a probe watches ran on a sled. */
export interface RunningCount {
  /** Not there where a report is read back, which does not say it. */
  readonly of?: 'upstairs' | 'downstairs';
  readonly count: number;
}

/** What was read from one sled: rows, distributions, text that is shown as it is, and what could not be read. */
export interface Parsed {
  readonly rows: readonly Row[];
  readonly distributions?: readonly Distribution[];
  /** Lines that no parser knows and that are not issues: the output of a user's own script or command. */
  readonly text?: string;
  readonly issues: readonly Issue[];
  /** How what was read was taken, where a reader should know it though nothing is missing. */
  readonly notes?: readonly string[];
  /** Null, or not there: it is not known how many ran. */
  readonly running?: RunningCount | null;
  /** What the sled calls itself; null, or not there: it did not say. */
  readonly hostName?: string | null;
}

/** What a probe makes of a finished command: an answer, perhaps with issues, or the reason why there is none. */
export type Reading =
  | ({ readonly status: 'answer' } & Parsed)
  | { readonly status: 'failure'; readonly error: FleetError };

/** What a probe says about one row that somebody should look at. */
export interface RowFinding {
  readonly rule: FindingRule;
  readonly severity: Severity;
  readonly message: string;
}

/** What a probe's script is run with, and how its output is taken. */
export interface ProbeSettings {
  /** How long it watches. */
  readonly seconds: number;
  /** How often it prints, in seconds; 0 is its own default: some seconds for a table, the end for a distribution. */
  readonly interval: number;
  /** One process, or null for all. */
  readonly pid: number | null;
  /** UUID of one volume, or null for all. */
  readonly volume: string | null;
  /** Counts of the whole run instead of those of the last interval. */
  readonly totals: boolean;
  /** Counts of an interval as counts a second. */
  readonly rates: boolean;
  /** The script was stopped before its time, so that its last interval is not whole. */
  readonly cut?: boolean;
}

/** Reads standard output as it arrives; each row once, in the order of the text. */
export interface RowStream {
  push(text: string): readonly Row[];
  end(): readonly Row[];
}

/** The distributions of an interval that has ended. */
export interface EndedInterval {
  readonly time: string;
  readonly distributions: readonly Distribution[];
}

/** Reads standard output as it arrives; the distributions of each interval once it has ended. */
export interface IntervalStream {
  push(text: string): readonly EndedInterval[];
}

/**
 * Reads what programs print that run on one sled one after another, and overlap, as one answer. Programs are counted from 1
 * on, and what is kept does not grow with time.
 */
export interface LongReading {
  /** What the program printed and no other has: for whoever shows it as it comes. */
  push(program: number, text: string): string;
  /** How one program ended, without its rows. */
  program(result: RunResult): Reading;
  /** The whole answer; `isCut`: nobody listened for some of the time. */
  read(about: { readonly isCut: boolean }): Reading;
}

/** Everything there is to know about one probe: an author writes this, a script and fixtures. */
export interface ProbeSpec {
  /** As on the command line and in reports. */
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  /** Rows of a table, distributions of nanoseconds, or lines of JSON. */
  readonly shape: 'rows' | 'distributions';
  /** The file in `scripts/`: sh is run as it is, D by run-d.sh. */
  readonly script: string;
  /** The file in `scripts/` that shows the same by hand, where that is another one. */
  readonly byHand?: string;
  /** The files that must lie beside it. */
  readonly needs: readonly string[];
  /** What may be asked of it; a probe that needs a PID cannot run without one. Only counts have totals and rates. */
  readonly takes: {
    readonly pid: 'no' | 'optional' | 'needed';
    readonly volume: boolean;
    readonly counts?: boolean;
  };
  /** How long it watches unless told, and how often it prints: 0 is only at the end. */
  readonly seconds: number;
  readonly interval: number;
  /** What makes its D program work: reports, one a second for each upstairs, or every IO. */
  readonly firesFor: 'reports' | 'ios';
  /** What it costs a sled, in a few words. */
  readonly cost: string;
  readonly arguments: (settings: ProbeSettings) => readonly string[];
  /** Columns of its rows; of a distribution, its keys. */
  readonly columns: readonly Column[];
  /** Keys that keep its distributions apart where a reader names none: the question that it answers. */
  readonly groups?: readonly string[];
  /** Never throws. */
  readonly read: (result: RunResult, settings: ProbeSettings) => Reading;
  /** For rows that are shown as they arrive. */
  readonly stream?: (settings: ProbeSettings) => RowStream;
  /** For distributions that are shown interval by interval. */
  readonly intervals?: (settings: ProbeSettings) => IntervalStream;
  /** For a run that is longer than one program; absent: one program lasts as long as it. */
  readonly long?: {
    /** Rows are there only as they stream: all of them together are too many. */
    readonly onlyStreams?: boolean;
    readonly open: (settings: ProbeSettings) => LongReading;
  };
  /** Columns that together name a row of one sled. */
  readonly key: readonly string[];
  readonly check: (row: Row) => readonly RowFinding[];
  /** The same probe, whose rows have beside their columns what places need: how often each downstairs was replaced. */
  readonly forPlaces?: () => ProbeSpec;
  /** Which of its rows are shown, in a few words, where the others only tell what else is there. */
  readonly shows?: { readonly text: string; readonly keeps: (row: Row) => boolean };
}
