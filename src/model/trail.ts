import type { FleetError } from './error.ts';
import type { Stage } from './stage.ts';

/** The steps on the way to a sled's login, in the order in which they are taken. */
export const WAY_STEPS = [
  'name',
  'address',
  'gateway',
  'pipe',
  'tcp',
  'banner',
  'key_exchange',
  'host_key',
  'authentication',
] as const;

export type WayStep = (typeof WAY_STEPS)[number];

/** How a step ended. A `notice` is worth a look; `none` is a step that this way does not have. */
export const STEP_RESULTS = ['ok', 'notice', 'failed', 'not_tried', 'none'] as const;

export type StepResult = (typeof STEP_RESULTS)[number];

/** What was seen of one step where it was taken. */
export interface WaySeen {
  readonly step: WayStep;
  readonly result: StepResult;
  /** Null where it took no time of its own. */
  readonly ms: number | null;
  /** In a few words, without what is this host's alone; empty where an error says it. */
  readonly said: string;
  /** What is this host's alone, such as its address, and what is long. */
  readonly details?: string;
  /** Why it failed, or was not tried. */
  readonly error?: FleetError;
}

/** Hears of each step as it ends. A step that is heard of again was tried again. */
export interface Trail {
  see(seen: WaySeen): void;
  /** So many milliseconds passed in a queue of ours. */
  waited(ms: number): void;
}

/** For whoever does not want to know. */
export const NO_TRAIL: Trail = { see: () => {}, waited: () => {} };

/** What was seen of one way. */
export interface WayTrail extends Trail {
  readonly queueMs: () => number;
  /** In the order of the steps. */
  readonly seen: () => readonly WaySeen[];
}

export function createTrail(): WayTrail {
  const seen = new Map<WayStep, WaySeen>();
  let queueMs = 0;
  return {
    see: (each) => void seen.set(each.step, each),
    waited: (ms) => {
      queueMs += ms;
    },
    queueMs: () => queueMs,
    seen: () => WAY_STEPS.flatMap((step) => seen.get(step) ?? []),
  };
}

/** How long a visit took, in milliseconds: whole tenths. */
export interface VisitTimes {
  /** Each stage that was reached; a second try counts too. */
  readonly stages: Readonly<Partial<Record<Stage, number>>>;
  /** Of the stage `connect`, each step that took time, and the wait in a queue of ours. */
  readonly steps: Readonly<Partial<Record<'queue' | WayStep, number>>>;
}

/** How one visit went. */
export interface VisitTrail {
  readonly times: VisitTimes;
  /** The steps of the last try, in their order. */
  readonly way: readonly WaySeen[];
  /** When the last command began and ended, by the run's monotonic clock; null where none was begun. */
  readonly ran: { readonly fromMs: number; readonly toMs: number } | null;
  /** What was printed around the last command's answer, by a start-up file of the login perhaps. */
  readonly noise: readonly string[];
}
