import { FleetError } from '../model/error.ts';
import type { Audit, AuditedEnd } from './audit.ts';
import type { Job } from '../model/job.ts';
import type { OutputAccount, OutputBudget } from '../model/output-budget.ts';
import type { Stage } from '../model/stage.ts';
import type { Sled } from '../model/sled.ts';
import type { Target } from '../model/target.ts';
import type { Connection, Transport } from '../model/transport.ts';
import type { VisitClock } from './visit-trail.ts';
import { runGuarded, type Guard, type GuardedResult } from './guard.ts';
import { isMissing, isNotOurs, notOurs, upload } from './upload.ts';

export interface ConversationSettings {
  readonly job: Job;
  readonly guard: Guard;
  readonly uploadTimeoutMs: number;
  readonly runTimeoutMs: number;
  readonly maxOutputBytes: number;
  /** What the sleds may send together. */
  readonly budget: OutputBudget;
  /** Hears of each command. */
  readonly audit?: Audit | null;
  /** When it fires, commands end now, and what they give is their answer; a sled without one fails as interrupted. */
  readonly finish?: AbortSignal;
  /** Standard output of a sled, as it arrives. */
  readonly onText?: (sled: Sled, text: string) => void;
}

/** What a sled's command gave, over a connection that is still open. */
export interface Conversation {
  readonly ended: GuardedResult;
  readonly via: string | null;
  /** What is to be known of the way there. */
  readonly warnings: readonly string[];
  /** Ends the connection, when what was sent has been read. */
  close(): Promise<void>;
}

/** What goes with one sled. */
export interface ConversationContext {
  readonly signal: AbortSignal;
  /** That the signal means the end of the commands, and not of the run. */
  readonly isFinished?: () => boolean;
  readonly enter: (stage: Stage) => void;
  readonly clock: VisitClock;
  /** Hears of the connection as soon as it is open. */
  readonly onConnected?: (connection: Connection) => void;
}

/** Connects to a sled and runs the job, uploading its files first if the sled lacks them. Rejects with a FleetError. */
export async function converse(
  transport: Transport,
  target: Target,
  settings: ConversationSettings,
  { signal, isFinished = () => false, enter, clock, onConnected }: ConversationContext,
): Promise<Conversation> {
  const account = settings.budget.open();
  let connection: Connection | null = null;
  const close = async (): Promise<void> => {
    account.close();
    await connection?.close();
  };
  try {
    enter('connect');
    connection = await transport.connect(target, signal, clock.way);
    onConnected?.(connection);
    const { via, warnings } = connection;
    const ended = await runJob(connection, target, settings, { signal, isFinished, account, enter });
    clock.heard(ended.noise);
    return { ended, via, warnings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What one conversation brings with it. */
interface Context {
  readonly signal: AbortSignal;
  readonly isFinished: () => boolean;
  readonly account: OutputAccount;
  readonly enter: (stage: Stage) => void;
}

async function runJob(
  connection: Connection,
  target: Target,
  settings: ConversationSettings,
  { signal, isFinished, account, enter }: Context,
): Promise<GuardedResult> {
  const { sled, login } = target;
  const { job } = settings;
  const guard = login.pfexec ? { ...settings.guard, pfexec: true } : settings.guard;
  const limits = { signal, account, maxOutputBytes: settings.maxOutputBytes };
  const run = (): Promise<GuardedResult> => {
    enter('run');
    const onStdout =
      settings.onText === undefined ? {} : { onStdout: (text: string) => settings.onText?.(sled, text) };
    const stdin = job.stdin === undefined ? {} : { stdin: job.stdin };
    const keepsEnds = job.isReadAsItComes === true;
    const options = {
      ...limits,
      isFinished,
      timeoutMs: settings.runTimeoutMs,
      keepsEnds,
      ...onStdout,
      ...stdin,
    };
    const { what, payload } = job.onSled?.(sled) ?? job;
    return audited('run', what, () => runGuarded(connection, guard, payload, options));
  };
  const audited = async <R extends GuardedResult | null>(
    stage: Stage,
    what: string,
    task: () => Promise<R>,
  ): Promise<R> => {
    const end = settings.audit?.begin({ target, via: connection.via, stage, what });
    try {
      const result = await task();
      end?.(auditedEnd(result));
      return result;
    } catch (error) {
      const nothing = { exitStatus: null, signalName: null, cut: null };
      if (error instanceof FleetError) end?.({ ...nothing, error });
      throw error;
    }
  };
  const first = await run();
  if (job.bundle !== null && isNotOurs(first)) {
    enter('upload');
    throw notOurs(first);
  }
  if (job.bundle === null || !isMissing(first)) return first;
  account.pass();
  enter('upload');
  const { bundle } = job;
  const names = bundle.files.map(({ name }) => name).join(' ');
  await audited('upload', `upload of ${names}`, async () => {
    await upload(connection, guard, bundle, { ...limits, timeoutMs: settings.uploadTimeoutMs });
    return null;
  });
  const second = await run();
  if (!isMissing(second)) return second;
  enter('upload');
  throw new FleetError(
    'upload',
    'the scripts were uploaded, and the sled still says that they are missing or different',
  );
}

/** An upload that ended well has no more to tell; a script that is not there was not run. */
function auditedEnd(result: GuardedResult | null): AuditedEnd {
  if (result === null) return { exitStatus: 0, signalName: null, cut: null, error: null };
  const { exitStatus, signalName, cut } = result;
  const error = isMissing(result)
    ? new FleetError('upload', 'nothing was run: the scripts are missing there, or different')
    : null;
  return { exitStatus, signalName, cut, error };
}
