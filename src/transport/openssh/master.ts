import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { FleetError } from '../../model/error.ts';
import { hostPort } from '../../model/host-port.ts';
import type { Login } from '../../model/target.ts';
import type { RunOptions, RunResult } from '../../model/transport.ts';
import type { Beats } from '../beats.ts';
import { runChild } from '../child-run.ts';
import { withoutMark } from '../gateway-command.ts';
import { signalGroup } from '../signal-group.ts';
import { onAbort } from '../waiting.ts';
import { sshFailure, wasTurnedAway } from './failure.ts';
import { masterWords, OF_COMMANDS } from './ssh-words.ts';

/** Starts a program, the leader of a process group of its own, its streams as pipes. */
export type StartProgram = (program: string, words: readonly string[]) => ChildProcessWithoutNullStreams;

/** What all of ssh's processes of a transport have in common. */
export interface SshProcesses {
  readonly start: StartProgram;
  readonly beats: Beats;
  /** A path of our own that is new, in a folder that only we can read; short enough for a socket. */
  readonly newPath: () => string;
}

/** How ssh is called for a login. */
export interface SshWords {
  /** The host as the user's configuration may know it; `words` say its address. */
  readonly name: string;
  readonly words: readonly string[];
}

/** An open connection of ssh's, over which further commands run. */
export interface Master {
  readonly socket: string;
  /** `host:port`. */
  readonly where: string;
  /** Runs a command on a channel; see `Connection.run`. */
  run(command: string, options: RunOptions): Promise<RunResult>;
  /** What ssh has said on it so far. */
  words(): Promise<string>;
  /** Why it has gone; null while it stands. */
  lost(): FleetError | null;
  /** The same of one that may be going just now. */
  lostSoon(): Promise<FleetError | null>;
  close(): Promise<void>;
}

/** What breaks together is noticed within so many milliseconds. */
const SOON_MS = 500;

/** What is told to end has so many milliseconds. */
const GRACE_MS = 1_000;

/** What ssh says when it is in. */
const READY = 'cruc-fleet is in';

/** Runs ssh until our end of standard input goes: when we are killed, no master is left. */
const WATCHED = [
  'exec 3<&0',
  '"$@" </dev/null 3<&- &',
  'ssh=$!',
  '(while read -r ignored; do :; done; kill "$ssh") <&3 >/dev/null 2>&1 &',
  'watcher=$!',
  'exec 3<&-',
  'wait "$ssh"',
  'status=$?',
  'kill "$watcher" 2>/dev/null',
  'exit "$status"',
].join('\n');

/** A connection, or why there is none; `turnedAway`: the server hung up before anything of a login began. */
export type Opening =
  | { readonly ok: true; readonly master: Master }
  | { readonly ok: false; readonly error: FleetError; readonly turnedAway: boolean };

