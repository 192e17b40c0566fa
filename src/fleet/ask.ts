import type { Job } from '../model/job.ts';
import { createOutputBudget } from '../model/output-budget.ts';
import type { Progress } from '../model/progress.ts';
import type { SledOutcome } from '../model/report.ts';
import type { Stage } from '../model/stage.ts';
import type { Sled } from '../model/sled.ts';
import type { Target } from '../model/target.ts';
import type { Transport } from '../model/transport.ts';
import type { Audit } from './audit.ts';
import { collectByTool, type AskTool } from './by-tool.ts';
import { collect } from './collect.ts';
import type { Guard } from './guard.ts';
import type { Recorder } from './recording.ts';
import type { Renewal } from './renewed-visit.ts';
import { deadlineIn, type Visit } from './visit.ts';
import { groupWarnings, type FleetWarning } from './warnings.ts';

/** How much one run may take. */
export interface AskLimits {
  /** Sleds that are visited at the same time. */
  readonly concurrency: number;
  readonly uploadTimeoutMs: number;
  /** For the command on a sled. */
  readonly runTimeoutMs: number;
  /** Bytes that one sled may send on each of its streams. */
  readonly maxOutputBytes: number;
  /** Bytes that all sleds together may have sent and not been read of, beyond a quarter of a megabyte each. */
  readonly totalOutputBytes: number;
}

/** The time of day, and monotonic milliseconds. */
export interface Clock {
  readonly now: () => Date;
  readonly elapsed: () => number;
}

export interface AskSettings {
  /** Stays open: who made it closes it. */
  readonly transport: Transport;
  /** Asks the sleds of racks that have a tool; absent: no target has one. */
  readonly askTool?: AskTool;
  readonly clock: Clock;
  readonly guard: Guard;
  readonly limits: AskLimits;
  /** Ends the run early; every sled is in the answer all the same. With a FleetError as reason it is a deadline. */
  readonly signal: AbortSignal;
  /** Ends the commands early; what they give then is their answer. */
  readonly finish?: AbortSignal;
  /** Finished here. */
  readonly progress?: Progress;
  /** Finished here. */
  readonly recorder?: Recorder | null;
  /** Hears of each command. */
  readonly audit?: Audit | null;
  /** Standard output of a sled, as it arrives. */
  readonly onText?: (sled: Sled, text: string) => void;
  readonly onVisited?: (visit: Visit) => void;
  /** It goes on for longer than one program of the job; no target has a tool then. */
  readonly renewal?: Renewal;
}

/** What asking came to. */
export interface FleetAnswer {
  readonly finishedAt: Date;
  readonly interrupted: boolean;
  /** Every sled exactly once, in the order of the targets. */
  readonly outcomes: readonly SledOutcome[];
  readonly warnings: readonly FleetWarning[];
  /** What of the recording could not be written. */
  readonly unrecorded: readonly string[];
}

/** Runs one job on every target: the same for every command, for each round of one, and for a check. */
export async function askFleet(
  targets: readonly Target[],
  job: Job,
  settings: AskSettings,
): Promise<FleetAnswer> {
  const { transport, clock, guard, limits, signal, progress, recorder, onText } = settings;
  let outcomes: readonly SledOutcome[];
  try {
    const visits = {
      job,
      guard,
      ...limits,
      audit: settings.audit ?? null,
      budget: createOutputBudget(limits.totalOutputBytes),
      now: clock.elapsed,
      onStage: (sled: Sled, stage: Stage) => progress?.stage(sled, stage),
      ...(onText === undefined ? {} : { onText }),
      ...(settings.renewal === undefined ? {} : { renewal: settings.renewal }),
      ...(settings.finish === undefined ? {} : { finish: settings.finish }),
      onVisited: (visit: Visit) => {
        recorder?.visited(visit);
        progress?.outcome(visit.outcome);
        settings.onVisited?.(visit);
      },
    };
    const byTool = targets.filter(({ tool }) => tool !== undefined);
    const bySsh = targets.filter(({ tool }) => tool === undefined);
    const [ofTools, ofSsh] = await Promise.all([
      collectByTool(byTool, { ...visits, askTool: settings.askTool ?? noTool }, signal),
      collect(transport, bySsh, visits, signal),
    ]);
    const left = ofSsh.values();
    outcomes = targets.flatMap((target) => ofTools.get(target) ?? left.next().value ?? []);
  } finally {
    await progress?.finish();
  }
  const end = { finishedAt: clock.now(), interrupted: signal.aborted && deadlineIn(signal) === null };
  const unrecorded = (await recorder?.finish(end)) ?? [];
  const answered = outcomes.filter((outcome) => outcome.status === 'answered');
  return { ...end, outcomes, warnings: groupWarnings(answered), unrecorded };
}

const noTool: AskTool = () => {
  throw new Error('a target has a tool, and nothing to ask it with was given');
};
