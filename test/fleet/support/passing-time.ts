/** A world with a clock of its own: what is due happens in its order. */
export function createTime() {
  let now = 0;
  let waiting: { readonly at: number; readonly go: () => void }[] = [];
  const pause = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const early = () => resolve();
      const go = () => {
        signal.removeEventListener('abort', early);
        resolve();
      };
      waiting.push({ at: now + ms, go });
      signal.addEventListener('abort', early, { once: true });
    });
  return {
    pause,
    now: () => now,
    /** Lets so much time pass. */
    async pass(ms: number) {
      const end = now + ms;
      for (;;) {
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
        const next = waiting.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        waiting = waiting.filter((each) => each !== next);
        now = Math.max(now, next.at);
        next.go();
      }
      now = end;
    },
  };
}
