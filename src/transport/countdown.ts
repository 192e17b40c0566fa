/** A limit of time that stands still while we ourselves are what is waited for. */
export interface Countdown {
  /** Runs the task, which takes none of the time. */
  outside<T>(task: () => Promise<T>): Promise<T>;
  stop(): void;
}

/** Calls back once when so many milliseconds of any monotonic clock have passed. */
export function startCountdown(milliseconds: number, elapsed: () => number, onEnd: () => void): Countdown {
  let remainingMs = milliseconds;
  let startedAt = elapsed();
  let isStopped = false;
  let timer = setTimeout(onEnd, remainingMs);
  return {
    async outside(task) {
      clearTimeout(timer);
      remainingMs -= elapsed() - startedAt;
      try {
        return await task();
      } finally {
        startedAt = elapsed();
        if (!isStopped) timer = setTimeout(onEnd, Math.max(0, remainingMs));
      }
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
