/** Progress of a repair that was watched: so many extents in so many seconds. */
export interface Pace {
  readonly moved: number;
  readonly seconds: number;
}

/** Extents a second: what a count of chance events in that time allows. */
export interface RateRange {
  readonly least: number;
  readonly most: number;
}

/** Seconds until a repair is over; `most` is null where it may never be. */
export interface Eta {
  readonly least: number;
  readonly most: number | null;
}

/** Reconciliation counts tasks: close, repair, noop and reopen of each extent. */
export const TASKS_PER_EXTENT = 4;

/** So many standard deviations of a count to either side: nineteen of twenty. */
const DEVIATIONS = 2;

/** Without progress for so long a repair is stalled, as for `check`. */
export const STALLED_SECONDS = 120;

/**
 * The rates that explain what was watched. Extents come one by one and not evenly: 25 in five seconds are a rate of 3 to
 * 7, 3,000 in ten minutes one of 4.8 to 5.2. Several watches span a range together.
 */
export function rateRange(paces: readonly Pace[]): RateRange | null {
  const ranges = paces
    .filter(({ seconds, moved }) => seconds > 0 && moved >= 0)
    .map(({ moved, seconds }) => {
      const spread = DEVIATIONS * Math.sqrt(moved) + 1;
      return { least: Math.max(0, moved - spread) / seconds, most: (moved + spread) / seconds };
    });
  if (ranges.length === 0) return null;
  return {
    least: Math.min(...ranges.map(({ least }) => least)),
    most: Math.max(...ranges.map(({ most }) => most)),
  };
}

/** How long so many extents take; null where that is not known, or nothing moved. */
export function etaOf(left: number | null, paces: readonly Pace[]): Eta | null {
  const rate = rateRange(paces);
  if (left === null || rate === null || paces.every(({ moved }) => moved === 0)) return null;
  return {
    least: Math.floor(left / rate.most),
    most: rate.least <= 0 ? null : Math.ceil(left / rate.least),
  };
}

/** What live repairs of a downstairs came to in a session: counters that are never set back. */
export interface RepairCounters {
  readonly completed: number | null;
  readonly aborted: number | null;
  /** Extents repaired and confirmed, together. */
  readonly extents: number | null;
  /** Whether one runs. */
  readonly isRunning: boolean;
}

/**
 * How many extents each downstairs of an upstairs has, by one whose live repairs are all over: each went over all of
 * them. Null where one was aborted, or none was completed.
 */
export function extentsBy({ completed, aborted, extents, isRunning }: RepairCounters): number | null {
  if (isRunning || completed === null || extents === null || aborted !== 0) return null;
  if (completed < 1 || extents < 1 || extents % completed !== 0) return null;
  return extents / completed;
}
