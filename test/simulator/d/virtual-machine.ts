import { dtrace, type DtraceOptions, type DtraceRun } from '../../../src/simulator/d/dtrace.ts';
import { manualClock, type ManualClock } from '../../../src/simulator/clock.ts';
import type { Firing, Machine, ProbeSite, Process } from '../../../src/simulator/machine.ts';

export interface VirtualMachine extends Machine {
  readonly clock: ManualClock;
  addProcess(process: Partial<Process> & { readonly pid: number }): Process;
  removeProcess(pid: number): void;
  /** Adds a probe to a process: `up-status`, of the provider `crucible_upstairs<pid>`. */
  addProbe(pid: number, name: string, provider?: string): ProbeSite;
  /** Fires a probe, which is added where it is new, at this instant of the clock. */
  fire(pid: number, name: string, args?: readonly (bigint | number | string)[], on?: FireOptions): void;
}

export interface FireOptions {
  readonly cpu?: number;
  readonly tid?: number;
  readonly provider?: string;
}

/** A machine whose time and probes a test drives. It has one propolis-server, 101, unless told otherwise. */
export function virtualMachine(pids: readonly number[] = [101]): VirtualMachine {
  const clock = manualClock();
  const processes: Process[] = [];
  const sites: ProbeSite[] = [];
  const listeners = new Set<(firing: Firing) => void>();
  const exits = new Set<(pid: number) => void>();
  let nextId = 84_104;
  const machine: VirtualMachine = {
    clock,
    cpus: 4,
    probes: () => sites,
    processes: () => processes,
    onFiring(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onExit(listener) {
      exits.add(listener);
      return () => exits.delete(listener);
    },
    addProcess(given) {
      const process: Process = {
        parentPid: 1,
        zone: `oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50`,
        args: '/opt/oxide/propolis-server/bin/propolis-server run /var/svc/manifest/config.toml',
        command: 'propolis-server',
        ...given,
      };
      processes.push(process);
      return process;
    },
    removeProcess(pid) {
      processes.splice(0, processes.length, ...processes.filter((p) => p.pid !== pid));
      sites.splice(0, sites.length, ...sites.filter((s) => s.pid !== pid));
      for (const listener of exits) listener(pid);
    },
    addProbe(pid, name, provider = 'crucible_upstairs') {
      const full = `${provider}${pid}`;
      const known = sites.find((s) => s.provider === full && s.name === name);
      if (known) return known;
      const site: ProbeSite = {
        id: nextId++,
        provider: full,
        module: 'propolis-server',
        function: '_ZN8crucible8upstairs8Upstairs14on_stat_update17h0123456789abcdefE',
        name,
        pid,
      };
      sites.push(site);
      return site;
    },
    fire(pid, name, args = [], on = {}) {
      const site = machine.addProbe(pid, name, on.provider);
      const process = processes.find((p) => p.pid === pid);
      if (process === undefined) throw new Error(`no process ${pid}`);
      const firing: Firing = {
        site,
        process,
        cpu: on.cpu ?? 0,
        tid: on.tid ?? 1,
        at: clock.now(),
        wall: clock.wall(),
        args: args.map((a) => (typeof a === 'number' ? BigInt(a) : a)),
      };
      for (const listener of listeners) listener(firing);
    },
  };
  for (const pid of pids) machine.addProcess({ pid });
  return machine;
}

/** A dtrace command on a virtual machine, with what it has printed so far. */
export interface Session {
  readonly run: DtraceRun;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: Map<string, string>;
  /** The exit status, once the command has ended. */
  readonly status: number | null;
  /** Lets the promise of the exit status settle. */
  settle(): Promise<number | null>;
}

/** Starts dtrace; its programs are compiled and BEGIN has fired when this returns. */
export function startDtrace(
  machine: VirtualMachine,
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
  options: DtraceOptions = {},
): Session {
  const written = new Map(Object.entries(files));
  let stdout = '';
  let stderr = '';
  let status: number | null = null;
  const run = dtrace(
    argv,
    machine,
    {
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      readFile: (path) => {
        const text = written.get(path);
        if (text === undefined) throw new Error(`ENOENT: ${path}`);
        return text;
      },
      appendFile: (path, text) => {
        written.set(path, (written.get(path) ?? '') + text);
      },
    },
    options,
  );
  const watch = async (): Promise<void> => {
    status = await run.done;
  };
  void watch();
  machine.clock.advance(options.compileDelayMs ?? 0);
  return {
    run,
    files: written,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    get status() {
      return status;
    },
    async settle() {
      for (let i = 0; i < 4; i++) await Promise.resolve();
      return status;
    },
  };
}

/** Runs a quiet script to its end by SIGINT, and gives what it printed in between. */
export function runQuietly(
  program: string,
  during: (machine: VirtualMachine) => void = () => {},
  argv: readonly string[] = [],
): { readonly stdout: string; readonly stderr: string } {
  const machine = virtualMachine();
  const session = startDtrace(machine, ['-q', '-Z', '-s', 'x.d', ...argv], { 'x.d': program });
  during(machine);
  machine.clock.advance(1000);
  session.run.signal('INT');
  return { stdout: session.stdout, stderr: session.stderr };
}
