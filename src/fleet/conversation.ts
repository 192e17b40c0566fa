import { FleetError } from '../model/error.ts';
import type { Job } from '../model/job.ts';
import type { OutputAccount, OutputBudget } from '../model/output-budget.ts';
import type { Stage } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import type { Target } from '../model/target.ts';
import type { Connection, Transport } from '../model/transport.ts';
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

/** Connects to a sled and runs the job, uploading its files first if the sled lacks them. Rejects with a FleetError. */
export async function converse(
  transport: Transport,
  target: Target,
  settings: ConversationSettings,
  { signal, enter }: { readonly signal: AbortSignal; readonly enter: (stage: Stage) => void },
): Promise<Conversation> {
  const account = settings.budget.open();
  let connection: Connection | null = null;
  const close = async (): Promise<void> => {
    account.close();
    await connection?.close();
  };
  try {
    enter('connect');
    connection = await transport.connect(target, signal);
    const { via, warnings } = connection;
    const ended = await runJob(connection, target.sled, settings, { signal, account, enter });
    return { ended, via, warnings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What one conversation brings with it. */
interface Context {
  readonly signal: AbortSignal;
  readonly account: OutputAccount;
  readonly enter: (stage: Stage) => void;
}

async function runJob(
  connection: Connection,
  sled: Sled,
  settings: ConversationSettings,
  { signal, account, enter }: Context,
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
  account.pass();
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
