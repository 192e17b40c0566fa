import { FleetError } from '../model/error.ts';
import type { Job } from '../model/job.ts';
import type { Reading } from '../model/probe.ts';
import type { OutputAccount, OutputBudget } from '../model/output-budget.ts';
import type { AnsweredOutcome, SledOutcome, Stage } from '../model/report.ts';
import { hostPort } from '../model/host-port.ts';
import type { Sled } from '../model/sled.ts';
import type { Target } from '../model/target.ts';
import type { Connection, Transport } from '../model/transport.ts';
import { runGuarded, type Guard, type GuardedResult } from './guard.ts';
import type { ReadingQueue } from './reading-queue.ts';
import { isMissing, isNotOurs, notOurs, upload } from './upload.ts';

/** What every visit of one run has in common. */
export interface VisitSettings {
  readonly job: Job;
  readonly guard: Guard;
  readonly uploadTimeoutMs: number;
  readonly runTimeoutMs: number;
  readonly maxOutputBytes: number;
  /** What the sleds may send together. */
  readonly budget: OutputBudget;
  /** Orders the reading of long answers. */
  readonly queue: ReadingQueue;
  /** Milliseconds of any monotonic clock. */
  readonly now: () => number;
  readonly onStage?: (sled: Sled, stage: Stage) => void;
  /** Standard output of a sled, as it arrives. */
  readonly onText?: (sled: Sled, text: string) => void;
}

/** What became of a sled, and what its command gave, where it ended. */
export interface Visit {
  readonly outcome: SledOutcome;
  readonly result: GuardedResult | null;
}

/**
 * Visits one sled: connects, runs the job, uploads its files first if the sled lacks them, and reads the answer.
 * Here, and only here, what goes wrong with a sled becomes a value; a bug still throws.
 */
export async function visitSled(
  transport: Transport,
  target: Target,
  settings: VisitSettings,
  signal: AbortSignal,
): Promise<Visit> {
  const { sled } = target;
  const startedMs = settings.now();
  const account = settings.budget.open();
  let stage: Stage = 'connect';
  const enter = (next: Stage) => {
    stage = next;
    settings.onStage?.(sled, next);
  };
  const failed = (error: FleetError): Visit => ({
    outcome: {
      status: 'failed',
      sled,
      elapsedMs: settings.now() - startedMs,
      stage,
      error,
      address: hostPort(target.login),
    },
    result,
  });
  let result: GuardedResult | null = null;
  let connection: Connection | null = null;
  try {
    if (signal.aborted) throw new FleetError('not_tried', 'not tried: the run was interrupted first');
    enter('connect');
    connection = await transport.connect(target, signal);
    const ended = await runJob(connection, sled, settings, { signal, account, enter });
    // It ended because it was told to: what it gave is the beginning of an answer.
    if (signal.aborted && ended.cut !== null) {
      throw new FleetError('interrupted', 'interrupted before the command had ended', { partial: ended });
    }
    result = ended;
    const elapsedMs = settings.now() - startedMs;
    const { via } = connection;
    const warnings = [...connection.warnings, ...result.notes];
    const { length } = ended.stdout;
    const reading = await settings.queue.read(length, () => readCut(settings.job, ended));
    return { outcome: outcomeOf(reading, { sled, elapsedMs, via, warnings }), result };
  } catch (error) {
    if (error instanceof FleetError) return failed(error);
    throw error;
  } finally {
    account.close();
    await connection?.close();
  }
}

/** What was read of a guarded command; that more was to come is an issue of an answer. */
export function readCut(job: Pick<Job, 'read'>, result: GuardedResult): Reading {
  const reading = job.read(result);
  if (result.cut === null || reading.status === 'failure') return reading;
  return { ...reading, issues: [{ code: 'cut', message: result.cut }, ...reading.issues] };
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
  const { rows, issues, distributions = [], text = '', notes = [], running = null } = reading;
  const warnings = [...visit.warnings, ...notes];
  return {
    status: 'answered',
    ...visit,
    rows,
    distributions,
    text,
    issues,
    warnings,
    notes,
    ...(running === null ? {} : { running }),
  };
}

/** What one visit brings with it. */
interface VisitContext {
  readonly signal: AbortSignal;
  readonly account: OutputAccount;
  readonly enter: (stage: Stage) => void;
}

async function runJob(
  connection: Connection,
  sled: Sled,
  settings: VisitSettings,
  { signal, account, enter }: VisitContext,
): Promise<GuardedResult> {
  const { job, guard } = settings;
  const limits = { signal, account, maxOutputBytes: settings.maxOutputBytes };
  const run = (): Promise<GuardedResult> => {
    enter('run');
    const onStdout =
      settings.onText === undefined ? {} : { onStdout: (text: string) => settings.onText?.(sled, text) };
    const options = { ...limits, timeoutMs: settings.runTimeoutMs, ...onStdout };
    return runGuarded(connection, guard, job.payload, options);
  };
  const first = await run();
  if (job.bundle !== null && isNotOurs(first)) {
    enter('upload');
    throw notOurs(first);
  }
  if (job.bundle === null || !isMissing(first)) return first;
  enter('upload');
  await upload(connection, guard, job.bundle, { ...limits, timeoutMs: settings.uploadTimeoutMs });
  const second = await run();
  if (!isMissing(second)) return second;
  enter('upload');
  throw new FleetError(
    'upload',
    'the scripts were uploaded, and the sled still says that they are missing or different',
  );
}
