/** What a sled may send in any case, in bytes: it is not taken off what all have together, and is read at once. */
const FREE_BYTES = 256 * 1024;

/** Bytes of all sleds of a run that are kept until they are read, together. */
export interface OutputBudget {
  readonly totalBytes: number;
  /** Begins one sled's account. */
  open(): OutputAccount;
}

export interface OutputAccount {
  /** False if there is no room for so many bytes more. */
  take(bytes: number): boolean;
  /** So many bytes fewer are kept than were taken. */
  giveBack(bytes: number): void;
  /**
   * Resolves when what the sled sent may be read. A long answer waits until no other is being read, and whatever
   * arrived meanwhile (beats, short answers, Ctrl-C) goes first.
   */
  turn(): Promise<void>;
  /** It is the turn of another. */
  pass(): void;
  /** What the sled sent has been read, or thrown away. */
  close(): void;
}

/** A budget of so many bytes beyond what each sled has for free, so that a flood never costs another sled its answer. */
export function createOutputBudget(totalBytes: number): OutputBudget {
  let used = 0;
  let last: Promise<void> = Promise.resolve();
  return {
    totalBytes,
    open() {
      let sent = 0;
      let kept = 0;
      let taken = 0;
      let endTurn: (() => void) | null = null;
      const hold = (bytes: number): boolean => {
        const wanted = Math.max(0, bytes - FREE_BYTES) - taken;
        if (used + wanted > totalBytes) return false;
        kept = bytes;
        used += wanted;
        taken += wanted;
        return true;
      };
      const pass = (): void => {
        endTurn?.();
        endTurn = null;
      };
      return {
        take(bytes) {
          sent += bytes;
          return hold(kept + bytes);
        },
        giveBack(bytes) {
          hold(kept - bytes);
        },
        async turn() {
          if (sent <= FREE_BYTES || endTurn !== null) return;
          const before = last;
          last = new Promise((resolve) => {
            endTurn = resolve;
          });
          await before;
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
        },
        pass,
        close() {
          pass();
          used -= taken;
          taken = 0;
        },
      };
    },
  };
}
