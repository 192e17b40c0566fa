import type { ByCause } from './by-cause.ts';
import type { Column, Row } from './column.ts';
import type { FleetError } from './error.ts';
import type { Distribution } from './histogram.ts';
import type { FindingRule, Issue, Severity } from './issue.ts';
import type { RunningCount } from './probe.ts';
import type { RunFacts } from './run-facts.ts';
import type { Sled } from './sled.ts';
import type { Stage } from './stage.ts';
import type { VisitTrail } from './trail.ts';
import type { Verdicts } from './verdict.ts';

/** A sled that was asked and answered, perhaps in part. */
export interface AnsweredOutcome {
  readonly status: 'answered';
  readonly sled: Sled;
  readonly elapsedMs: number;
  /** The gateway that was used, as `host:port`. */
  readonly via: string | null;
  readonly rows: readonly Row[];
  readonly distributions: readonly Distribution[];
  /** Lines of a user's own script or command that are shown as they are. */
  readonly text: string;
  /** Not empty: the answer is not whole. */
  readonly issues: readonly Issue[];
  /** What a reader should know though the answer is whole, such as an unverified host key. */
  readonly warnings: readonly string[];
  /** Those of the warnings that say how the output was read, and that a replay says again. */
  readonly notes?: readonly string[];
  /** Processes of the kind that the probe watches; null, or not there: it is not known. */
  readonly running?: RunningCount | null;
  /** What the sled calls itself; not there where it did not say. */
  readonly hostName?: string;
  /** How the visit went; not there where nobody visited the sled, as in a replay. */
  readonly trail?: VisitTrail;
  /** Of a merged report: the run that this is of. */
  readonly runId?: string;
}

/** A sled without an answer, and why. */
export interface FailedOutcome {
  readonly status: 'failed';
  readonly sled: Sled;
  readonly elapsedMs: number;
  readonly stage: Stage;
  readonly error: FleetError;
  /** The sled's address as the error may write it (`host:port`), where it was asked at one. */
  readonly address?: string;
  /** As of an answer. */
  readonly trail?: VisitTrail;
  /** As of an answer. */
  readonly runId?: string;
  /** Of a merged report: what the sled answered in an older run, whose rows are shown and marked. */
  readonly earlier?: EarlierAnswer;
}

/** An answer that is older than a failure of its sled. */
export interface EarlierAnswer {
  readonly answer: AnsweredOutcome;
  /** From the end of its run to the end of the run without an answer. */
  readonly ageMs: number;
}

/** What became of one selected sled. */
export type SledOutcome = AnsweredOutcome | FailedOutcome;

/** Something that somebody should look at, with the row that it is about. */
export interface Finding {
  readonly rule: FindingRule;
  readonly severity: Severity;
  readonly message: string;
  readonly rack: string;
  readonly sled: string;
  readonly zone: string | null;
  readonly pid: number | null;
  readonly upstairsId: string | null;
  readonly sessionId: string | null;
}

/** The answer of a whole selection to one probe. */
export interface FleetReport {
  readonly probe: string;
  /** `printed` are rows that hold what a command printed, `steps` those of a step on the way to a sled's answer each. */
  readonly shape: 'rows' | 'printed' | 'steps' | 'distributions';
  /** What was selected, as people say it: `rack 3, cubby 0-3`. */
  readonly selection: string;
  /** What the rows were filtered by (`--state live_repair`), or null when all are here. */
  readonly filter: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Somebody pressed Ctrl-C: sleds that had not answered have failed. */
  readonly interrupted: boolean;
  /** Not there where no sled was asked, as of a paste, and in a recording of an older version. */
  readonly run?: RunFacts;
  /** Every selected sled, exactly once, in the order of the selection. */
  readonly outcomes: readonly SledOutcome[];
  /** The sled's columns, then the probe's. */
  readonly columns: readonly Column[];
  /** Sorted; each holds a cell for each column. */
  readonly rows: readonly Row[];
  /** Rows before the filter, by health, where the probe judges health. */
  readonly healthCounts: Readonly<Record<string, number>> | null;
  readonly rowsBeforeFilter: number;
  /** Each with its sled's keys before its own. */
  readonly distributions: readonly Distribution[];
  readonly findings: readonly Finding[];
  /** What makes the answer as a whole less than whole and is no one sled's: lines of a paste that nobody owns. */
  readonly issues?: readonly Issue[];
  /** What the sick downstairs of all rows have in common, where that was asked; the rows are those of its groups. */
  readonly byCause?: ByCause;
  /** Of a command that judges. */
  readonly verdicts?: Verdicts;
}

/** The racks of the selection, in its order. */
export function racksOf(report: FleetReport): readonly string[] {
  return [...new Set(report.outcomes.map(({ sled }) => sled.rack))];
}

/** What became of the sleds of some racks. The rows are left as they are: they say their rack. */
export function ofRacks(report: FleetReport, racks: readonly string[]): FleetReport {
  return { ...report, outcomes: report.outcomes.filter(({ sled }) => racks.includes(sled.rack)) };
}

/** The answer of a sled that is shown: that of its last visit, or an older one. Null where there is none. */
export function answerOf(outcome: SledOutcome): AnsweredOutcome | null {
  return outcome.status === 'answered' ? outcome : (outcome.earlier?.answer ?? null);
}

export interface Coverage {
  readonly selected: number;
  readonly answered: number;
  readonly failed: number;
  /** Answered sleds whose answer is not whole. */
  readonly withIssues: number;
}

export function coverageOf(report: FleetReport): Coverage {
  const answered = report.outcomes.filter((outcome) => outcome.status === 'answered');
  return {
    selected: report.outcomes.length,
    answered: answered.length,
    failed: report.outcomes.length - answered.length,
    withIssues: answered.filter((outcome) => outcome.issues.length > 0).length,
  };
}

/** Whether every selected sled answered, and none of the answers lacks something. */
export function isComplete(report: FleetReport): boolean {
  const coverage = coverageOf(report);
  const isWhole = coverage.failed === 0 && coverage.withIssues === 0 && (report.issues ?? []).length === 0;
  return !report.interrupted && isWhole;
}
