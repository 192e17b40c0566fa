/** What a sled may send in any case, in bytes: it is not taken off what all have together. */
const FREE_BYTES = 256 * 1024;

/** Bytes that all sleds of a run may have sent and not been read of, together. */
export interface OutputBudget {
  readonly totalBytes: number;
  /** Begins one sled's account. */
  open(): OutputAccount;
}

export interface OutputAccount {
  /** False if there is no room for so many bytes more. */
  take(bytes: number): boolean;
  /** What the sled sent has been read, or thrown away. */
  close(): void;
}

/** A budget of so many bytes beyond what each sled has for free, so that a flood never costs another sled its answer. */
export function createOutputBudget(totalBytes: number): OutputBudget {
  let used = 0;
  return {
    totalBytes,
    open() {
      let sent = 0;
      let taken = 0;
      return {
        take(bytes) {
          sent += bytes;
          const wanted = Math.max(0, sent - FREE_BYTES) - taken;
          if (used + wanted > totalBytes) return false;
          used += wanted;
          taken += wanted;
          return true;
        },
        close() {
          used -= taken;
          taken = 0;
        },
      };
    },
  };
}
