import type { Stage } from '../model/stage.ts';
import { createTrail, type Trail, type VisitTrail } from '../model/trail.ts';

/** Follows one visit, by any monotonic clock. */
export interface VisitClock {
  /** For the transport. */
  readonly way: Trail;
  enter(stage: Stage): void;
  /** What was printed around the answer. */
  heard(noise: readonly string[]): void;
  /** No stage goes on any more. */
  stop(): void;
  trail(): VisitTrail;
}

export function createVisitClock(now: () => number): VisitClock {
  const way = createTrail();
  const stageMs: Partial<Record<Stage, number>> = {};
  let current: { readonly stage: Stage; readonly fromMs: number } | null = null;
  let ran: VisitTrail['ran'] = null;
  let noise: readonly string[] = [];
  const stop = (): void => {
    if (current === null) return;
    const { stage, fromMs } = current;
    const toMs = now();
    current = null;
    stageMs[stage] = (stageMs[stage] ?? 0) + toMs - fromMs;
    if (stage === 'run') ran = { fromMs, toMs };
  };
  return {
    way,
    enter(stage) {
      stop();
      current = { stage, fromMs: now() };
    },
    heard(said) {
      noise = said;
    },
    stop,
    trail() {
      stop();
      const seen = way.seen();
      const steps = seen.flatMap(({ step, ms }) => (ms === null ? [] : [[step, ms] as const]));
      const times = {
        stages: inTenths(stageMs),
        steps: inTenths({ queue: way.queueMs(), ...Object.fromEntries(steps) }),
      };
      return { times, way: seen, ran, noise };
    },
  };
}

function inTenths<K extends string>(ms: Readonly<Partial<Record<K, number>>>): Partial<Record<K, number>> {
  const tenths: Partial<Record<K, number>> = {};
  for (const name in ms) tenths[name] = Math.round(Math.max(0, ms[name] ?? 0) * 10) / 10;
  return tenths;
}
