import { formatDuration } from '../model/duration.ts';
import type { Issue } from '../model/issue.ts';

/** A time without a program that is worth a word: a report comes each second. */
const GAP_MS = 1_500;

/** The times in which no program watched a sled. */
export interface WatchGaps {
  /** Something came of this program. */
  readonly heard: (program: number) => void;
  /** It ended, for this reason. */
  readonly ended: (program: number, why: string) => void;
  /** No program watches now that one did. */
  readonly isOpen: () => boolean;
  /** Each gap as an issue; one that is open lasts until now. */
  readonly issues: () => readonly Issue[];
}

interface Gap {
  readonly fromMs: number;
  readonly why: string;
}

/** Gaps of a watch that begins now (monotonic milliseconds). */
export function createWatchGaps(now: () => number): WatchGaps {
  const startedMs = now();
  const running = new Set<number>();
  const closed: Issue[] = [];
  let open: Gap | null = null;
  const issuesOf = (gap: Gap | null, end: string): readonly Issue[] => {
    if (gap === null || now() - gap.fromMs < GAP_MS) return [];
    const long = formatDuration(now() - gap.fromMs);
    const from = formatDuration(gap.fromMs - startedMs);
    return [
      { code: 'cut', message: `not watched for ${long}${end}, from ${from} after the start: ${gap.why}` },
    ];
  };
  return {
    heard(program) {
      running.add(program);
      closed.push(...issuesOf(open, ''));
      open = null;
    },
    ended(program, why) {
      running.delete(program);
      if (running.size === 0) open ??= { fromMs: now(), why };
    },
    isOpen: () => open !== null,
    issues: () => [...closed, ...issuesOf(open, ' at the end')],
  };
}
