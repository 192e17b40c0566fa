import { createLineFeed } from '../parse/line-feed.ts';
import type { SledStep } from './steps.ts';

/** When the answer to a question came, by the run's monotonic clock. */
interface Arrival {
  readonly ask: string;
  readonly line: string;
  readonly atMs: number;
}

/** Notes when a sled answers each question: the sled itself has no clock that is fine enough, whatever its shell. */
export interface Arrivals {
  /** Standard output, as it arrives. */
  hear(sled: string, text: string): void;
  /** The answers that came from it so far, a line each: those of a visit that failed too. */
  textOf(sled: string): string;
  /** Milliseconds that each step took on a sled whose command began at that time. */
  msOf(sled: string, fromMs: number): ReadonlyMap<SledStep, number>;
}

/** Which step a question is of; the others take no time that is worth a word. */
const STEP_OF: Readonly<Record<string, SledStep>> = {
  clock: 'shell',
  login: 'shell',
  sh: 'sh',
  awk: 'awk',
  checksum: 'checksum',
  home: 'home',
  crucible: 'crucible',
  versions: 'versions',
  dtrace_version: 'versions',
  utils_version: 'versions',
  leftovers: 'leftovers',
  dtrace: 'dtrace',
  probes: 'probes',
};

export function createArrivals(elapsed: () => number): Arrivals {
  const heard = new Map<
    string,
    { readonly feed: ReturnType<typeof createLineFeed>; readonly list: Arrival[] }
  >();
  return {
    hear(sled, text) {
      const { feed, list } = heard.get(sled) ?? { feed: createLineFeed(), list: [] };
      heard.set(sled, { feed, list });
      for (const line of feed.push(text)) {
        const ask = /^ask=(\w+)/.exec(line)?.[1];
        if (ask !== undefined) list.push({ ask, line, atMs: elapsed() });
      }
    },
    textOf(sled) {
      return (heard.get(sled)?.list ?? []).map(({ line }) => line).join('\n');
    },
    msOf(sled, fromMs) {
      const steps = new Map<SledStep, number>();
      let lastMs = fromMs;
      for (const { ask, atMs } of heard.get(sled)?.list ?? []) {
        const step = STEP_OF[ask];
        if (step !== undefined) steps.set(step, (steps.get(step) ?? 0) + atMs - lastMs);
        lastMs = atMs;
      }
      return steps;
    },
  };
}
