import { readNamedKeys } from './aggregation-keys.ts';

/** What a script of latencies printed of one interval. */
export interface TimedPrint {
  readonly text: string;
  /** When the interval began, in milliseconds since 1970 on the sled; null where the text does not say. */
  readonly beganMs: number | null;
}

/** Takes a text apart at the lines that close an interval: `interval=N elapsed_ns=N time_ns=N`. */
export function parseTimedPrints(text: string): readonly TimedPrint[] {
  const prints: TimedPrint[] = [];
  let open: string[] = [];
  for (const line of text.split('\n')) {
    const beganMs = beganIn(line);
    if (beganMs === undefined) open.push(line);
    else {
      prints.push({ text: `${open.join('\n')}\n`, beganMs });
      open = [];
    }
  }
  const rest = open.join('\n');
  // A text that ends within an interval was cut: what there is of it counts.
  return prints.length === 0 || rest.trim() !== '' ? [...prints, { text: rest, beganMs: null }] : prints;
}

/** No clock shows more, and intervals behind it still have names: a date in milliseconds ends at 8.64e15. */
const LAST_TIME = Date.parse('9999-12-31T00:00:00Z');

/** When the interval that this line closes began; null where it does not say, undefined of any other line. */
function beganIn(line: string): number | null | undefined {
  if (!line.startsWith('interval=')) return undefined;
  const words = readNamedKeys(line);
  const [elapsed, time] = [
    Number(words?.['elapsed_ns'] ?? Number.NaN),
    Number(words?.['time_ns'] ?? Number.NaN),
  ];
  const began = (time - elapsed) / 1e6;
  return began > 0 && began <= LAST_TIME ? began : null;
}

/**
 * The names of intervals of so many seconds, as `2026-11-28T02:10:00Z`: the sled's clock at the beginning of the first
 * one, rounded to whole intervals, and counted on from there. So the same interval has one name on all sleds, whose
 * scripts do not begin in the same moment, and none is there twice.
 */
export function intervalNames(seconds: number): (number: number, beganMs: number | null) => string | null {
  let first: number | null = null;
  return (number, beganMs) => {
    if (first === null && beganMs !== null) first = Math.round(beganMs / 1000 / seconds) - number;
    if (first === null) return null;
    return new Date((first + number) * seconds * 1000).toISOString().replace('.000Z', 'Z');
  };
}
