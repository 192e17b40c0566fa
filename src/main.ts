import { spawn } from 'node:child_process';
import { closeSync, readFileSync } from 'node:fs';
import { availableParallelism, freemem, homedir, hostname, uptime, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isatty } from 'node:tty';
import { setFlagsFromString } from 'node:v8';
import type { BootClock } from './model/boot-clock.ts';
import type { Resources } from './cli/ask/capacity.ts';
import { wantedCommand } from './cli/commands.ts';
import { EXIT } from './cli/exit-code.ts';
import { isPlugin, noVerdict, pluginStatus } from './cli/plugin-exit.ts';
import { runProgram } from './cli/program.ts';
import { INTERRUPTIONS, type Interruption } from './cli/surroundings.ts';
import type { AskSsh } from './ssh-config/ask-ssh.ts';
import { codeOf } from './model/error.ts';
import { askLine } from './term/question.ts';
import { createTerminal } from './term/terminal.ts';

/** A command has loaded what it needs: once a flag is changed, V8 takes nothing of what Node has compiled beforehand. */
const STARTED_MS = 500;

/**
 * V8 otherwise lets the heap grow to four times what is alive before it looks through all of it: thousands of
 * connections that have ended. Half as much again costs at most some percent of the CPU time.
 */
function growSlowly(): void {
  setFlagsFromString('--heap-growing-percent=50');
}

/**
 * A run calls some three hundred functions just often enough for V8 to make its best code of them, on threads beside
 * the program's, and seldom enough for that to cost more than it brings: V8 waits for four times as many calls. Later
 * versions than Node 20's know no such flag, and gain nothing by the one that they have.
 */
function compileLater(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=270000');
}

/** Runs cruc-fleet in this process, with its real terminal, environment and clock. */
export async function main(): Promise<void> {
  setTimeout(growSlowly, STARTED_MS).unref();
  const { env } = process;
  const argv = process.argv.slice(2);
  const terminal = createTerminal(process.stdout, process.stderr, env, {
    readerGone: () => process.exit(EXIT.ok),
    failed: (stream, error) => endUnwritten(argv, stream, error),
  });
  const about: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version =
    typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : '?';
  const exits = new Set<() => void>();
  process.on('exit', () => {
    giveBack(exits);
    letGoOfDeadTerminal();
  });
  const fail = (error: unknown) => endFailed(argv, error, exits);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  try {
    process.exitCode = await runProgram(argv, version, {
      terminal,
      env,
      cwd: process.cwd(),
      home: env['HOME'] ?? homedir(),
      user: userInfo().username,
      hostName: hostname(),
      startProgram: (program, words) =>
        spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true }),
      openSsh: { ask: askSsh, home: userInfo().homedir, systemFile: '/etc/ssh/ssh_config' },
      program: process.argv[1] ?? 'cruc-fleet',
      scriptsFolder: fileURLToPath(new URL('../scripts', import.meta.url)),
      now: () => new Date(),
      elapsed: () => performance.now(),
      bootClock,
      random: () => Math.random(),
      resources,
      onSshLoaded: compileLater,
      readStdin,
      ask: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
      show: process.stdout.isTTY ? show : null,
      keys: process.stdin.isTTY ? keys : null,
      interrupt: () => process.kill(process.pid, 'SIGINT'),
      onExit: (callback) => {
        exits.add(callback);
        return () => exits.delete(callback);
      },
      onInterrupt,
      onHangUp,
    });
  } catch (error) {
    fail(error);
  }
}

/** What ends with the process: once, and whatever one of them throws. */
function giveBack(exits: Set<() => void>): void {
  for (const callback of exits) {
    exits.delete(callback);
    try {
      callback();
    } catch {
      // The others still have to be done, and why the process ends is told by whoever ends it.
    }
  }
}

/** Node gives terminals back as it found them when it ends, and dies of one that is gone (tried: 20.20, by SIGSEGV or SIGABRT). */
function letGoOfDeadTerminal(): void {
  for (const { fd } of deadTerminals()) {
    try {
      closeSync(fd);
    } catch {
      // It is closed already.
    }
  }
}

/** Somebody closed the window, or the connection to this machine broke. */
function isTerminalGone(): boolean {
  return deadTerminals().length > 0;
}

function deadTerminals(): readonly { readonly fd: number }[] {
  return [process.stdin, process.stdout, process.stderr].filter(({ isTTY, fd }) => isTTY && !isatty(fd));
}

