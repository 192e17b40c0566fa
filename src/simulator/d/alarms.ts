import type { Clock } from '../machine.ts';

/** Timers of one owner, which it can cancel together. */
export interface Alarms {
  after(milliseconds: number, callback: () => void): void;
  cancel(): void;
}

export function createAlarms(clock: Clock): Alarms {
  const cancels = new Set<() => void>();
  return {
    after(milliseconds, callback) {
      const cancel = clock.after(Math.max(0, milliseconds), () => {
        cancels.delete(cancel);
        callback();
      });
      cancels.add(cancel);
    },
    cancel() {
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}
