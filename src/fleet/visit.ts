import { FleetError } from '../model/error.ts';
import type { Job } from '../model/job.ts';
import type { Reading } from '../model/probe.ts';
import type { AnsweredOutcome, SledOutcome, Stage } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import type { Connection, RunResult, Transport } from '../model/transport.ts';
import { isMissing, upload } from './upload.ts';

/** What every visit of one run has in common. */
export interface VisitSettings {
  readonly job: Job;
  readonly uploadTimeoutMs: number;
  readonly runTimeoutMs: number;
  readonly maxOutputBytes: number;
  /** Milliseconds of any monotonic clock. */
  readonly now: () => number;
  readonly onStage?: (sled: Sled, stage: Stage) => void;
  /** Standard output of a sled, as it arrives. */
  readonly onText?: (sled: Sled, text: string) => void;
}

/** What became of a sled, and what its command gave, where it ended. */
export interface Visit {
  readonly outcome: SledOutcome;
  readonly result: RunResult | null;
}

/**
 * Visits one sled: connects, runs the job, uploads its files first if the sled lacks them, and reads the answer.
 * Here, and only here, what goes wrong with a sled becomes a value; a bug still throws.
 */
export async function visitSled(
  transport: Transport,
  sled: Sled,
  settings: VisitSettings,
  signal: AbortSignal,
): Promise<Visit> {
  const startedMs = settings.now();
  let stage: Stage = 'connect';
  const enter = (next: Stage) => {
    stage = next;
    settings.onStage?.(sled, next);
  };
  const failed = (error: FleetError): Visit => ({
    outcome: { status: 'failed', sled, elapsedMs: settings.now() - startedMs, stage, error },
    result,
  });
  let result: RunResult | null = null;
  let connection: Connection | null = null;
  try {
    if (signal.aborted) throw new FleetError('not_tried', 'not tried: the run was interrupted first');
    enter('connect');
    connection = await transport.connect(sled, signal);
    const ended = await runJob(connection, sled, settings, signal, enter);
    // It ended because it was told to: what it gave is the beginning of an answer.
    if (settings.job.holdStdin && signal.aborted) {
      throw new FleetError('interrupted', 'interrupted before the probe had ended', { partial: ended });
    }
    result = ended;
    const elapsedMs = settings.now() - startedMs;
    const { via, warnings } = connection;
    return { outcome: outcomeOf(settings.job.read(result), { sled, elapsedMs, via, warnings }), result };
  } catch (error) {
    if (error instanceof FleetError) return failed(error);
    throw error;
  } finally {
    await connection?.close();
  }
}

/** The outcome of a command that ended, by what was read of it. */
export function outcomeOf(
  reading: Reading,
  visit: Pick<AnsweredOutcome, 'sled' | 'elapsedMs' | 'via' | 'warnings'>,
): SledOutcome {
  if (reading.status === 'failure') {
    const { sled, elapsedMs } = visit;
    return { status: 'failed', sled, elapsedMs, stage: 'run', error: reading.error };
  }
  const { rows, issues, distributions = [], text = '', notes = [] } = reading;
  // A recording has the notes among its warnings already.
  const warnings = [...new Set([...visit.warnings, ...notes])];
  return { status: 'answered', ...visit, rows, distributions, text, issues, warnings };
}

async function runJob(
  connection: Connection,
  sled: Sled,
  settings: VisitSettings,
  signal: AbortSignal,
  enter: (stage: Stage) => void,
): Promise<RunResult> {
  const { job } = settings;
  const limits = { signal, maxOutputBytes: settings.maxOutputBytes };
  const run = (): Promise<RunResult> => {
    enter('run');
    const onStdout =
      settings.onText === undefined ? {} : { onStdout: (text: string) => settings.onText?.(sled, text) };
    const options = { ...limits, timeoutMs: settings.runTimeoutMs, holdStdin: job.holdStdin, ...onStdout };
    return connection.run(job.command, options);
  };
  const first = await run();
  if (job.bundle === null || !isMissing(first)) return first;
  enter('upload');
  await upload(connection, job.bundle, { ...limits, timeoutMs: settings.uploadTimeoutMs });
  const second = await run();
  if (!isMissing(second)) return second;
  enter('upload');
  throw new FleetError(
    'upload',
    'the scripts were uploaded, and the sled still says that they are missing or different',
  );
}
