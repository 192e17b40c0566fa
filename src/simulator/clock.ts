import { createEventQueue } from './event-queue.ts';
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

/** A clock whose time leaps to what is due next, and stands still while nothing is due or somebody holds it. */
export interface LeapingClock extends Clock {
  /** Holds the time until the returned function is called. */
  hold(): () => void;
  /** Goes on to that time (of `now`) unless it is past, or something is due: then it gets there by itself. */
  catchUp(now: bigint): void;
}

/** `timestamp` and `walltimestamp` when simulated time begins: 2026-08-04 12:09:34 UTC. */
export const SIMULATED_START = { now: 1_000_000_000_000n, wall: 1_785_845_374_000_000_000n } as const;

export function manualClock(): ManualClock {
  const { leap, advanceTo, elapsedNs, clock } = createTimeline();
  return {
    ...clock,
    advance: (milliseconds) => {
      const endNs = elapsedNs() + Math.round(milliseconds * 1e6);
      while (leap(endNs));
      advanceTo(endNs);
    },
  };
}

/** How often time leaps before other events of the process have their turn. */
const LEAPS_A_TURN = 200;

export function leapingClock(): LeapingClock {
  const { leap, advanceTo, isIdle, clock } = createTimeline();
  let holds = 0;
  let isGoing = false;
  const go = (): void => {
    if (isGoing || holds > 0 || isIdle()) return;
    isGoing = true;
    setImmediate(turn);
  };
  const turn = (): void => {
    isGoing = false;
    for (let leaps = 0; leaps < LEAPS_A_TURN; leaps++) {
      if (holds > 0 || !leap(Number.POSITIVE_INFINITY)) break;
    }
    go();
  };
  return {
    ...clock,
    after: (milliseconds, callback) => {
      const cancel = clock.after(milliseconds, callback);
      go();
      return cancel;
    },
    hold: () => {
      let isHeld = true;
      holds++;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        holds--;
        go();
      };
    },
    catchUp: (now) => {
      if (isIdle()) advanceTo(Number(now - SIMULATED_START.now));
    },
  };
}

/** Time that passes from one timer to the next. */
interface Timeline {
  readonly clock: Clock;
  readonly elapsedNs: () => number;
  /** No timer waits. */
  readonly isIdle: () => boolean;
  /** Goes on to the first timer that is due until that time, and calls it; false when there is none. */
  readonly leap: (untilNs: number) => boolean;
  /** Goes on without calling any timer, never back. */
  readonly advanceTo: (elapsedNs: number) => void;
}

interface Timer {
  readonly callback: () => void;
  isWaiting: boolean;
}

function createTimeline(): Timeline {
  const queue = createEventQueue<Timer>();
  let elapsed = 0;
  let waiting = 0;
  const advanceTo = (ns: number): void => {
    elapsed = Math.max(elapsed, ns);
  };
  return {
    clock: {
      now: () => SIMULATED_START.now + BigInt(elapsed),
      wall: () => SIMULATED_START.wall + BigInt(elapsed),
      after: (milliseconds, callback) => {
        const timer: Timer = { callback, isWaiting: true };
        queue.push(elapsed + Math.max(0, Math.round(milliseconds * 1e6)), timer);
        waiting++;
        return () => {
          if (timer.isWaiting) waiting--;
          timer.isWaiting = false;
        };
      },
    },
    elapsedNs: () => elapsed,
    isIdle: () => waiting === 0,
    leap: (untilNs) => {
      while (queue.nextNs() <= untilNs) {
        const next = queue.pop();
        if (next?.item.isWaiting !== true) {
          // A timer that was called off.
          if (next === undefined) return false;
          continue;
        }
        next.item.isWaiting = false;
        waiting--;
        advanceTo(next.atNs);
        next.item.callback();
        return true;
      }
      return false;
    },
    advanceTo,
  };
}
