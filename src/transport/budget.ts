/** An amount of time that is used up by tries and not by queues. */
export interface Budget {
  readonly totalMs: number;
  /** Never below 0. */
  remainingMs(): number;
  /** Runs the task and takes its time off the budget. */
  spend<T>(task: () => Promise<T>): Promise<T>;
}

/** `elapsed` is any monotonic clock, in milliseconds. */
export function createBudget(totalMs: number, elapsed: () => number): Budget {
  let usedMs = 0;
  let startedAt: number | null = null;
  return {
    totalMs,
    remainingMs() {
      const currentMs = startedAt === null ? 0 : elapsed() - startedAt;
      return Math.max(0, totalMs - usedMs - currentMs);
    },
    async spend(task) {
      const start = elapsed();
      startedAt = start;
      try {
        return await task();
      } finally {
        startedAt = null;
        usedMs += elapsed() - start;
      }
    },
  };
}
