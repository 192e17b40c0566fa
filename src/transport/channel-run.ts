import { StringDecoder } from 'node:string_decoder';
import type { ClientChannel } from 'ssh2';
import { FleetError, type ErrorCode } from '../model/error.ts';
import type { RunOptions, RunResult } from '../model/transport.ts';
import { printableError } from './foreign-text.ts';
import type { Session } from './ssh-session.ts';
import { interruption, onAbort } from './waiting.ts';

/** How long an interrupted command that holds its standard input may still speak. */
const lastWordsMs = 4_000;

/** Runs one command on its own channel; see `Connection.run`. */
export function runOnChannel(session: Session, command: string, options: RunOptions): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const { where } = session;
    const { timeoutMs, maxOutputBytes } = options;
    const stdout = createKeptOutput(maxOutputBytes);
    const stderr = createKeptOutput(maxOutputBytes);
    let exit: { readonly status: number; readonly signalName: string | null } | null = null;
    let isClosed = false;
    let settled = false;
    const listening: (() => void)[] = [];

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      for (const stopListening of listening) stopListening();
      return true;
    };
    const partial = (): { stdout: string; stderr: string } => ({
      stdout: stdout.soFar(),
      stderr: stderr.soFar(),
    });
    const fail = (code: ErrorCode, message: string, cause?: unknown): void => {
      if (settle()) reject(new FleetError(code, message, { cause, partial: partial() }));
    };
    /** The remote command cannot be stopped; its output can, with the connection. */
    const failAndDrop = (code: ErrorCode, message: string): void => {
      fail(code, message);
      session.drop(
        new FleetError(
          'connection_lost',
          `the connection to ${where} was dropped after a command on it: ${message}`,
        ),
      );
    };
    const finishIfComplete = (): boolean => {
      if (exit === null || !stdout.ended() || !stderr.ended()) return false;
      if (settle()) {
        resolve({
          stdout: stdout.whole(),
          stderr: stderr.whole(),
          exitStatus: exit.status,
          signalName: exit.signalName,
        });
      }
      return true;
    };
    const onLost = (reason: FleetError): void => {
      // Asked now: in a moment ssh2 ends the streams of a broken connection as if the server had.
      const isWhole = isClosed || (stdout.ended() && stderr.ended());
      // What has arrived may still be on its way through the streams.
      setImmediate(() => {
        if (isWhole && finishIfComplete()) return;
        fail(
          'connection_lost',
          `the connection to ${where} was lost before the command's end was seen`,
          reason,
        );
      });
    };
    const timer = setTimeout(
      () => failAndDrop('timeout', `the command on ${where} did not end within ${timeoutMs} ms`),
      timeoutMs,
    );
    const interrupt = (): void => failAndDrop('interrupted', interruption(`a command on ${where}`).message);
    let endStdin = (): void => {};
    let patience: NodeJS.Timeout | undefined;
    listening.push(
      onAbort(options.signal, () => {
        if (options.holdStdin !== true) {
          interrupt();
          return;
        }
        // It ends when its standard input does, and may have something to say before.
        endStdin();
        patience = setTimeout(interrupt, lastWordsMs);
      }),
      () => clearTimeout(patience),
      session.onLost(onLost),
    );
    if (settled) return;

    const characters = new StringDecoder('utf8');
    const onChannel = (channel: ClientChannel): void => {
      // Without listeners of its own a late error of the channel would end the process.
      channel.on('error', () => {});
      channel.stderr.on('error', () => {});
      if (settled) {
        channel.resume();
        channel.stderr.resume();
        channel.close();
        return;
      }
      // Both streams are always read: ssh2 says `close` only when both have ended.
      for (const [stream, output, name] of [
        [channel, stdout, 'standard output'],
        [channel.stderr, stderr, 'standard error'],
      ] as const) {
        stream.on('data', (chunk: Buffer) => {
          if (settled) return;
          if (output === stdout) options.onStdout?.(characters.write(chunk));
          if (output.add(chunk)) return;
          failAndDrop(
            'output_limit',
            `the command on ${where} wrote more than ${maxOutputBytes} bytes to its ${name}`,
          );
        });
        stream.on('end', () => {
          output.end();
          if (isClosed) onClosed();
        });
      }
      channel.on('exit', (status: number | null, name?: string) => {
        exit = exitOf(status, name);
      });
      channel.on('close', () => {
        isClosed = true;
        onClosed();
      });
      endStdin = () => channel.end(options.stdin);
      if (options.holdStdin !== true || options.signal.aborted) endStdin();
    };
    /** `exit` may come before the last data, or never: only the close of the channel ends a command. */
    const onClosed = (): void => {
      if (session.lost() !== null || finishIfComplete()) return;
      // A stream that has yet to say its end says it in a moment.
      if (!stdout.ended() || !stderr.ended()) return;
      fail(
        'connection_lost',
        `${where} closed the channel without the command's exit status; what it printed may be cut`,
      );
    };

    const refuse = (error: Error): void => {
      // A connection that breaks down refuses its channels a moment before it says that it is lost.
      setImmediate(() => {
        if (session.lost() !== null) return;
        fail(
          'channel_refused',
          `${where} refused to start a command; its sshd may limit the sessions of a connection (MaxSessions): try again`,
          printableError(error),
        );
      });
    };

    try {
      session.client.exec(command, (error, channel) => {
        if (error === undefined) onChannel(channel);
        else if (session.lost() === null) refuse(error);
      });
    } catch (error) {
      // ssh2 throws at once when the connection has ended.
      fail('connection_lost', `the connection to ${where} has ended`, session.lost() ?? error);
    }
  });
}

interface KeptOutput {
  /** False if the chunk does not fit; what fits is kept. */
  add(chunk: Buffer): boolean;
  end(): void;
  ended(): boolean;
  whole(): string;
  /** As `whole`, without the bytes of a character that is not complete. */
  soFar(): string;
}

/** Bytes are decoded once, at the end, so that no character is split between chunks. */
function createKeptOutput(maxBytes: number): KeptOutput {
  const chunks: Buffer[] = [];
  let size = 0;
  let hasEnded = false;
  return {
    add(chunk) {
      const fitting = chunk.subarray(0, maxBytes - size);
      if (fitting.length > 0) chunks.push(fitting);
      size += fitting.length;
      return fitting.length === chunk.length;
    },
    end() {
      hasEnded = true;
    },
    ended: () => hasEnded,
    whole: () => Buffer.concat(chunks).toString('utf8'),
    soFar: () => new StringDecoder('utf8').write(Buffer.concat(chunks)),
  };
}

// The names of RFC 4254 with the numbers of illumos (sys/iso/signal_iso.h), which the sleds run.
const signalNumbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  EMT: 7,
  FPE: 8,
  KILL: 9,
  BUS: 10,
  SEGV: 11,
  SYS: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  USR1: 16,
  USR2: 17,
};

function exitOf(
  status: number | null,
  name: string | undefined,
): { readonly status: number; readonly signalName: string | null } {
  if (status !== null) return { status, signalName: null };
  // A signal that is not in the list counts as 128; its name is told all the same.
  // ssh2 puts SIG before what the server sent; OpenSSH sends `SIG@openssh.com` for a signal without a name.
  const signalName = (name ?? '').replace(/^SIG/, '').replace(/@.*$/, '');
  return { status: 128 + (signalNumbers[signalName] ?? 0), signalName };
}
