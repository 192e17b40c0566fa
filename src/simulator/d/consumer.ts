import type { Machine } from '../machine.ts';
import { takeSnapshot, unprinted } from './aggregation.ts';
import { fromBytes } from './bytes.ts';
import type { Enabling, Enablings, TimerProbe } from './enablings.ts';
import type { Environment } from './environment.ts';
import type { Fault } from './errors.ts';
import {
  beginFiring,
  FAULT_NUMBERS,
  type Execution,
  type FiringContext,
  type FiringDetails,
} from './firing.ts';
import type { FiredProbe, FiredProcess, Frame } from './frame.ts';
import { createTraceBuffer, type TraceRecord } from './trace-buffer.ts';

export interface ConsumerOptions {
  readonly machine: Machine;
  readonly env: Environment;
  readonly enablings: Enablings;
  /** Standard output, or the file of `-o`. */
  readonly output: (text: string) => void;
  /** A line on stderr, without the program's name and the newline. */
  readonly message: (text: string) => void;
  /** Ends with these processes (`-p`). */
  readonly pids: readonly number[];
  /** Statements of firings that are near in time and on several CPUs run in a random order, drawn from this. */
  readonly random: (() => number) | null;
  readonly self: FiredProcess;
  /** Called once, with the exit status. */
  readonly onDone: (status: number) => void;
}

export interface Consumer {
  /** SIGINT and SIGTERM: a normal end, now. */
  interrupt(): void;
  /** An end without a word, as by a signal that is not handled. */
  kill(): void;
}

const IDLE: FiredProcess = { pid: 0, parentPid: 0, zone: 'global', args: 'sched', command: 'sched' };
const MAX_LATE_TICKS = 1000;

