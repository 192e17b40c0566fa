import { createEventQueue } from './event-queue.ts';
import type { Clock } from './machine.ts';

/** What is to come on a sled. */
export interface Agenda<T> {
  push(atNs: number, due: T): void;
  /** Forgets all that was pushed. */
  clear(): void;
  /** Calls back at that time with it: when time goes on here, or when it next catches up. */
  at(atNs: number, change: (atNs: number) => void): void;
  /** Waits for what is next, if time goes on here. */
  schedule(): void;
  /** Lets changes that were due until now happen, each at its time, and nothing else. */
  catchUp(): void;
}

interface AgendaOptions<T> {
  readonly clock: Clock;
  readonly nowNs: () => number;
  readonly happen: (due: T, atNs: number) => void;
  /** Whether time goes on here, since somebody listens. */
  readonly isGoing: () => boolean;
}

export function createAgenda<T>({ clock, nowNs, happen, isGoing }: AgendaOptions<T>): Agenda<T> {
  const queue = createEventQueue<T>();
  const changes = createEventQueue<(atNs: number) => void>();
  let cancelTimer: (() => void) | null = null;
  let isPumping = false;

  const nextNs = (): number => Math.min(queue.nextNs(), changes.nextNs());
  const change = (): void => {
    const next = changes.pop();
    next?.item(next.atNs);
  };
  const pump = (): void => {
    cancelTimer = null;
    isPumping = true;
    for (const now = nowNs(); nextNs() <= now && isGoing();) {
      if (changes.nextNs() <= queue.nextNs()) {
        change();
        continue;
      }
      const due = queue.pop();
      if (due !== undefined) happen(due.item, due.atNs);
    }
    isPumping = false;
    schedule();
  };
  const schedule = (): void => {
    if (isPumping) return;
    cancelTimer?.();
    cancelTimer = null;
    const next = nextNs();
    if (!isGoing() || next === Number.POSITIVE_INFINITY) return;
    cancelTimer = clock.after(Math.max(0.001, (next - nowNs()) / 1e6), pump);
  };
  return {
    push: (atNs, due) => queue.push(atNs, due),
    clear: () => queue.clear(),
    at(atNs, then) {
      changes.push(atNs, then);
      schedule();
    },
    schedule,
    catchUp() {
      if (isPumping) return;
      isPumping = true;
      for (const now = nowNs(); changes.nextNs() <= now;) change();
      isPumping = false;
    },
  };
}
