/** What is longer is read one after another, and after what is shorter. */
const LONG_BYTES = 256 * 1024;

/** Reads what sleds sent, so that a long answer delays no short one for longer than one long reading takes. */
export interface ReadingQueue {
  /** Resolves with what `read` gives, or rejects with what it throws. */
  read<T>(bytes: number, read: () => T): Promise<T>;
}

export function createReadingQueue(): ReadingQueue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async read(bytes, read) {
      if (bytes <= LONG_BYTES) return read();
      const turn = last.then(async () => {
        // Whatever has arrived meanwhile goes first: beats, short answers, Ctrl-C.
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        return read();
      });
      last = turn.catch(() => {});
      return await turn;
    },
  };
}
