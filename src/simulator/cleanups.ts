/** What must be taken back of a start, and is at its end: the last first, each once, all even if one fails. */
export interface Cleanups {
  add(cleanup: () => void | Promise<void>): void;
  /** Throws the first error at the end. */
  run(): Promise<void>;
}

export function createCleanups(): Cleanups {
  const cleanups: (() => void | Promise<void>)[] = [];
  return {
    add: (cleanup) => {
      cleanups.push(cleanup);
    },
    run: async () => {
      const errors: unknown[] = [];
      for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) {
        try {
          await next();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
