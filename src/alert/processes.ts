import type { SledOutcome } from '../model/report.ts';
import type { LastReport, Memory, SilentProcess } from './memory.ts';
import type { Upstairs } from './upstairs.ts';

/** What names a process on its sled, as long as it runs. */
export function processKey({ sled, zone, pid }: Pick<LastReport, 'sled' | 'zone' | 'pid'>): string {
  return JSON.stringify([sled, zone, pid]);
}

/**
 * The processes that run and do not report, with how long that is so. Of a sled that did not answer in full nothing is
 * known: what was known of its processes stays.
 */
export function silentProcesses(
  upstairs: readonly Upstairs[],
  outcomes: readonly SledOutcome[],
  before: Memory,
  now: number,
): Memory['silent'] {
  const reported = new Set(before.sessions.flatMap(({ last }) => (last === null ? [] : [processKey(last)])));
  const silent = upstairs
    .filter(({ health }) => health === 'no_report')
    .map((each): [string, SilentProcess] => {
      const key = processKey(each);
      const last = before.silent[key];
      const hasReported = last?.hasReported ?? reported.has(key);
      return [key, { runs: (last?.runs ?? 0) + 1, since: last?.since ?? now, hasReported }];
    });
  const inFull = new Set(outcomes.filter(isInFull).map(({ sled }) => sled.id));
  const seen = new Set(upstairs.map(processKey));
  const kept = Object.entries(before.silent).filter(([key]) => !inFull.has(sledOf(key)) && !seen.has(key));
  return Object.fromEntries([...kept, ...silent]);
}

/** Whether what is not in an answer was not there. */
export function isInFull(outcome: SledOutcome): boolean {
  return outcome.status === 'answered' && outcome.issues.length === 0;
}

function sledOf(key: string): string {
  const parts: unknown = JSON.parse(key);
  return Array.isArray(parts) ? String(parts[0]) : '';
}
