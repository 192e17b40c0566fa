import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { ClientChannel } from 'ssh2';
import { FleetError, type ErrorCode } from '../model/error.ts';
import type { RunOptions, RunResult } from '../model/transport.ts';
import type { Beats } from './beats.ts';
import { type ExitStatus, exitStatusOf } from './exit-status.ts';
import { printableError } from './foreign-text.ts';
import { type KeptOutput, createKeptStreams } from './kept-output.ts';
import type { Session } from './ssh-session.ts';
import { interruption, onAbort } from './waiting.ts';

/** How long an interrupted command that holds its standard input may still speak. */
const LAST_WORDS_MS = 4_000;

/** Bytes of a stream that are read at once; before more is read the answers of other sleds come first. */
const READ_AT_ONCE = 256 * 1024;
const PAUSE_MS = 25;

/** One command, from the request for its channel until its promise is settled. */
interface Run {
  readonly session: Session;
  readonly beats: Beats;
  readonly options: RunOptions;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  readonly resolve: (result: RunResult) => void;
  readonly reject: (error: FleetError) => void;
  /** Timers and listeners that end when it is settled. */
  readonly releases: (() => void)[];
  phase: 'opening' | 'open' | 'closed' | 'settled';
  channel: ClientChannel | null;
  exit: ExitStatus | null;
}

/** Runs one command on its own channel; see `Connection.run`. */
export function runOnChannel(
  session: Session,
  command: string,
  options: RunOptions,
  beats: Beats,
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const run: Run = {
      session,
      beats,
      options,
      ...createKeptStreams(options),
      resolve,
      reject,
      releases: [],
      phase: 'opening',
      channel: null,
      exit: null,
    };
    limitTime(run);
    release(
      run,
      onAbort(options.signal, () => onInterrupted(run)),
    );
    release(
      run,
      session.onLost((reason) => onLost(run, reason)),
    );
    openChannel(run, command);
  });
}

/** Calls `stop` when the run is settled, at once if it is. */
function release(run: Run, stop: () => void): void {
  if (isSettled(run)) stop();
  else run.releases.push(stop);
}

/** A function, since the phase changes between two looks at it. */
function isSettled(run: Run): boolean {
  return run.phase === 'settled';
}

/** True for the caller who may resolve or reject: the first. */
function settle(run: Run): boolean {
  if (isSettled(run)) return false;
  run.phase = 'settled';
  for (const stop of run.releases) stop();
  return true;
}

function fail(run: Run, code: ErrorCode, message: string, cause?: unknown): void {
  if (!settle(run)) return;
  const { stdout, stderr } = run;
  // Made when somebody reads it: many sleds may fail in the same moment.
  const partial = {
    get stdout() {
      return stdout.soFar();
    },
    get stderr() {
      return stderr.soFar();
    },
  };
  run.reject(new FleetError(code, message, { cause, partial }));
}

/** The remote command cannot be stopped; its output can, with the connection. */
function failAndDrop(run: Run, code: ErrorCode, message: string): void {
  const { session } = run;
  fail(run, code, message);
  const why = `the connection to ${session.where} was dropped after a command on it: ${message}`;
  session.drop(new FleetError('connection_lost', why));
}

/** Resolves if the exit status and the ends of both streams were seen; false if not. */
function finishIfWhole(run: Run): boolean {
  const { exit, stdout, stderr } = run;
  if (exit === null || !stdout.ended() || !stderr.ended()) return false;
  if (settle(run)) void resolveInTurn(run, exit);
  return true;
}

async function resolveInTurn({ options, stdout, stderr, resolve }: Run, exit: ExitStatus): Promise<void> {
  await options.account?.turn();
  const { status: exitStatus, signalName } = exit;
  resolve({
    stdout: stdout.whole(),
    stderr: stderr.whole(),
    ...stdout.leftOut(),
    exitStatus,
    signalName,
  });
}

function limitTime(run: Run): void {
  const { timeoutMs } = run.options;
  const timer = setTimeout(() => {
    failAndDrop(
      run,
      'timeout',
      `the command on ${run.session.where} did not end within ${timeoutMs / 1000} s`,
    );
  }, timeoutMs);
  release(run, () => clearTimeout(timer));
}

/** A command that holds its standard input ends when that does, and may have something to say before. */
function onInterrupted(run: Run): void {
  const giveUp = (): void =>
    failAndDrop(run, 'interrupted', interruption(`a command on ${run.session.where}`).message);
  if (run.options.holdStdin !== true) {
    giveUp();
    return;
  }
  endStdin(run);
  const timer = setTimeout(giveUp, LAST_WORDS_MS);
  release(run, () => clearTimeout(timer));
}

