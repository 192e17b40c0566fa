/**
 * Says how long the first process of a system (on illumos, of a zone) has been running: `[[dd-]hh:]mm:ss`, the same in
 * illumos, Linux and the BSDs (POSIX, ps, etime). It is read by no clock of the sled, which may be wrong.
 */
export const UPTIME_SCRIPT = 'LC_ALL=C ps -o etime= -p 1';

/** Seconds of an elapsed time as ps writes it, or null where the text is none. */
export function parseElapsed(text: string): number | null {
  const match = /^\s*(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)\s*$/.exec(text);
  if (match === null) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}
