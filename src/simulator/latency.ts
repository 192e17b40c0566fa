import { seedOf } from './random.ts';
import type { Random } from './random.ts';

/** How long one step of an IO takes, before it is made slower. */
export interface Step {
  /** Of one block. */
  readonly medianNs: number;
  /** Standard deviation of the logarithm: 0.5 has two of three within a factor of 1.6 of the median. */
  readonly spread: number;
  readonly perBlockNs: number;
}

/** How many times as long steps of this client take, or, for null, those of the process itself. */
export type Slowness = (client: number | null) => number;

/** Steps as a rack has them: reads before writes, flushes ten times as long, an object store far away. */
export const STEPS = {
  netRead: { medianNs: 340_000, spread: 0.4, perBlockNs: 3000 },
  netWrite: { medianNs: 450_000, spread: 0.45, perBlockNs: 4500 },
  netFlush: { medianNs: 3_400_000, spread: 0.6, perBlockNs: 0 },
  objectStore: { medianNs: 14_000_000, spread: 0.6, perBlockNs: 0 },
  liveRepair: { medianNs: 2_200_000, spread: 0.7, perBlockNs: 0 },
  blockContexts: { medianNs: 18_000, spread: 0.5, perBlockNs: 100 },
  fileRead: { medianNs: 160_000, spread: 0.5, perBlockNs: 1800 },
  fileWrite: { medianNs: 130_000, spread: 0.5, perBlockNs: 2200 },
  fileFlush: { medianNs: 2_600_000, spread: 0.6, perBlockNs: 0 },
} as const satisfies Readonly<Record<string, Step>>;

/** Blocks of a guest's IO: most are small, a few are large. */
const SIZES = [1, 1, 1, 1, 2, 2, 4, 8, 8, 32, 128];

/** One step in so many hits something, and takes several times as long. */
const TAIL_ONE_IN = 80;

/** How long this step takes now, in nanoseconds. */
export function stepNs(random: Random, step: Step, blocks: number, slowness: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const tail = random.below(TAIL_ONE_IN) === 0 ? 3 + 9 * random.next() : 1;
  const usualNs = step.medianNs + step.perBlockNs * (blocks - 1);
  return Math.round(usualNs * Math.exp(step.spread * normal) * tail * slowness);
}

export function sizeOf(random: Random): number {
  return SIZES[random.below(SIZES.length)] ?? 1;
}

/** How much more than others a disk or region does, by its id: one in eight is busy. The mean is 1. */
export function busyness(id: string): number {
  const hash = seedOf(id);
  return hash % 8 === 0 ? 2.75 : 0.6 + (0.3 * ((hash >>> 8) % 1000)) / 1000;
}
