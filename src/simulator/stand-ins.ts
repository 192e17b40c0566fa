import { execFile } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BROKEN_COMMANDS } from './broken-commands.ts';
import { complained } from './command-output.ts';
import type { CommandOutput } from './command-output.ts';
import type { Crucible } from './crucible.ts';
import { dtrace } from './d/dtrace.ts';
import type { DtraceRun } from './d/dtrace.ts';
import { digest } from './digest.ts';
import type { FaultName } from './fault.ts';
import { openFifo } from './fifo-writer.ts';
import type { FifoWriter } from './fifo-writer.ts';
import { pgrep } from './pgrep.ts';
import { ps } from './ps.ts';
import { isStorageCommand } from './storage/sled-answers.ts';
import type { StorageCommand } from './storage/sled-answers.ts';
import { KEPT_FIFOS, STAND_INS } from './stand-in-scripts.ts';
import { zoneadm } from './zoneadm.ts';

/** What the commands of one sled know of it. */
export interface SledCommands {
  readonly hostname: string;
  readonly crucible: Crucible;
  readonly dtracePrivileges: () => 'all' | 'none' | 'hidden' | 'no-device';
  /** A dtrace runs until the returned function is called. */
  readonly traced: () => () => void;
  /** What was printed is being read until the returned function is called. */
  readonly unread: () => () => void;
  /** What its storage commands print; absent: it has none of them. */
  readonly storage?: (command: StorageCommand, argv: readonly string[]) => CommandOutput;
}

/** How every dtrace of the simulation behaves. */
export interface TracingOptions {
  readonly compileDelayMs: number;
  readonly interleave: boolean;
}

/** The stand-in commands of all sleds: scripts on disk and the simulator's side of their FIFOs. */
export interface StandIns {
  /** Makes the sled's HOME and PATH. `key` is one path component. */
  add(key: string, sled: SledCommands): void;
  environment(key: string, fault?: FaultName | null): { readonly PATH: string; readonly HOME: string };
  /** Has the sled call itself otherwise: by the serial of the one that stands there. */
  rename(key: string, hostname: string): void;
  /** How many dtrace run on that sled now. */
  tracing(key: string): number;
  /** Ends every dtrace as SIGKILL would and closes the FIFOs. */
  stop(): Promise<void>;
}

interface Call {
  readonly sled: SledCommands;
  readonly key: string;
  readonly pid: number;
  /** Path of the call's files without their endings. */
  readonly base: string;
  /** The FIFO that it has taken of those that are kept; null: its own. */
  readonly fifo: string | null;
  run: DtraceRun | null;
  readonly outputs: FifoWriter[];
  /** The signal that ends it without a status: the script then dies of it too. */
  fatal: 'HUP' | 'PIPE' | 'KILL' | null;
}

/** What can be asked again and is answered by zones and processes alone, as the name of a file. */
const KEPT_QUESTION = /^(?:ps|pgrep|zoneadm)(?: [\w,=-]+)*$/;

const QUICK_AWK = '/usr/bin/mawk';

/** How often a caller that was killed is looked for. */
const SWEEP_MS = 500;

