import type { Machine } from '../machine.ts';
import { fromBytes, toBytes } from './bytes.ts';
import { parseCommandLine, USAGE, type CommandLine, type ProgramArgument } from './dtrace-arguments.ts';
import { startConsumer, type Consumer } from './consumer.ts';
import { createEnablings, type Enablings } from './enablings.ts';
import { createEnvironment, type Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import type { FiredProbe, FiredProcess } from './frame.ts';
import type { CompiledClause } from './clause.ts';
import { defaultOptions, setOption } from './options.ts';
import { matchesProbe, parseDescription } from './probe-description.ts';
import { compileProgram } from './compiled-program.ts';
import { sizePool } from './variables.ts';

/** Where the command reads and writes. */
export interface DtraceIo {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Throws when there is no such file. */
  readFile(path: string): string;
  appendFile(path: string, text: string): void;
}

export interface DtraceRun {
  /** INT and TERM end the tracing in order, a second one at once; the others end the command without a word. */
  signal(name: 'INT' | 'TERM' | 'HUP' | 'PIPE' | 'KILL'): void;
  /** The exit status; 128 + n when signal n ended the command. */
  readonly done: Promise<number>;
}

export interface DtraceOptions {
  /** Time before BEGIN, which the real command takes to compile and enable. Default 0. */
  readonly compileDelayMs?: number;
  /**
   * Firings that come within a millisecond on different CPUs interleave statement by statement, as they do on a
   * sled. A number seeds the order. Default false.
   */
  readonly interleave?: boolean | number;
  /** What the login may do; `hidden` shows no probes of any process. Default `all`. */
  readonly privileges?: 'all' | 'none' | 'hidden' | 'no-device';
}

const SIGNAL_NUMBERS = { HUP: 1, INT: 2, KILL: 9, PIPE: 13, TERM: 15 } as const;
/** Processes that some consumer has grabbed with `-p`, by machine: a second grab fails. */
const GRABBED = new WeakMap<Machine, Set<number>>();

/** Ends the command before it traces: a message, if any, and the exit status. */
class Refusal extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** The `dtrace` command of a simulated machine. `argv` is without the command's own name. It never throws. */
export function dtrace(
  argv: readonly string[],
  machine: Machine,
  io: DtraceIo,
  options: DtraceOptions = {},
): DtraceRun {
  let finish: (status: number) => void = () => {};
  const done = new Promise<number>((resolve) => {
    finish = resolve;
  });
  let consumer: Consumer | null = null;
  let finished = false;
  const grabbed = GRABBED.get(machine) ?? new Set<number>();
  GRABBED.set(machine, grabbed);
  const own: number[] = [];

  function end(status: number): void {
    if (finished) return;
    finished = true;
    for (const pid of own) grabbed.delete(pid);
    finish(status);
  }

  const message = (text: string): void => io.stderr(`dtrace: ${fromBytes(text)}\n`);

  const cancelStart = machine.clock.after(options.compileDelayMs ?? 0, () => {
    try {
      consumer = start({ argv, machine, io, options, message, grabbed, own, end });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.message !== '') message(error.message);
      if (error.status === 2) io.stderr(USAGE);
      end(error.status);
    }
  });

  return {
    done,
    signal(name) {
      if (finished) return;
      if (consumer !== null && (name === 'INT' || name === 'TERM')) {
        consumer.interrupt();
        return;
      }
      cancelStart();
      consumer?.kill();
      end(128 + SIGNAL_NUMBERS[name]);
    },
  };
}

interface Start {
  readonly argv: readonly string[];
  readonly machine: Machine;
  readonly io: DtraceIo;
  readonly options: DtraceOptions;
  readonly message: (text: string) => void;
  readonly grabbed: Set<number>;
  readonly own: number[];
  readonly end: (status: number) => void;
}

