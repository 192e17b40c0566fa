import type { Clock } from './machine.ts';

/** The time of the computer that the simulation runs on. */
export function systemClock(): Clock {
  const wallOffset = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  return {
    now: () => process.hrtime.bigint(),
    wall: () => process.hrtime.bigint() + wallOffset,
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}

/** A clock that stands still until it is told to go on: a simulated minute takes no time. */
export interface ManualClock extends Clock {
  /** Lets so much time pass; what falls due on the way is called in order, each at its own time. */
  advance(milliseconds: number): void;
}

export function manualClock(startNs = 1_000_000_000_000n): ManualClock {
  const wallOffset = 1_700_000_000_000_000_000n;
  let now = startNs;
  let timers: { readonly due: bigint; readonly callback: () => void }[] = [];
  return {
    now: () => now,
    wall: () => now + wallOffset,
    after: (milliseconds, callback) => {
      const timer = { due: now + BigInt(Math.max(0, Math.round(milliseconds * 1e6))), callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (milliseconds) => {
      const end = now + BigInt(Math.round(milliseconds * 1e6));
      for (;;) {
        let next: (typeof timers)[number] | undefined;
        for (const timer of timers) {
          if (timer.due <= end && (next === undefined || timer.due < next.due)) next = timer;
        }
        if (next === undefined) break;
        const due = next;
        timers = timers.filter((timer) => timer !== due);
        if (due.due > now) now = due.due;
        due.callback();
      }
      now = end;
    },
  };
}
