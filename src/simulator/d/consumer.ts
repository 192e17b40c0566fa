import type { Firing, Machine } from '../machine.ts';
import { takeSnapshot, unprinted } from './aggregation.ts';
import { createAlarms, type Alarms } from './alarms.ts';
import { fromBytes } from './bytes.ts';
import type { Enablings } from './enablings.ts';
import type { Environment } from './environment.ts';
import { createFirings, type Firings } from './firings.ts';
import type { FiredProcess } from './frame.ts';
import { createRecordPrinter } from './record-text.ts';
import { startTimers } from './timer-probes.ts';
import { createTraceBuffer, type TraceBuffer, type TraceRecord } from './trace-buffer.ts';

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

/** What a consumer is doing: END has fired when it is stopped, and all is printed when it is finished. */
type Phase = 'tracing' | 'stopped' | 'finished';

interface Tracing {
  readonly options: ConsumerOptions;
  readonly buffer: TraceBuffer;
  readonly alarms: Alarms;
  readonly firings: Firings;
  readonly print: (record: TraceRecord) => string;
  /** Ends what the consumer asked of the machine. */
  readonly unsubscribe: (() => void)[];
  phase: Phase;
  livePids: number;
  /** When each was done last, by the rates of the options. */
  readonly last: Record<'status' | 'switch' | 'snapshot', bigint | null>;
}

/** Starts tracing: BEGIN fires at once, output is delivered at switchrate, exit() is noticed at statusrate. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { machine, env, enablings, random, self, pids } = options;
  const buffer = createTraceBuffer(
    () => env.options.bufsize,
    () => env.options.bufpolicy,
  );
  const alarms = createAlarms(machine.clock);
  const tracing: Tracing = {
    options,
    buffer,
    alarms,
    firings: createFirings({ machine, env, enablings, buffer, alarms, random, self }),
    print: createRecordPrinter(env.options),
    unsubscribe: [],
    phase: 'tracing',
    livePids: pids.length,
    last: { status: null, switch: null, snapshot: null },
  };
  subscribe(tracing);
  tracing.firings.fireMeta('BEGIN');
  goOn(tracing);
  return {
    interrupt() {
      if (tracing.phase === 'finished') return;
      options.output('\n');
      endNow(tracing);
    },
    kill() {
      if (tracing.phase !== 'finished') release(tracing);
    },
  };
}

function subscribe(tracing: Tracing): void {
  const { machine, env, enablings } = tracing.options;
  tracing.unsubscribe.push(
    machine.onFiring(
      (firing) => onFiring(tracing, firing),
      (site) => enablings.forSite(site).length > 0,
    ),
    machine.onExit((pid) => onExit(tracing, pid)),
  );
  const { alarms, firings } = tracing;
  const isOver = (): boolean => tracing.phase !== 'tracing';
  startTimers({ machine, alarms, firings, cpu: env.options.cpu, isOver }, enablings);
}

function onFiring(tracing: Tracing, firing: Firing): void {
  const { env, enablings } = tracing.options;
  if (tracing.phase !== 'tracing' || env.progress.exiting) return;
  const list = enablings.forSite(firing.site);
  if (list.length === 0) return;
  const { process, cpu, tid, at, wall, args, site } = firing;
  tracing.firings.fire({ probe: site, process, cpu, tid, at, wall, args }, list);
}

function onExit(tracing: Tracing, pid: number): void {
  const { pids, env, message } = tracing.options;
  if (tracing.phase === 'finished' || !pids.includes(pid)) return;
  if (!env.options.quiet) message(`pid ${pid} has exited`);
  tracing.livePids--;
  if (tracing.livePids <= 0) endNow(tracing);
}

/** Does what is due, then waits for the next time, or ends. */
function goOn(tracing: Tracing): void {
  if (work(tracing)) {
    finish(tracing);
    return;
  }
  // A rate of a few nanoseconds must not keep the simulation busy.
  const wait = Number(nextDue(tracing) - tracing.options.machine.clock.now());
  tracing.alarms.after(Math.max(1, Math.ceil(wait / 1e6)), () => goOn(tracing));
}

function nextDue({ options, last }: Tracing): bigint {
  const { statusrate, switchrate, aggrate } = options.env.options;
  const times = [
    (last.status ?? 0n) + statusrate,
    (last.switch ?? last.status ?? 0n) + switchrate,
    (last.snapshot ?? last.status ?? 0n) + aggrate,
  ];
  return times.reduce((a, b) => (b < a ? b : a));
}

/** Whether it is time for something that is done at a rate. It counts as done then. */
function isDue({ options, last }: Tracing, what: keyof Tracing['last'], rate: bigint): boolean {
  const now = options.machine.clock.now();
  const before = last[what];
  if (before !== null && now - before < rate) return false;
  last[what] = before === null ? now : before + rate;
  return true;
}

/** Notices exit(), reads aggregations and buffers, each when it is due. True when tracing is over. */
function work(tracing: Tracing): boolean {
  const { env } = tracing.options;
  tracing.firings.settle();
  const over = isOver(tracing);
  if (!over && env.options.bufpolicy !== 'switch') return false;
  if (isDue(tracing, 'snapshot', over ? 0n : env.options.aggrate)) {
    for (const aggregation of env.aggregations.values()) takeSnapshot(aggregation);
  }
  if (isDue(tracing, 'switch', over ? 0n : env.options.switchrate)) consume(tracing);
  return over;
}

/** Looks whether a clause has called exit(), and stops then. */
function isOver(tracing: Tracing): boolean {
  const { env } = tracing.options;
  if (tracing.phase !== 'tracing') return true;
  if (!isDue(tracing, 'status', env.options.statusrate)) return false;
  reportDynamicDrops(tracing);
  if (!env.progress.exiting) return false;
  stop(tracing);
  return true;
}

function stop(tracing: Tracing): void {
  if (tracing.phase !== 'tracing') return;
  tracing.phase = 'stopped';
  tracing.firings.fireMeta('END');
  tracing.options.env.progress.exiting = true;
  reportDynamicDrops(tracing);
}

function reportDynamicDrops({ options: { env, message } }: Tracing): void {
  const { drops } = env.pool;
  env.pool.drops = 0;
  if (drops > 0) message(`${drops} dynamic variable drop${drops === 1 ? '' : 's'}`);
}

/** Prints what the buffers hold, and says what was lost. */
function consume({ options, buffer, print }: Tracing): void {
  const { env, message, output } = options;
  const { records, drops } = buffer.take();
  const ordered = env.options.temporal ? records : records.toSorted((a, b) => a.cpu - b.cpu);
  let text = '';
  for (const record of ordered) {
    if (record.fault === null) text += print(record);
    else message(record.fault);
  }
  for (const [cpu, count] of drops) message(`${count} drop${count === 1 ? '' : 's'} on CPU ${cpu}`);
  if (text !== '') output(fromBytes(text));
}

function finish(tracing: Tracing): void {
  const { env, output, onDone } = tracing.options;
  output('\n');
  const rest = unprinted(env.aggregations.values(), env.options);
  if (rest !== '') output(fromBytes(rest));
  release(tracing);
  onDone(env.progress.status & 255);
}

function release(tracing: Tracing): void {
  tracing.phase = 'finished';
  tracing.alarms.cancel();
  for (const end of tracing.unsubscribe) end();
}

/** Ends without waiting for the next round. */
function endNow(tracing: Tracing): void {
  stop(tracing);
  work(tracing);
  finish(tracing);
}