function onLost(run: Run, reason: FleetError): void {
  // Asked now: in a moment ssh2 ends the streams of a broken connection as if the server had.
  const mayBeWhole = run.phase === 'closed' || (run.stdout.ended() && run.stderr.ended());
  // What has arrived may still be on its way through the streams.
  setImmediate(() => {
    if (mayBeWhole && finishIfWhole(run)) return;
    const message = `the connection to ${run.session.where} was lost before the command's end was seen`;
    fail(run, 'connection_lost', message, reason);
  });
}

function openChannel(run: Run, command: string): void {
  if (isSettled(run)) return;
  const { session } = run;
  try {
    session.client.exec(command, (error, channel) => {
      if (error === undefined) onOpened(run, channel);
      else if (session.lost() === null) onRefused(run, error);
    });
  } catch (error) {
    // ssh2 throws at once when the connection has ended.
    fail(run, 'connection_lost', `the connection to ${session.where} has ended`, session.lost() ?? error);
  }
}

function onRefused(run: Run, error: Error): void {
  const { session } = run;
  // A connection that breaks down refuses its channels a moment before it says that it is lost.
  setImmediate(() => {
    if (session.lost() !== null) return;
    fail(run, 'channel_refused', `${session.where} ${refusal(error)}`, printableError(error));
  });
}

/** A session that is not opened has a reason of RFC 4254; a command that is refused in one has none. */
function refusal(error: Error): string {
  return 'reason' in error
    ? 'opened no session for a command; its sshd may limit the sessions of a connection (MaxSessions): try again'
    : 'opened a session and refused to run a command in it; its sshd allows only something else, or the shell of the login is missing';
}

function onOpened(run: Run, channel: ClientChannel): void {
  // Without listeners of its own a late error of the channel would end the process.
  channel.on('error', () => {});
  channel.stderr.on('error', () => {});
  if (isSettled(run)) {
    discard(channel);
    return;
  }
  run.phase = 'open';
  run.channel = channel;
  const { options } = run;
  const characters = new StringDecoder('utf8');
  // Both streams are always read: ssh2 says `close` only when both have ended.
  keepStream(run, run.stdout, channel, 'standard output', (chunk) => {
    options.onStdout?.(characters.write(chunk));
  });
  keepStream(run, run.stderr, channel.stderr, 'standard error', () => {});
  channel.on('exit', (status: number | null, signal?: string) => {
    run.exit = exitStatusOf(status, signal);
  });
  channel.on('close', () => {
    if (!isSettled(run)) run.phase = 'closed';
    onClosed(run);
  });
  if (options.holdStdin !== true || options.signal.aborted) endStdin(run);
  else if (options.beats === true) {
    release(
      run,
      run.beats.add(() => beat(channel)),
    );
  }
}

/** A channel that takes no more is not filled with beats that nobody reads. */
function beat(channel: ClientChannel): void {
  if (channel.writable && !channel.writableNeedDrain) channel.write('\n');
}

function discard(channel: ClientChannel): void {
  channel.resume();
  channel.stderr.resume();
  channel.close();
}

function endStdin(run: Run): void {
  run.channel?.end(run.options.stdin);
}

function keepStream(
  run: Run,
  output: KeptOutput,
  stream: Readable,
  name: string,
  onChunk: (chunk: Buffer) => void,
): void {
  let since = 0;
  stream.on('data', (chunk: Buffer) => {
    if (isSettled(run)) return;
    onChunk(chunk);
    const { session, options } = run;
    if (options.account?.take(chunk.length) === false) {
      const message = `the sleds together sent more than can be kept at a time; much of it came from ${session.where}: ask fewer sleds, or for less time`;
      failAndDrop(run, 'output_limit', message);
      return;
    }
    if (output.add(chunk)) {
      since += chunk.length;
      if (since < READ_AT_ONCE) return;
      since = 0;
      session.waitBeforeMore(PAUSE_MS);
      return;
    }
    const message = `the command on ${session.where} wrote more than ${options.maxOutputBytes} bytes to its ${name}`;
    failAndDrop(run, 'output_limit', message);
  });
  stream.on('end', () => {
    output.end();
    if (run.phase === 'closed') onClosed(run);
  });
}

/** `exit` may come before the last data, or never: only the close of the channel ends a command. */
function onClosed(run: Run): void {
  const { session } = run;
  if (session.lost() !== null || finishIfWhole(run)) return;
  // A stream that has yet to say its end says it in a moment.
  if (!run.stdout.ended() || !run.stderr.ended()) return;
  const message = `${session.where} closed the channel without the command's exit status; what it printed may be cut`;
  fail(run, 'connection_lost', message);
}
