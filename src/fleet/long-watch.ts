import type { FleetError } from '../model/error.ts';
import type { SledOutcome } from '../model/report.ts';
import type { Target } from '../model/target.ts';

/** What a watch without an end hears of one sled. Programs are counted from 1 on. */
export interface LongWatchEars {
  readonly onText: (program: number, text: string) => void;
  /** Nothing watches the sled now; it is tried again after so many milliseconds. */
  readonly onLost: (error: FleetError, againMs: number) => void;
  /** How a program ended, one that was lost too. */
  readonly onEnded: (program: number, outcome: SledOutcome) => void;
}

export interface LongWatchSettings {
  /** Visits the sled once, for as long as its program has; never rejects for what is wrong with a sled. */
  readonly visit: (
    target: Target,
    onText: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<SledOutcome>;
  /** How long the program of one visit watches. */
  readonly seconds: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** From 0 up to 1, so that the sleds of a rack are not renewed in one moment. */
  readonly random: () => number;
  /** Resolves after so many milliseconds, or at once when the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How long the D program of one visit watches: nothing of ours runs on for long, whatever happens here. */
export const PROGRAM_SECONDS = 300;
/** The next program begins this long before the limit of the one that runs: a visit and a compiler take some seconds. */
const OVERLAP_SECONDS = 15;
/** Renewals are spread over this share of the time. */
const SPREAD = 0.25;
const STEADY_MS = 30_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Watches a sled until the signal fires, by one program after another: each has a limit of its own, and the next begins
 * before that, so that both report for some seconds and nothing is missed. A sled that is lost is tried again and again.
 */
export async function watchLong(
  target: Target,
  { visit, seconds, now, random, pause }: LongWatchSettings,
  { onText, onLost, onEnded }: LongWatchEars,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  const running = new Set<Promise<unknown>>();
  for (let program = 1; !signal.aborted; program++) {
    const current = program;
    const timer = new AbortController();
    const begunMs = now();
    const visiting = visit(target, (text) => onText(current, text), signal).then((outcome) => {
      onEnded(current, outcome);
      return outcome;
    });
    running.add(visiting);
    void visiting.finally(() => running.delete(visiting)).catch(() => {});
    const lastsMs = Math.max(1, seconds - OVERLAP_SECONDS) * 1000 * (1 - SPREAD * random());
    const due = pause(lastsMs, AbortSignal.any([signal, timer.signal])).then(() => null);
    const outcome = await Promise.race([visiting, due]);
    timer.abort();
    // What watched for a while is tried again at once when it is lost; what fails again and again must not load the sled.
    if (now() - begunMs >= STEADY_MS) failures = 0;
    if (outcome === null || signal.aborted || isWhole(outcome)) continue;
    failures += 1;
    const againMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (0.5 + random() / 2);
    if (outcome.status === 'failed') onLost(outcome.error, againMs);
    await pause(againMs, signal);
  }
  await Promise.all(running);
}

/** It ended by itself at its limit. */
function isWhole(outcome: SledOutcome): boolean {
  return outcome.status === 'answered' && outcome.issues.length === 0;
}
