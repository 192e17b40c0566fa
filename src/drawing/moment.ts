import { dayText, isClockSet } from '../model/clock-set.ts';

/** `2026-11-22T10:00:03Z`: a time for people in any zone. Milliseconds since the epoch; of a clock that was not set, no time. */
export function momentText(ms: number): string {
  if (!isClockSet(ms)) return `an unknown time (the clock showed ${dayText(ms)})`;
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `45s`, `12m`, `2h05m`, `3d04h`: how long something lasts, as rough as its size. */
export function ageText(ms: number): string {
  // A clock that was set back: what it says now is before what it said then.
  if (!(ms >= 0)) return 'an unknown time (the clock was set back)';
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds}s`;
  if (hours === 0) return `${minutes}m`;
  if (hours < 24) return `${hours}h${twoDigits(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${twoDigits(hours % 24)}h`;
}

/** `again in 5s`, or `trying again` once that time has come. */
export function againText(leftMs: number): string {
  return leftMs <= 0 ? 'trying again' : `again in ${ageText(Math.ceil(leftMs / 1000) * 1000)}`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
