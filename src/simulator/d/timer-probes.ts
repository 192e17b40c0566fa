import type { Machine } from '../machine.ts';
import type { Alarms } from './alarms.ts';
import type { Enabling, Enablings, TimerProbe } from './enablings.ts';
import type { Firings } from './firings.ts';
import type { FiredProcess } from './frame.ts';

const IDLE: FiredProcess = { pid: 0, parentPid: 0, zone: 'global', args: 'sched', command: 'sched' };
/** Ticks that are made up for at once, where the clock was late. */
const MOST_LATE = 1000;

export interface Timers {
  readonly machine: Machine;
  readonly alarms: Alarms;
  readonly firings: Firings;
  /** The CPU that all is traced on, of the option `cpu`. */
  readonly cpu: number | null;
  /** Whether timers fire any more. */
  readonly isOver: () => boolean;
}

/** Starts the `tick-` and `profile-` probes that are enabled. */
export function startTimers(timers: Timers, enablings: Enablings): void {
  for (const { probe, list } of enablings.timers()) {
    if (list.length > 0) startTimer(timers, probe, list);
  }
}

function startTimer(timers: Timers, probe: TimerProbe, list: readonly Enabling[]): void {
  const { machine, alarms } = timers;
  const { clock } = machine;
  const start = clock.now();
  let count = 0n;
  const nextDue = (): bigint => start + (count + 1n) * probe.period;
  const wait = (): void => {
    alarms.after(Number(nextDue() - clock.now()) / 1e6, () => {
      for (let late = 0; late < MOST_LATE && nextDue() <= clock.now() && !timers.isOver(); late++) {
        count++;
        fireOnce(timers, probe, list);
      }
      if (!timers.isOver()) wait();
    });
  };
  wait();
}

/** `tick-` fires on one CPU, `profile-` on each. */
function fireOnce(timers: Timers, probe: TimerProbe, list: readonly Enabling[]): void {
  const { machine, firings } = timers;
  firings.settle();
  const cpus = probe.kind === 'profile' ? machine.cpus : 1;
  for (let cpu = 0; cpu < cpus; cpu++) {
    const on = probe.kind === 'tick' ? (timers.cpu ?? 0) : cpu;
    firings.fire(firings.details(probe, IDLE, on, [0n, 0n]), list);
  }
}