/** Opens a connection, in the foreground. The error is a FleetError of a connect code. */
export async function openMaster(
  processes: SshProcesses,
  login: Login,
  { name, words }: SshWords,
  signal: AbortSignal,
): Promise<Opening> {
  const where = hostPort(login);
  const socket = processes.newPath();
  const log = `${socket}.log`;
  const destination = ['--', name];
  const own = ['-o', 'ControlMaster=yes', '-S', socket, '-E', log];
  const ssh = ['ssh', ...own, ...words, ...masterWords(READY), ...destination];
  const child = processes.start('/bin/sh', ['-c', WATCHED, 'cruc-fleet', ...ssh]);
  const ended = endOfMaster(child);
  let lost: FleetError | null = null;
  const saidOf = async (): Promise<string> => `${await wordsIn(log)}\n${withoutMark((await ended).stderr)}`;
  let turnedAway = false;
  const error = await untilReady(child, ended, login, signal, async () => {
    const said = await saidOf();
    turnedAway = wasTurnedAway(said);
    return sshFailure(`connecting to ${where}`, said, 'connection_lost');
  });
  if (error !== null) return { ok: false, error, turnedAway };
  const loss = ended.then(async () => {
    lost = sshFailure(`the connection to ${where} was lost`, await saidOf(), 'connection_lost');
    return lost;
  });
  // Where the master has gone, a command must not log in by itself.
  const over = ['-o', 'ControlMaster=no', '-S', socket, '-o', 'ProxyCommand=false'];
  const master: Master = {
    socket,
    where,
    words: async () => await wordsIn(log),
    lost: () => lost,
    lostSoon: async () => await Promise.race([loss, pause(SOON_MS, null)]),
    async run(command, options) {
      const ownLog = `${processes.newPath()}.log`;
      const one = processes.start('ssh', [
        ...over,
        '-E',
        ownLog,
        ...words,
        ...OF_COMMANDS,
        ...destination,
        command,
      ]);
      const end = await runChild(one, `the command on ${where}`, options, processes.beats);
      const { status, output } = end;
      const mayBeSsh = status === 255 || status === null;
      const said = mayBeSsh ? (await wordsIn(ownLog)).trim() : '';
      const gone = mayBeSsh ? await Promise.race([loss, pause(SOON_MS, null)]) : null;
      // 255 without a word of ssh's, over a connection that stands, is the command's own or a signal's.
      if (status !== null && said === '' && gone === null) {
        return { ...output, exitStatus: status, signalName: null };
      }
      const partial = output;
      if (/session request failed|open failed/.test(said)) {
        throw new FleetError('channel_refused', `${where} opened no session for a command`, { partial });
      }
      const cause = gone ?? sshFailure('the command', said, 'connection_lost');
      const message = `the connection to ${where} was lost before the command's end was seen`;
      throw new FleetError('connection_lost', message, { cause, partial });
    },
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => signalGroup(child.pid, 'SIGTERM'), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
  return { ok: true, master };
}

interface MasterEnd {
  readonly stderr: string;
}

async function endOfMaster(child: ChildProcessWithoutNullStreams): Promise<MasterEnd> {
  const heard: Buffer[] = [];
  let size = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size < MOST_HEARD) heard.push(chunk);
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  return await new Promise((resolve) => {
    const leave = (said: string) => resolve({ stderr: said });
    child.on('error', (error) => leave(`ssh could not be started here: ${error.message}`));
    child.on('close', () => {
      child.stdin.destroy();
      leave(Buffer.concat(heard).toString('utf8'));
    });
  });
}

const MOST_HEARD = 64 * 1024;

/** ConnectTimeout covers no key exchange and no login: the time is ours. */
async function untilReady(
  child: ChildProcessWithoutNullStreams,
  ended: Promise<MasterEnd>,
  { connectTimeoutMs, host, port }: Login,
  signal: AbortSignal,
  explain: () => Promise<FleetError>,
): Promise<FleetError | null> {
  const where = hostPort({ host, port });
  const stop = async (error: FleetError): Promise<FleetError> => {
    signalGroup(child.pid, 'SIGKILL');
    await ended;
    return error;
  };
  return await new Promise<FleetError | null>((resolve) => {
    let printed = '';
    let stopListening = (): void => {};
    child.stdout.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString('latin1')).slice(-MOST_HEARD);
      if (printed.includes(READY)) settle(null);
    });
    const timer = setTimeout(() => {
      const message = `${where} did not accept the login within ${connectTimeoutMs / 1000} s`;
      settle(stop(new FleetError('timeout', message)));
    }, connectTimeoutMs);
    const settle = (result: FleetError | Promise<FleetError> | null): void => {
      clearTimeout(timer);
      stopListening();
      resolve(result);
    };
    stopListening = onAbort(signal, () => {
      settle(stop(new FleetError('interrupted', `interrupted while connecting to ${where}`)));
    });
    void ended.then(() => settle(explain()));
  });
}

async function wordsIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // It is written with the first word.
    return '';
  }
}
