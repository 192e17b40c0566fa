import type { LimitFunction } from 'p-limit';
import { FleetError } from '../model/error.ts';

/** The error of work that was given up because its signal fired. */
export function interruption(what: string): FleetError {
  return new FleetError('interrupted', `interrupted ${what}`);
}

/** Those who wait for a signal, which has one listener for all of them: it would go through thousands to end one. */
const waitingFor = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back once when the signal fires, at once if it has, until the returned function is called. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  const waiting = waitingFor.get(signal) ?? listenTo(signal);
  // One function may be given twice.
  const own = (): void => listener();
  waiting.add(own);
  return () => {
    if (waiting.delete(own) && waiting.size === 0) endListening(signal);
  };
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>();
  waitingFor.set(signal, waiting);
  signal.addEventListener('abort', onFire);
  return waiting;
}

function endListening(signal: AbortSignal): void {
  waitingFor.delete(signal);
  signal.removeEventListener('abort', onFire);
}

function onFire({ target }: Event): void {
  if (!(target instanceof AbortSignal)) return;
  const waiting = waitingFor.get(target) ?? [];
  endListening(target);
  for (const each of waiting) each();
}

/** Rejects with `interrupted` as soon as the signal fires; what `promise` does then is nobody's concern. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const stopListening = onAbort(signal, () => reject(interruption(what)));
    promise.then(resolve, reject).finally(stopListening);
  });
}

/** Runs the task when the limit lets it; while it queues, the signal ends the wait with `interrupted`. */
export function inTurn<T>(
  limit: LimitFunction,
  signal: AbortSignal,
  what: string,
  task: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stopListening = onAbort(signal, () => reject(interruption(what)));
    if (signal.aborted) return;
    limit(async () => {
      // From here on the task minds the signal itself: it knows what it leaves half done.
      stopListening();
      if (signal.aborted) return;
      resolve(await task());
    }).catch(reject);
  });
}

/** Resolves after so many milliseconds; rejects with `interrupted` if the signal fires before. */
export function pause(milliseconds: number, signal: AbortSignal, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stopListening();
      resolve();
    }, milliseconds);
    const stopListening = onAbort(signal, () => {
      clearTimeout(timer);
      reject(interruption(what));
    });
  });
}

/** Resolves when somebody calls what it has put into `waiting`; rejects with `interrupted` if the signal fires before. */
export function wakeUp(waiting: Set<() => void>, signal: AbortSignal, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = (): void => {
      stopListening();
      resolve();
    };
    const stopListening = onAbort(signal, () => {
      waiting.delete(wake);
      reject(interruption(what));
    });
    if (!signal.aborted) waiting.add(wake);
  });
}