/** Writes the scripts below `root` (an existing directory) and serves them. */
export async function createStandIns(root: string, tracing: TracingOptions): Promise<StandIns> {
  writeScripts(join(root, 'bin'), STAND_INS);
  // A sled has a nawk, whatever this machine calls so: the one that begins fastest, since each answer needs one.
  // A copy: who writes another nawk there must not write this machine's.
  if (existsSync(QUICK_AWK)) copyFileSync(QUICK_AWK, join(root, 'bin', 'nawk'), constants.COPYFILE_FICLONE);
  const requests = join(root, 'requests');
  const fifos = join(root, 'fifos');
  mkdirSync(fifos);
  const kept = Array.from({ length: KEPT_FIFOS }, (_, n) => join(fifos, String(n)));
  await promisify(execFile)('mkfifo', ['-m', '600', requests, ...kept]);
  // Held open for reading and writing: it never ends, and no thread waits in open(2).
  const socket = new Socket({
    fd: openSync(requests, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });

  const sleds = new Map<string, SledCommands>();
  const calls = new Map<string, Call>();
  let sweeper: NodeJS.Timeout | null = null;

  const finish = (call: Call, status: number | string): void => {
    if (!calls.has(`${call.key} ${call.pid}`)) return;
    try {
      writeFileSync(`${call.base}.status`, `${status}\n`);
    } catch {
      // The directory is gone: the simulation has been stopped.
    }
    for (const output of call.outputs) output.end();
  };

  const forget = (call: Call): void => {
    calls.delete(`${call.key} ${call.pid}`);
    for (const output of call.outputs) output.destroy();
    if (call.fifo !== null) rmSync(`${call.fifo}.taken`, { force: true });
    for (const ending of ['out', 'err', 'arg', 'in', 'status', 'answer'])
      rmSync(`${call.base}.${ending}`, { force: true });
    if (calls.size === 0 && sweeper !== null) {
      clearInterval(sweeper);
      sweeper = null;
    }
  };

  const end = (call: Call, signal: 'HUP' | 'PIPE' | 'KILL'): void => {
    call.fatal ??= signal;
    call.run?.signal(signal);
  };

  const sweep = (): void => {
    for (const call of calls.values()) {
      if (isRunning(call.pid)) continue;
      end(call, 'KILL');
      forget(call);
    }
  };

  const trace = (call: Call, cwd: string, argv: readonly string[]): void => {
    const { unread } = call.sled;
    const gone = (): void => end(call, 'PIPE');
    const err = openFifo(`${call.base}.err`, { gone, unread });
    const out = openFifo(`${call.base}.out`, {
      gone,
      unread,
      dropped: (drops) => err.write(`dtrace: ${drops} drops on CPU 0\n`),
    });
    call.outputs.push(out, err);
    const pathOf = (path: string): string =>
      path === '-' || path === '/dev/stdin' ? `${call.base}.in` : resolve(cwd, path);
    const leave = call.sled.traced();
    call.run = dtrace(
      argv,
      call.sled.crucible.machine,
      {
        stdout: (text) => out.write(text),
        stderr: (text) => err.write(text),
        readFile: (path) => readFileSync(pathOf(path), 'utf8'),
        appendFile: (path, text) => appendFileSync(pathOf(path), text),
      },
      { ...tracing, privileges: call.sled.dtracePrivileges() },
    );
    if (call.fatal !== null) call.run.signal(call.fatal);
    void conclude(call, call.run, leave);
  };

  const conclude = async (call: Call, run: DtraceRun, leave: () => void): Promise<void> => {
    const status = await run.done;
    leave();
    call.run = null;
    finish(call, call.fatal ?? status);
  };

  /** Answers, and keeps an answer that holds until zones or processes change, for the next who asks the same. */
  const query = (call: Call, command: string, argv: readonly string[], answer: CommandOutput): void => {
    const question = [command, ...argv].join(' ');
    const text = printing(answer.stdout) + printing(answer.stderr, ' >&2');
    if (answer.status === 0 && answer.stderr === '' && KEPT_QUESTION.test(question)) {
      writeFileSync(`${call.base}.answer`, text);
      renameSync(`${call.base}.answer`, join(root, call.key, 'answers', question));
    }
    writeFileSync(`${call.base}.answer`, text);
    const out = openFifo(call.fifo ?? `${call.base}.out`, { isKept: call.fifo !== null });
    call.outputs.push(out);
    out.write(`${answer.status}\n`);
    out.end();
  };

  const begin = (key: string, pid: number, command: string, fifo: string | null): void => {
    const sled = sleds.get(key);
    if (sled === undefined) return;
    const base = join(root, key, 'run', String(pid));
    const call: Call = { sled, key, pid, base, fifo, run: null, outputs: [], fatal: null };
    calls.set(`${key} ${pid}`, call);
    sweeper ??= setInterval(sweep, SWEEP_MS);
    const [cwd = '/', ...argv] = readFileSync(`${base}.arg`, 'utf8').split('\0').slice(0, -1);
    switch (command) {
      case 'dtrace':
        trace(call, cwd, argv);
        break;
      case 'ps':
        query(call, command, argv, ps(argv, sled.crucible.processes(), upSeconds(sled.crucible)));
        break;
      case 'pgrep':
        query(call, command, argv, pgrep(argv, sled.crucible.processes()));
        break;
      case 'zoneadm':
        query(call, command, argv, zoneadm(argv, sled.crucible.zones()));
        break;
      case 'digest':
        query(call, command, argv, digest(argv, cwd, `${base}.in`));
        break;
      default:
        if (isStorageCommand(command))
          query(
            call,
            command,
            argv,
            sled.storage?.(command, argv) ?? complained(`${command}: command not found`, 127),
          );
    }
  };

  const request = (line: string): void => {
    const [key = '', pidText = '', word = '', fifo = ''] = line.split(' ');
    const pid = Number(pidText);
    const call = calls.get(`${key} ${pid}`);
    switch (word) {
      case 'TERM':
      case 'INT':
        call?.run?.signal(word);
        break;
      case 'HUP':
      case 'PIPE':
        if (call !== undefined) end(call, word);
        break;
      case 'bye':
        if (call !== undefined) forget(call);
        break;
      default:
        begin(key, pid, word, fifo === '' ? null : join(fifos, fifo));
    }
  };

  /**
   * The directory of what a fault puts before the commands of that sled. It is made once a fault is met: most sleds
   * have none, and to make files takes a disk longer than all else at the start.
   */
  const broken = (key: string, fault: FaultName): string | null => {
    const scripts = BROKEN_COMMANDS[fault];
    if (scripts === undefined) return null;
    const directory = join(root, key, fault);
    if (!existsSync(join(root, fault))) writeScripts(join(root, fault), scripts);
    if (!existsSync(directory)) symlinkSync(`../${fault}`, directory);
    return directory;
  };

  let pending = '';
  socket.on('data', (data) => {
    const lines = (pending + data.toString('latin1')).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) request(line);
  });

  return {
    add: (key, sled) => {
      mkdirSync(join(root, key, 'run'), { recursive: true, mode: 0o700 });
      mkdirSync(join(root, key, 'home'), { mode: 0o700 });
      symlinkSync('../bin', join(root, key, 'bin'));
      writeFileSync(join(root, key, 'hostname'), `${sled.hostname}\n`);
      writeFileSync(join(root, key, 'utils-info'), `simulated Crucible, ${sled.crucible.version}\n`);
      sleds.set(key, sled);
      const answers = join(root, key, 'answers');
      mkdirSync(answers, { mode: 0o700 });
      sled.crucible.onChange(() => {
        if (!existsSync(answers)) return;
        for (const question of readdirSync(answers)) rmSync(join(answers, question));
      });
    },
    environment: (key, fault = null) => {
      const first = fault === null ? null : broken(key, fault);
      // Nobody can make a folder there.
      const home = fault === 'no-home' ? '/dev/null/home' : join(root, key, 'home');
      const own = `${join(root, key, 'bin')}:/usr/bin:/bin`;
      return { PATH: first === null ? own : `${first}:${own}`, HOME: home };
    },
    rename: (key, hostname) => writeFileSync(join(root, key, 'hostname'), `${hostname}\n`),
    tracing: (key) => [...calls.values()].filter((call) => call.key === key && call.run !== null).length,
    stop: async () => {
      const runs = [...calls.values()];
      for (const call of runs) end(call, 'KILL');
      await Promise.all(runs.flatMap(({ run }) => (run === null ? [] : [run.done])));
      for (const call of runs) forget(call);
      if (sweeper !== null) clearInterval(sweeper);
      const closed = new Promise((done) => socket.once('close', done));
      socket.destroy();
      await closed;
    },
  };
}

/** A line of sh that prints a text, and costs a stand-in no process; none for an empty text. */
function printing(text: string, where = ''): string {
  return text === '' ? '' : `printf %s '${text.replaceAll("'", String.raw`'\''`)}'${where}\n`;
}

function upSeconds({ machine }: Crucible): number {
  return Number(machine.clock.now() / 1_000_000_000n);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function writeScripts(directory: string, scripts: Readonly<Record<string, string>>): void {
  mkdirSync(directory, { mode: 0o755 });
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o755);
  }
}
