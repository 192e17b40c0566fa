import type { Machine } from '../machine.ts';
import type { Alarms } from './alarms.ts';
import type { Enabling, Enablings } from './enablings.ts';
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
import type { TraceBuffer } from './trace-buffer.ts';

/** What the kernel does for one consumer: it runs the clauses that are enabled. */
export interface Firings {
  fire(details: FiringDetails, list: readonly Enabling[]): void;
  fireMeta(name: 'BEGIN' | 'END'): void;
  /** Runs to their ends the firings that other CPUs are in the middle of. */
  settle(): void;
  /** What a firing of this probe is like, now. */
  details(probe: FiredProbe, process: FiredProcess, cpu: number, args: readonly bigint[]): FiringDetails;
}

export interface FiringsOptions {
  readonly machine: Machine;
  readonly env: Environment;
  readonly enablings: Enablings;
  readonly buffer: TraceBuffer;
  readonly alarms: Alarms;
  /** Statements of firings that are near in time and on several CPUs run in a random order, drawn from this. */
  readonly random: (() => number) | null;
  readonly self: FiredProcess;
}

/** How long a firing of another CPU stays somewhere on its way at most, in milliseconds. */
const SUSPENDED_MS = 1;

export function createFirings(options: FiringsOptions): Firings {
  const { machine, env, enablings, alarms, random, self } = options;
  const { clock } = machine;
  const suspended: Execution[] = [];
  let faulting = false;
  const context: FiringContext = { env, buffer: options.buffer, onFault };

  function details(
    probe: FiredProbe,
    process: FiredProcess,
    cpu: number,
    args: readonly bigint[],
  ): FiringDetails {
    return { probe, process, cpu, tid: 1, at: clock.now(), wall: clock.wall(), args };
  }

  function settle(): void {
    for (const execution of suspended.splice(0)) runToEnd(execution);
  }

  function fire(firing: FiringDetails, list: readonly Enabling[]): void {
    if (list.length === 0) return;
    if (env.options.cpu !== null && firing.cpu !== env.options.cpu) return;
    const execution = beginFiring(context, firing, list);
    if (random === null) {
      runToEnd(execution);
      return;
    }
    if (!interleave(execution, suspended.splice(0), random)) return;
    suspended.push(execution);
    if (suspended.length === 1) alarms.after(SUSPENDED_MS, settle);
  }

  function fireMeta(name: 'BEGIN' | 'END'): void {
    settle();
    const { probe, list } = enablings.forMeta(name);
    runToEnd(beginFiring(context, details(probe, self, env.options.cpu ?? 0, [0n]), list));
  }

  /** The probe ERROR. A fault in its own clauses fires it no second time. */
  function onFault(frame: Frame, fault: Fault): void {
    const { probe, list } = enablings.forMeta('ERROR');
    if (list.length === 0 || faulting) return;
    faulting = true;
    const firing = details(probe, frame.process, frame.cpu, faultArguments(frame, fault));
    runToEnd(beginFiring(context, { ...firing, tid: frame.tid }, list));
    faulting = false;
  }

  return { fire, fireMeta, settle, details };
}

function faultArguments(frame: Frame, fault: Fault): readonly bigint[] {
  const offset = BigInt(fault.offset ?? -1);
  return [0n, BigInt(frame.epid), BigInt(frame.action), offset, FAULT_NUMBERS[fault.kind], fault.address];
}

function runToEnd(execution: Execution): void {
  while (execution.step());
}

/**
 * Runs what is suspended on other CPUs and the new firing in turns, and leaves the new one somewhere on its way.
 * False when that ended.
 */
function interleave(execution: Execution, suspended: readonly Execution[], random: () => number): boolean {
  for (const older of suspended) {
    if (older.cpu === execution.cpu) runToEnd(older);
    else alternate(older, execution, random);
  }
  while (random() < 0.7) {
    if (!execution.step()) return false;
  }
  return true;
}

/** Runs the older one to its end, and the newer one as far as it comes meanwhile. */
function alternate(older: Execution, newer: Execution, random: () => number): void {
  for (;;) {
    if (random() < 0.5) {
      if (!older.step()) return;
    } else if (!newer.step()) {
      runToEnd(older);
      return;
    }
  }
}