/** Starts tracing: BEGIN fires at once, output is delivered at switchrate, exit() is noticed at statusrate. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { machine, env, enablings, message } = options;
  const { clock } = machine;
  const buffer = createTraceBuffer(
    () => env.options.bufsize,
    () => env.options.bufpolicy,
  );
  const context: FiringContext = { env, buffer, onFault: fireError };
  const cancels = new Set<() => void>();
  const suspended: Execution[] = [];
  let lastStatus: bigint | null = null;
  let lastSwitch: bigint | null = null;
  let lastSnapshot: bigint | null = null;
  let stopped = false;
  let finished = false;
  let heading = false;
  let faulting = false;
  let livePids = options.pids.length;

  // ---- the kernel's side

  function fire(details: FiringDetails, list: readonly Enabling[]): void {
    if (list.length === 0 || finished) return;
    if (env.options.cpu !== null && details.cpu !== env.options.cpu) return;
    const execution = beginFiring(context, details, list);
    if (options.random === null) {
      while (execution.step());
      return;
    }
    interleave(execution, options.random);
  }

  /** Runs what is suspended on other CPUs and the new firing in turns, and leaves the new one somewhere on its way. */
  function interleave(execution: Execution, random: () => number): void {
    for (const older of suspended.splice(0)) {
      if (older.cpu === execution.cpu) {
        while (older.step());
        continue;
      }
      let olderGoesOn = true;
      while (olderGoesOn) {
        if (random() < 0.5) olderGoesOn = older.step();
        else if (!execution.step()) {
          while (older.step());
          olderGoesOn = false;
        }
      }
    }
    while (random() < 0.7) {
      if (!execution.step()) return;
    }
    suspended.push(execution);
    if (suspended.length === 1) later(1, finishSuspended);
  }

  function finishSuspended(): void {
    for (const execution of suspended.splice(0)) while (execution.step());
  }

  function now(
    probe: FiredProbe,
    process: FiredProcess,
    cpu: number,
    args: readonly bigint[],
  ): FiringDetails {
    return { probe, process, cpu, tid: 1, at: clock.now(), wall: clock.wall(), args };
  }

  function fireMeta(name: 'BEGIN' | 'END'): void {
    finishSuspended();
    const { probe, list } = enablings.forMeta(name);
    const execution = beginFiring(context, now(probe, options.self, env.options.cpu ?? 0, [0n]), list);
    while (execution.step());
  }

  function fireError(frame: Frame, fault: Fault): void {
    const { probe, list } = enablings.forMeta('ERROR');
    if (list.length === 0 || faulting) return;
    faulting = true;
    const offset = BigInt(fault.offset ?? -1);
    const args = [
      0n,
      BigInt(frame.epid),
      BigInt(frame.action),
      offset,
      FAULT_NUMBERS[fault.kind],
      fault.address,
    ];
    const execution = beginFiring(
      context,
      { ...now(probe, frame.process, frame.cpu, args), tid: frame.tid },
      list,
    );
    while (execution.step());
    faulting = false;
  }

  function startTimer(probe: TimerProbe, list: readonly Enabling[]): void {
    const start = clock.now();
    let count = 0n;
    const cpus = probe.kind === 'profile' ? machine.cpus : 1;
    const next = (): void => {
      const due = start + (count + 1n) * probe.period;
      later(Number(due - clock.now()) / 1e6, () => {
        for (let late = 0; late < MAX_LATE_TICKS; late++) {
          if (start + (count + 1n) * probe.period > clock.now() || finished) break;
          count++;
          finishSuspended();
          for (let cpu = 0; cpu < cpus; cpu++) {
            fire(now(probe, IDLE, probe.kind === 'tick' ? (env.options.cpu ?? 0) : cpu, [0n, 0n]), list);
          }
        }
        if (!stopped) next();
      });
    };
    next();
  }

  // ---- the consumer's side

  function later(milliseconds: number, callback: () => void): void {
    const cancel = clock.after(Math.max(0, milliseconds), () => {
      cancels.delete(cancel);
      if (!finished) callback();
    });
    cancels.add(cancel);
  }

  function due(last: bigint | null, rate: bigint): boolean {
    return last === null || clock.now() - last >= rate;
  }

  function stop(): void {
    if (stopped) return;
    stopped = true;
    fireMeta('END');
    env.progress.exiting = true;
    reportDynamicDrops();
  }

  function reportDynamicDrops(): void {
    const { drops } = env.pool;
    env.pool.drops = 0;
    if (drops > 0) message(`${drops} dynamic variable drop${drops === 1 ? '' : 's'}`);
  }

  /** Notices exit(). True when tracing is over. */
  function checkStatus(): boolean {
    if (stopped) return true;
    if (!due(lastStatus, env.options.statusrate)) return false;
    lastStatus = lastStatus === null ? clock.now() : lastStatus + env.options.statusrate;
    reportDynamicDrops();
    if (!env.progress.exiting) return false;
    stop();
    return true;
  }

  function work(): boolean {
    finishSuspended();
    const over = checkStatus();
    if (!over && env.options.bufpolicy !== 'switch') return false;
    const { aggrate, switchrate } = env.options;
    if (over || due(lastSnapshot, aggrate)) {
      lastSnapshot = lastSnapshot === null ? clock.now() : lastSnapshot + aggrate;
      for (const aggregation of env.aggregations.values()) takeSnapshot(aggregation);
    }
    if (over || due(lastSwitch, switchrate)) {
      lastSwitch = lastSwitch === null ? clock.now() : lastSwitch + switchrate;
      consume();
    }
    return over;
  }

  function consume(): void {
    const { records, drops } = buffer.take();
    const ordered = env.options.temporal ? records : records.toSorted((a, b) => a.cpu - b.cpu);
    let text = '';
    for (const record of ordered) {
      if (record.fault === null) text += print(record);
      else message(record.fault);
    }
    for (const [cpu, count] of drops) message(`${count} drop${count === 1 ? '' : 's'} on CPU ${cpu}`);
    if (text !== '') options.output(fromBytes(text));
  }

  function print(record: TraceRecord): string {
    const { quiet, flowindent } = env.options;
    const { cpu, probe } = record;
    let text = '';
    if (flowindent) {
      if (!heading) text += `CPU ${'FUNCTION'.padEnd(41)}\n`;
      text += `${String(cpu).padStart(3)} ${` | ${probe.function}:${probe.name}`.padEnd(41)} `;
    } else if (!quiet) {
      if (!heading) text += `CPU ${'ID'.padStart(6)} ${'FUNCTION:NAME'.padStart(32)}\n`;
      const name = `${probe.function}:${probe.name}`.padStart(32);
      text += `${String(cpu).padStart(3)} ${String(probe.id).padStart(6)} ${name} `;
    }
    heading = true;
    for (const part of record.parts) text += typeof part === 'string' ? part : part();
    return quiet ? text : `${text}\n`;
  }

  function sleep(): void {
    const { statusrate, switchrate, aggrate } = env.options;
    const times = [
      (lastStatus ?? 0n) + statusrate,
      (lastSwitch ?? lastStatus ?? 0n) + switchrate,
      (lastSnapshot ?? lastStatus ?? 0n) + aggrate,
    ];
    const earliest = times.reduce((a, b) => (b < a ? b : a));
    const wait = earliest - clock.now();
    // A rate of a few nanoseconds must not keep the simulation busy.
    later(Math.max(1, Math.ceil(Number(wait) / 1e6)), () => {
      if (work()) finish();
      else sleep();
    });
  }

  function release(): void {
    finished = true;
    for (const cancel of cancels) cancel();
    cancels.clear();
    stopFirings();
    stopExits();
  }

  function finish(): void {
    options.output('\n');
    const rest = unprinted(env.aggregations.values(), env.options);
    if (rest !== '') options.output(fromBytes(rest));
    release();
    options.onDone(env.progress.status & 255);
  }

  /** Ends without waiting for the next round. */
  function endNow(): void {
    stop();
    work();
    finish();
  }

  const stopFirings = machine.onFiring(
    (firing) => {
      if (stopped || env.progress.exiting) return;
      const list = enablings.forSite(firing.site);
      if (list.length === 0) return;
      const { process, cpu, tid, at, wall, args, site } = firing;
      fire({ probe: site, process, cpu, tid, at, wall, args }, list);
    },
    (site) => enablings.forSite(site).length > 0,
  );
  const stopExits = machine.onExit((pid) => {
    if (finished || !options.pids.includes(pid)) return;
    if (!env.options.quiet) message(`pid ${pid} has exited`);
    livePids--;
    if (livePids <= 0) endNow();
  });
  for (const { probe, list } of enablings.timers()) if (list.length > 0) startTimer(probe, list);
  fireMeta('BEGIN');
  if (work()) finish();
  else sleep();

  return {
    interrupt() {
      if (finished) return;
      options.output('\n');
      endNow();
    },
    kill() {
      if (!finished) release();
    },
  };
}
