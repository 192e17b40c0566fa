import { parseDuration } from './duration.ts';

/** A time that somebody wrote, or why it is not one, as a sentence. */
export type ReadTime = { readonly ms: number } | { readonly problem: string };

export const TIME_WORDS =
  "now, 2h (ago), 02:00, yesterday, 'yesterday 02:00', 2026-11-27, 2026-11-27T06:00, or with Z";

/**
 * Reads a time as people write it, on this machine's clock: a bare time of day is the last one that was, a duration so
 * long ago, `yesterday` this time of yesterday. A time that a change of the clock left out, or had twice, is refused.
 */
export function readTime(text: string, now: number): ReadTime {
  const words = text.trim().toLowerCase();
  if (words === 'now') return { ms: now };
  const ago = parseDuration(words.replace(/ ago$/, ''));
  if (ago !== null && /[a-z]/.test(words)) return { ms: now - ago };
  const day = /^(today|yesterday)(?:[ t]+(\d{1,2}:\d\d(?::\d\d)?))?$/.exec(words);
  const clock = day?.[2] ?? (/^\d{1,2}:\d\d(:\d\d)?$/.test(words) ? words : null);
  if (day !== null || clock !== null) return onDay(text, day?.[1] ?? null, clock, now);
  const date =
    /^(\d{4})-(\d\d)-(\d\d)(?:[ t](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,3})?)?)?(z|[+-]\d\d:?\d\d)?$/.exec(words);
  if (date === null) return { problem: `'${text}' is not a time; write ${TIME_WORDS}` };
  if (date[7] !== undefined) {
    const ms = Date.parse(text.trim().replace(' ', 'T'));
    return Number.isNaN(ms) ? { problem: `'${text}' is not a time; write ${TIME_WORDS}` } : { ms };
  }
  const [year, month, dayOfMonth, hour, minute, second] = date.slice(1, 7).map((part) => Number(part ?? 0));
  return local(text, [year ?? 0, (month ?? 0) - 1, dayOfMonth ?? 0, hour ?? 0, minute ?? 0, second ?? 0]);
}

function onDay(text: string, day: string | null, clock: string | null, now: number): ReadTime {
  const at = new Date(now);
  const date = (back: number) => [at.getFullYear(), at.getMonth(), at.getDate() - back] as const;
  if (clock === null) {
    const time = [at.getHours(), at.getMinutes(), at.getSeconds()] as const;
    if (day === 'today') return local(text, [...date(0), 0, 0, 0]);
    return local(text, [...date(1), ...time]);
  }
  const [hour = 0, minute = 0, second = 0] = clock.split(':').map(Number);
  if (day !== null) return local(text, [...date(day === 'today' ? 0 : 1), hour, minute, second]);
  const today = local(text, [...date(0), hour, minute, second]);
  return 'ms' in today && today.ms > now ? local(text, [...date(1), hour, minute, second]) : today;
}

type LocalParts = readonly [number, number, number, number, number, number];

/** A time on this machine's clock, which a change of summer time leaves out or has twice. */
function local(text: string, [year, month, day, hour, minute, second]: LocalParts): ReadTime {
  if (hour > 23 || minute > 59 || second > 59) return { problem: `'${text}' is not a time of day` };
  const ms = new Date(year, month, day, hour, minute, second).getTime();
  const shows = (time: number) => {
    const at = new Date(time);
    // A day before the first of a month is of the month before: only the time of day tells.
    return at.getHours() === hour && at.getMinutes() === minute && at.getSeconds() === second;
  };
  const noon = new Date(year, month, day, 12);
  // A day below 1 is counted back into the month before.
  if (day >= 1 && (noon.getDate() !== day || noon.getMonth() !== month))
    return { problem: `'${text}' is not a day` };
  if (!shows(ms)) {
    return {
      problem: `'${text}' does not exist: the clock was put forward over it; write it with Z, in UTC`,
    };
  }
  for (const apart of [30 * 60_000, 3_600_000]) {
    for (const other of [ms - apart, ms + apart]) {
      if (!shows(other) || new Date(other).getDate() !== new Date(ms).getDate()) continue;
      const both = [ms, other].toSorted((a, b) => a - b).map((time) => new Date(time).toISOString());
      return { problem: `'${text}' was twice: the clock was put back; write ${both.join(' or ')}` };
    }
  }
  return { ms };
}
