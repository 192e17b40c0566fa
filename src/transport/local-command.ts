import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { FleetError, type ErrorCode } from '../model/error.ts';
import type { Connection, RunOptions, RunResult } from '../model/transport.ts';

/** What is told to end has so many milliseconds. */
const GRACE_MS = 500;

/** Commands that run on this machine, as if it were a sled: for tools that have sleds answer. */
export const connectionToHere: Connection = {
  via: null,
  warnings: [],
  run: runHere,
  close: async () => {},
};

/** Runs a line of sh here. Rejects as `Connection.run`; nothing that it started in its process group is left then. */
export async function runHere(
  command: string,
  options: Omit<RunOptions, 'holdStdin' | 'beats'>,
): Promise<RunResult> {
  const { stdin, timeoutMs, signal, maxOutputBytes, onStdout } = options;
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  const decoder = new StringDecoder('utf8');
  const textOf = (name: keyof typeof output) => Buffer.concat(output[name]).toString('utf8');
  const stopped: { readonly code: ErrorCode; readonly message: string }[] = [];
  let kill: NodeJS.Timeout | undefined;
  const stop = (why: (typeof stopped)[number]): void => {
    stopped.push(why);
    if (stopped.length > 1) return;
    signalGroup(child.pid, 'SIGTERM');
    kill = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS);
  };
  const listen = (name: keyof typeof output): void => {
    let bytes = 0;
    child[name].on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxOutputBytes) {
        stop({ code: 'output_limit', message: `more than ${maxOutputBytes} bytes were printed` });
        return;
      }
      output[name].push(chunk);
      if (name === 'stdout') onStdout?.(decoder.write(chunk));
    });
  };
  listen('stdout');
  listen('stderr');
  // A command that reads nothing is none the worse.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const interrupt = (): void => stop({ code: 'interrupted', message: 'interrupted' });
  const timer = setTimeout(
    () => stop({ code: 'timeout', message: `not finished after ${timeoutMs / 1000} s` }),
    timeoutMs,
  );
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    const { status, by } = await endOfChild(child);
    const partial = { stdout: textOf('stdout'), stderr: textOf('stderr') };
    const [why] = stopped;
    if (why !== undefined) throw new FleetError(why.code, why.message, { partial });
    const exitStatus = by === null ? (status ?? 0) : 128 + constants.signals[by];
    return { ...partial, exitStatus, signalName: by?.replace(/^SIG/, '') ?? null };
  } finally {
    clearTimeout(timer);
    clearTimeout(kill);
    signal.removeEventListener('abort', interrupt);
  }
}

async function endOfChild(
  child: ReturnType<typeof spawn>,
): Promise<{ readonly status: number | null; readonly by: NodeJS.Signals | null }> {
  return await new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      reject(new FleetError('pipe', 'the command could not be started here', { cause }));
    });
    child.on('close', (status, by) => resolve({ status, by }));
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
