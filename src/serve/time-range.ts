import { parseDuration } from '../model/duration.ts';
import { readTime } from '../model/time-words.ts';

/** A time that a page shows; `isNow`: it goes on with the clock. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
  readonly isNow: boolean;
}

const USUAL = '1d';
/** What is shorter has no two looks; a range that goes on moves by so much. */
const LEAST_MS = 60_000;

/** What somebody wrote in an address, or why it is not a range, as a sentence. */
export function readRange(
  since: string,
  until: string,
  now: number,
): TimeRange | { readonly problem: string } {
  const to = readTime(until === '' ? 'now' : until, now);
  if ('problem' in to) return { problem: `until: ${to.problem}` };
  const from = readTime(since === '' ? USUAL : since, now);
  if ('problem' in from) return { problem: `since: ${from.problem}` };
  if (from.ms >= Math.min(to.ms, now)) return { problem: 'since must be before until, and before now' };
  const begin = Math.floor(from.ms / LEAST_MS) * LEAST_MS;
  return { from: begin, to: Math.ceil(Math.min(to.ms, now) / LEAST_MS) * LEAST_MS, isNow: to.ms >= now };
}

/** What a link to a range says. */
export interface RangeWords {
  readonly since: string;
  readonly until: string;
}

/** The last so long, as the names of links. */
export const LAST: readonly string[] = ['1h', '6h', '1d', '7d', '30d', '90d'];

/** The range moved and scaled: half of its middle, twice as much around it, what is before and behind it. */
export function movesOf(
  range: TimeRange,
  now: number,
): readonly (readonly [name: string, range: RangeWords])[] {
  const { from, to } = range;
  const length = to - from;
  return [
    ['earlier', words(from - length, from, now)],
    ['later', words(to, to + length, now)],
    ['zoom in', words(from + length / 4, to - length / 4, now)],
    ['zoom out', words(from - length / 2, to + length / 2, now)],
  ];
}

/** So many equal parts of the range, from its beginning: a link to each zooms in there. */
export function partsOf(
  { from, to }: TimeRange,
  count: number,
): readonly { readonly from: number; readonly words: RangeWords }[] {
  const step = (to - from) / count;
  return Array.from({ length: count }, (_, n) => {
    const start = from + n * step;
    return { from: start, words: words(start, start + step, Number.POSITIVE_INFINITY) };
  });
}

/** A range that ends now goes on. */
function words(from: number, to: number, now: number): RangeWords {
  const since = new Date(
    Math.round(Math.min(from, Number.isFinite(now) ? now - LEAST_MS : from)),
  ).toISOString();
  return { since, until: to >= now ? '' : new Date(Math.round(to)).toISOString() };
}

/** Whether a range is the last so long. */
export function isLast(since: string, { isNow }: TimeRange, name: string): boolean {
  return isNow && parseDuration(since === '' ? USUAL : since) === parseDuration(name);
}
