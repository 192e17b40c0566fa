import type { Following } from './following.ts';
import type { Reply } from './messages.ts';
import type { Packed } from './parts.ts';

/** A finished answer is kept so long for who asks again, or lost a part. */
export const KEPT_MS = 10 * 60 * 1000;
/** Finished answers take at most so much memory; the oldest go first. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** A run that a runner knows. */
export interface KnownRun {
  readonly asker: string;
  readonly question: string;
  readonly stop: AbortController;
  readonly at: number;
  /** What is said to who asks again, and now and then while it goes on. */
  state: Reply;
  packed: Packed | null;
  /** Of a question that is followed, once it has begun. */
  following: Following | null;
  /** Why it was stopped here, and not by its asker. */
  whyStopped: string | null;
  /** Another runner has it: nothing is said of it here. */
  isOthers: boolean;
  /** Says the state now and then; null once it need not be said again. */
  timer: NodeJS.Timeout | null;
  /** Called once its report was sent whole, or nobody wants it. */
  readonly taken: { readonly promise: Promise<void>; readonly done: () => void };
}

/** Nothing is said of it any more. */
export function silence({ timer, taken }: KnownRun): void {
  if (timer !== null) clearInterval(timer);
  taken.done();
}

/** Ends it here; the first reason stays. */
export function stopRun(entry: KnownRun, why: string): void {
  entry.whyStopped ??= why;
  entry.stop.abort();
}

export function deferred(): KnownRun['taken'] {
  let done = () => {};
  const promise = new Promise<void>((resolve) => {
    done = resolve;
  });
  return { promise, done };
}

/** Forgets runs that are over and old, and the oldest where they are too much. */
export function forgetOld(runs: Map<string, KnownRun>, now: number): void {
  let bytes = [...runs.values()].reduce((sum, { packed }) => sum + (packed?.bytes ?? 0), 0);
  for (const [id, entry] of runs) {
    const { at, packed, state } = entry;
    const isOver = state.type === 'ready' || state.type === 'refused' || state.type === 'over';
    if (!isOver || (now - at < KEPT_MS && bytes <= KEPT_BYTES)) continue;
    bytes -= packed?.bytes ?? 0;
    silence(entry);
    runs.delete(id);
  }
}
