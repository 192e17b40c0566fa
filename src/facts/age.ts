import type { Origin } from './fact-set.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How old what a source says is: `now`, `26h old`, `file of 26h ago`, `of unknown age`. */
export function ageText({ asOf, isNow, isFileTime }: Origin, now: number): string {
  if (isNow) return 'now';
  if (asOf === null) return 'of unknown age';
  const age = shortAge(now - asOf);
  return isFileTime ? `file of ${age} ago` : `${age} old`;
}

/** `12s`, `5m`, `26h`, `3d`; a time that is yet to come is said to be so. */
export function shortAge(ms: number): string {
  if (ms < -MINUTE) return `${shortAge(-ms)} in the future, a negative age`;
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / 1000))}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m`;
  return ms < 2 * DAY ? `${Math.floor(ms / HOUR)}h` : `${Math.floor(ms / DAY)}d`;
}
