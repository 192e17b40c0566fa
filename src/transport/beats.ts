/** How often a command that is held hears that we are there. A sled waits four times as long. */
const EVERY_MS = 2_000;

/** One timer for all commands of a transport, however many sleds there are. */
export interface Beats {
  /** Calls `beat` every two seconds until the returned function is called. */
  add(beat: () => void): () => void;
}

export function createBeats(): Beats {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | null = null;
  return {
    add(beat) {
      listeners.add(beat);
      timer ??= setInterval(() => {
        for (const each of listeners) each();
      }, EVERY_MS);
      return () => {
        listeners.delete(beat);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
      };
    },
  };
}
