import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { FleetError, type ErrorCode } from '../model/error.ts';
import type { RunOptions, RunResult } from '../model/transport.ts';
import type { Beats } from './beats.ts';
import { createKeptStreams } from './kept-output.ts';
import { onAbort } from './waiting.ts';
import { signalGroup } from './signal-group.ts';

/** What is told to end has so many milliseconds. */
const GRACE_MS = 500;

/** How long an interrupted command that holds its standard input may still speak. */
const LAST_WORDS_MS = 4_000;

/** How a child ended, and what it wrote. */
export interface ChildEnd {
  readonly output: Pick<RunResult, 'stdout' | 'stderr' | 'leftOutBytes'>;
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Waits for a child that leads a process group of its own, under the limits of a run. Rejects as `Connection.run` with
 * `timeout`, `output_limit` or `interrupted`, when nothing of its group is left, and with `pipe` where it did not start.
 */
export async function runChild(
  child: ChildProcessWithoutNullStreams,
  what: string,
  options: RunOptions,
  beats: Beats | null = null,
): Promise<ChildEnd> {
  const { stdin, holdStdin, timeoutMs, signal, maxOutputBytes, account, onStdout } = options;
  const { stdout, stderr } = createKeptStreams(options);
  const reasons: { readonly code: ErrorCode; readonly message: string }[] = [];
  const timers: NodeJS.Timeout[] = [];
  const stop = (code: ErrorCode, message: string): void => {
    reasons.push({ code, message });
    if (reasons.length > 1) return;
    signalGroup(child.pid, 'SIGTERM');
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS));
    // It has ended, and its output is held by what it left.
    if (child.exitCode !== null || child.signalCode !== null)
      child.emit('exit', child.exitCode, child.signalCode);
  };
  const listen = (stream: Readable, output: typeof stdout, onChunk: (chunk: Buffer) => void): void => {
    stream.on('data', (chunk: Buffer) => {
      if (reasons.length > 0) return;
      onChunk(chunk);
      if (account?.take(chunk.length) === false) {
        stop(
          'output_limit',
          `the sleds together sent more than can be kept at a time; ${what} had much of it`,
        );
      } else if (!output.add(chunk)) {
        stop('output_limit', `${what} wrote more than ${maxOutputBytes} bytes`);
      }
    });
    stream.on('error', () => {});
  };
  const characters = new StringDecoder('utf8');
  listen(child.stdout, stdout, (chunk) => onStdout?.(characters.write(chunk)));
  listen(child.stderr, stderr, () => {});
  // A command that reads nothing is none the worse.
  child.stdin.on('error', () => {});
  const isHeld = holdStdin === true && !signal.aborted;
  if (!isHeld) child.stdin.end(stdin);
  const stopBeats = isHeld && options.beats === true ? beats?.add(() => beat(child)) : undefined;
  const giveUp = (): void => stop('interrupted', `interrupted ${what}`);
  const onInterrupted = (): void => {
    if (!isHeld) return giveUp();
    child.stdin.end();
    timers.push(setTimeout(giveUp, LAST_WORDS_MS));
  };
  timers.push(
    setTimeout(() => stop('timeout', `${what} did not end within ${timeoutMs / 1000} s`), timeoutMs),
  );
  const stopListening = onAbort(signal, onInterrupted);
  try {
    const end = await endOf(child, () => reasons.length > 0);
    const [reason] = reasons;
    if (reason !== undefined) {
      const partial = { stdout: stdout.soFar(), stderr: stderr.soFar() };
      throw new FleetError(reason.code, reason.message, { partial });
    }
    await account?.turn();
    const output = { stdout: stdout.whole(), stderr: stderr.whole(), ...stdout.leftOut() };
    return { output, ...end };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    stopBeats?.();
    stopListening();
  }
}

function beat({ stdin }: ChildProcessWithoutNullStreams): void {
  if (stdin.writable && !stdin.writableNeedDrain) stdin.write('\n');
}

/** The end of a child and of its output; of one that was given up the end alone, since others may hold its output. */
async function endOf(
  child: ChildProcessWithoutNullStreams,
  isGivenUp: () => boolean,
): Promise<Pick<ChildEnd, 'status' | 'signal'>> {
  return await new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      reject(new FleetError('pipe', 'a program could not be started here', { cause }));
    });
    const leave = (status: number | null, signal: NodeJS.Signals | null): void => {
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ status, signal });
    };
    child.on('close', leave);
    child.on('exit', (status, signal) => {
      if (isGivenUp()) leave(status, signal);
    });
  });
}
