import { describeError } from '../../model/error.ts';
import { onOneLine } from '../../model/printable.ts';
import type { SledOutcome } from '../../model/report.ts';
import { readSledExplanation, type SledExplanation } from '../../facts/sled-explanation.ts';
import type { FleetRun } from '../ask/fleet-run.ts';
import type { SledQuestion } from './explain-job.ts';

/** What one sled was asked and told, and why that is not all; null where it is. */
export interface SledAnswer extends SledExplanation {
  /** Its id. */
  readonly sled: string;
  readonly question: SledQuestion;
  readonly failure: string | null;
}

/** What sleds told of logs and attempts, one round after another. */
export interface Told {
  readonly runs: readonly FleetRun[];
  readonly answers: readonly SledAnswer[];
  /** Traces are under way. */
  readonly isTracing: boolean;
}

export const NOTHING_TOLD: Told = { runs: [], answers: [], isTracing: false };

export function withMore(told: Told, more: Told): Told {
  return {
    runs: [...told.runs, ...more.runs],
    answers: [...told.answers, ...more.answers],
    isTracing: false,
  };
}

/** What the sleds of a run answered to their questions. */
export function toldBy(run: FleetRun, questions: ReadonlyMap<string, SledQuestion>): Told {
  return {
    runs: [{ ...run, outcomes: run.outcomes.map(withoutText) }],
    answers: run.outcomes.map((outcome): SledAnswer => ({
      sled: outcome.sled.id,
      question: questions.get(outcome.sled.id) ?? { logs: [], pids: [] },
      ...readSledExplanation(outcome.status === 'answered' ? outcome.text : ''),
      failure: outcome.status === 'answered' ? null : onOneLine(describeError(outcome.error)),
    })),
    isTracing: false,
  };
}

function withoutText(outcome: SledOutcome): SledOutcome {
  return outcome.status === 'failed' ? outcome : { ...outcome, text: '' };
}