/** Does what the command line says. Throws Refusal; null when there is nothing to trace. */
function start(context: Start): Consumer | null {
  const { io, message, end } = context;
  const isHidden = context.options.privileges === 'hidden';
  const machine = isHidden
    ? { ...context.machine, probes: () => [], onFiring: () => () => {} }
    : context.machine;
  const line = parseCommandLine(context.argv);
  if (typeof line === 'string') throw new Refusal(line, 2);
  if (line.version) {
    io.stdout('dtrace: Sun D 1.13.1\n');
    end(0);
    return null;
  }
  checkPrivileges(context.options.privileges ?? 'all');
  const env = createEnvironment(defaultOptions());
  applySettings(env, line);
  const pids = grab(context, line);
  const enablings = createEnablings(machine);
  const self = ownProcess(machine, context.argv);
  if (line.list && line.programs.length === 0) {
    list(io, enablings.probes({ provider: '', module: '', function: '', name: '' }));
    end(0);
    return null;
  }
  if (line.programs.length === 0) throw new Refusal('no probes specified');
  const compiled = line.programs.map((program) => ({
    program,
    clauses: compile(context, env, { program, line, enablings, self, target: pids[0] ?? 0 }),
  }));
  if (line.list) {
    for (const { program, clauses } of compiled) listMatching(io, enablings, program, clauses);
    end(0);
    return null;
  }
  if (line.compileOnly) {
    end(0);
    return null;
  }
  const notice = (text: string): void => {
    if (!env.options.quiet) message(text);
  };
  if (env.destructive && !env.options.destructive) {
    throw new Refusal('could not enable tracing: Destructive actions not allowed');
  }
  for (const { program, clauses } of compiled) {
    const matched = enablings.enable(clauses);
    const what = program.kind === 'script' ? 'script' : 'description';
    const name = program.kind === 'script' ? program.value : program.value.replace(/[{/;][^]*$/, '');
    notice(`${what} '${name}' matched ${matched} probe${matched === 1 ? '' : 's'}`);
  }
  if (env.options.destructive) notice('allowing destructive actions');
  sizePool(env.pool, env.options.dynvarsize);
  const { output } = line;
  return startConsumer({
    machine,
    env,
    enablings,
    output: output === null ? (text) => io.stdout(text) : (text) => io.appendFile(output, text),
    message,
    pids,
    random: randomOf(context.options.interleave ?? false),
    self,
    onDone: end,
  });
}

function checkPrivileges(privileges: NonNullable<DtraceOptions['privileges']>): void {
  if (privileges === 'none') {
    throw new Refusal('failed to initialize dtrace: DTrace requires additional privileges');
  }
  if (privileges === 'no-device') {
    throw new Refusal('failed to initialize dtrace: DTrace device not available on system');
  }
}

function applySettings(env: Environment, line: CommandLine): void {
  for (const { flag, name, value } of line.settings) {
    const error = setOption(env.options, name, value);
    if (error !== null)
      throw new Refusal(`failed to set -${flag} ${flag === 'b' ? (value ?? '') : name}: ${error}`);
  }
}

function grab(context: Start, line: CommandLine): readonly number[] {
  if (line.command !== null) {
    throw new Refusal(`failed to execute ${line.command}: commands cannot be run on this simulated sled`);
  }
  return line.pids.map((text) => {
    const pid = /^\d+$/.test(text) ? Number(text) : 0;
    if (pid === 0) throw new Refusal(`invalid pid: ${text}`);
    if (!context.machine.processes().some((p) => p.pid === pid)) {
      throw new Refusal(`failed to grab pid ${pid}: no such process`);
    }
    if (context.grabbed.has(pid)) throw new Refusal(`failed to grab pid ${pid}: process is traced`);
    context.grabbed.add(pid);
    context.own.push(pid);
    return pid;
  });
}

function isGrabbedByOther({ grabbed, own }: Start, pid: number): boolean {
  return grabbed.has(pid) && !own.includes(pid);
}

/** The process of the command itself, on whose thread BEGIN and END fire. */
function ownProcess(machine: Machine, argv: readonly string[]): FiredProcess {
  const pid = machine.processes().reduce((most, p) => Math.max(most, p.pid), 100) + 1;
  return { pid, parentPid: 1, zone: 'global', args: ['dtrace', ...argv].join(' '), command: 'dtrace' };
}

interface Compile {
  readonly program: ProgramArgument;
  readonly line: CommandLine;
  readonly enablings: Enablings;
  readonly self: FiredProcess;
  readonly target: number;
}

function compile(context: Start, env: Environment, what: Compile): readonly CompiledClause[] {
  const { program, line, enablings, self } = what;
  const isScript = program.kind === 'script';
  const text = isScript ? readScript(context.io, program.value) : program.value;
  const script = isScript ? program.value : 'dtrace';
  const zero = ['uid', 'euid', 'gid', 'egid', 'projid', 'taskid'].map((n): [string, bigint] => [n, 0n]);
  const own = ['pid', 'pgrp', 'pgid', 'sid'].map((n): [string, bigint] => [n, BigInt(self.pid)]);
  const variables = new Map<string, bigint>([
    ...zero,
    ...own,
    ['ppid', BigInt(self.parentPid)],
    ['target', BigInt(what.target)],
  ]);
  try {
    return compileProgram(env, {
      text: toBytes(text),
      isScript,
      macros: {
        arguments: [script, ...line.arguments].map(toBytes),
        variables,
        defaults: () => env.options.defaultargs,
      },
      last: program.last,
      countProbes: (description) => enablings.probes(description).length,
      canGrab: (pid) =>
        !isGrabbedByOther(context, pid) && context.machine.processes().some((p) => p.pid === pid),
    });
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    if (isScript) {
      const line = error.line === 0 ? '' : `line ${error.line}: `;
      throw new Refusal(`failed to compile script ${program.value}: ${line}${error.message}`);
    }
    const region = error.region === null ? '' : `in ${error.region}: `;
    throw new Refusal(`invalid probe specifier ${program.value}: ${region}${error.message}`);
  }
}

function readScript(io: DtraceIo, path: string): string {
  try {
    return io.readFile(path);
  } catch {
    throw new Refusal(`failed to open ${path}: No such file or directory`);
  }
}

function list(io: DtraceIo, probes: readonly FiredProbe[]): void {
  const row = (id: string, provider: string, module: string, fn: string, name: string): string =>
    `${id.padStart(5)} ${provider.padStart(10)} ${module.padStart(17)} ${fn.padStart(33)} ${name}\n`;
  const rows = probes.map((p) => row(String(p.id), p.provider, p.module, p.function, p.name));
  io.stdout(row('ID', 'PROVIDER', 'MODULE', 'FUNCTION', 'NAME') + rows.join(''));
}

function listMatching(
  io: DtraceIo,
  enablings: Enablings,
  program: ProgramArgument,
  clauses: readonly CompiledClause[],
): void {
  const descriptions = clauses.flatMap((clause) => clause.descriptions);
  const found = new Map<FiredProbe, FiredProbe>();
  for (const description of descriptions) {
    for (const probe of enablings.probes(description)) {
      if (matchesProbe(description, probe)) found.set(probe, probe);
    }
  }
  list(io, [...found.values()]);
  if (found.size === 0 && parseDescription(program.value, program.last) !== null) {
    io.stderr(`dtrace: failed to match ${program.value}: No probe matches description\n`);
  }
}

/** Random numbers from 0 to 1, the same for the same seed; null for no interleaving. */
function randomOf(interleave: boolean | number): (() => number) | null {
  if (interleave === false) return null;
  let state = interleave === true ? Math.floor(Math.random() * 0xffffffff) : interleave >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
  };
}