/** Ends the program for what nobody expected, wherever it was thrown. The terminal is given back before it is told. */
function endFailed(argv: readonly string[], error: unknown, exits: Set<() => void>): never {
  giveBack(exits);
  if (/^(EMFILE|ENFILE)$/.test(codeOf(error) ?? '')) {
    const limit = resources().openFiles ?? 'too few';
    const advice = `a process may open ${limit} files here; raise the limit with: ulimit -n 1024`;
    process.stderr.write(`cruc-fleet: no file can be opened any more, since ${advice}\n`);
    process.exit(EXIT.incomplete);
  }
  // Only a bug comes here: expected failures are values or FleetErrors, which runProgram prints.
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`cruc-fleet: a bug in cruc-fleet; please report it with what you ran:\n${said}\n`);
  if (isPlugin(argv)) process.stdout.write(noVerdict('a bug in cruc-fleet; standard error has it'));
  // What the bug left open must not keep the process.
  process.exit(pluginStatus(argv, EXIT.bug));
}

/**
 * Ends the program where its answer cannot be written, with the status that monitoring systems know where it is a
 * verdict; without its notes it goes on, and its status says so.
 */
function endUnwritten(
  argv: readonly string[],
  stream: 'standard output' | 'standard error',
  error: Error,
): void {
  if (stream === 'standard output' && !isTerminalGone()) {
    const what = `standard output could not be written, and the answer is not whole: ${error.message}`;
    process.stderr.write(`cruc-fleet: ${what}\n`);
    process.exit(wantedCommand(argv) === 'check' ? EXIT.incomplete : EXIT.unwritten);
  }
  // A terminal that goes away asks to end, which its shell may not pass on: what had arrived is kept first.
  if (isTerminalGone()) process.kill(process.pid, 'SIGHUP');
  const status = stream === 'standard output' ? EXIT.unwritten : EXIT.incomplete;
  process.once('exit', (planned) => {
    if (planned < EXIT.critical) process.exitCode = status;
  });
}

/** Few commands need it. */
const askSsh: AskSsh = async (args, limits) => {
  const { createAskSsh } = await import('./ssh-config/ask-ssh.ts');
  return await createAskSsh()(args, limits);
};

async function ask(question: string, signal: AbortSignal): Promise<string | null> {
  return await askLine(question, { input: process.stdin, output: process.stderr }, signal);
}

async function readStdin(mostBytes = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > mostBytes) break;
  }
  return Buffer.concat(chunks);
}

/** Nobody hears that a reader of a long text left before its end. */
async function show(program: string, words: readonly string[], text: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ['pipe', 'inherit', 'inherit'] });
    child.once('error', () => resolve(false));
    child.once('close', (status) => resolve(status === 0));
    child.stdin.on('error', () => {});
    child.stdin.end(text);
  });
}

function keys(onTyped: (text: string) => void): () => void {
  const { stdin } = process;
  const listener = (chunk: Buffer) => onTyped(chunk.toString());
  stdin.setRawMode(true);
  stdin.on('data', listener);
  stdin.resume();
  return () => {
    stdin.off('data', listener);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

/** Of Linux: elsewhere nothing tells one boot from the next. */
function bootClock(): BootClock | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return boot === '' ? null : { boot, ms: uptime() * 1000 };
  } catch {
    return null;
  }
}

/** The limit of open files is in the report that Node makes of itself, and nowhere else. */
function resources(): Resources {
  // Names of hosts take their time.
  Object.assign(process.report, { excludeNetwork: true });
  const report: unknown = process.report.getReport();
  return {
    openFiles: openFilesIn(report),
    memoryBytes: typeof process.availableMemory === 'function' ? process.availableMemory() : freemem(),
    cpus: availableParallelism(),
  };
}

/** Null where there is no limit, or none is told. */
function openFilesIn(report: unknown): number | null {
  const limits = propertyOf(report, 'userLimits');
  const soft = propertyOf(propertyOf(limits, 'open_files'), 'soft');
  return typeof soft === 'number' ? soft : null;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** The first signal that asks to end asks; a second one ends the process at once. */
function onInterrupt(callback: (signal: Interruption) => void): () => void {
  let asked = false;
  const listeners = INTERRUPTIONS.map((signal) => {
    const listener = () => {
      if (signal === 'SIGHUP' && hearHangUp > 0 && !isTerminalGone()) return;
      // A terminal that goes away sends more than one: to its leader, and to who is in front.
      if (asked && signal === 'SIGHUP') return;
      if (asked) process.exit(EXIT.interrupted);
      asked = true;
      callback(signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const stop of listeners) stop();
  };
}

/** Who reads something again at SIGHUP. */
let hearHangUp = 0;

function onHangUp(callback: () => void): () => void {
  hearHangUp += 1;
  const listener = () => {
    if (!isTerminalGone()) callback();
  };
  process.on('SIGHUP', listener);
  return () => {
    hearHangUp -= 1;
    process.off('SIGHUP', listener);
  };
}
