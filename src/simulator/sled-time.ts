import { leapingClock, systemClock } from './clock.ts';
import type { LeapingClock } from './clock.ts';
import type { Clock } from './machine.ts';
import type { Place } from './rack-world.ts';

/** A sled's clock. */
export interface SledClock extends Clock {
  /** What the sled printed is being read: simulated time stands still until the returned function is called. */
  hold(): () => void;
}

/** The time of the sleds of a simulation. */
export interface SledTime {
  /** The same clock each time that a sled's is asked for. */
  clockOf(sled: Pick<Place, 'id' | 'rack'>): SledClock;
  /** Somebody is on a sled of that rack until the returned function is called. */
  visit(rack: string): () => void;
}

/** Sleds live in the time of the computer that they are simulated on. */
export function realTime(): SledTime {
  const clock: SledClock = { ...systemClock(), hold: () => () => undefined };
  return { clockOf: () => clock, visit: () => () => undefined };
}

/**
 * Sleds live in a time of their own, in which what is due happens at once, one thing after another: seconds of
 * tracing take milliseconds, and are the same whatever else the computer does. Each sled has its own clock, and those
 * of a rack agree when the first visit begins of those that overlap: windows that are asked for together overlap too.
 */
export function simulatedTime(): SledTime {
  const clocks = new Map<string, LeapingClock & Pick<Place, 'rack'>>();
  const visits = new Map<string, number>();
  const agree = (rack: string): void => {
    const own = [...clocks.values()].filter((clock) => clock.rack === rack);
    const latest = own.reduce((most, clock) => (clock.now() > most ? clock.now() : most), 0n);
    for (const clock of own) clock.catchUp(latest);
  };
  return {
    clockOf: ({ id, rack }) => {
      const clock = clocks.get(id) ?? { ...leapingClock(), rack };
      clocks.set(id, clock);
      return clock;
    },
    visit: (rack) => {
      const count = (change: number): void => {
        visits.set(rack, (visits.get(rack) ?? 0) + change);
      };
      if ((visits.get(rack) ?? 0) === 0) agree(rack);
      count(1);
      let isThere = true;
      return () => {
        if (isThere) count(-1);
        isThere = false;
      };
    },
  };
}
