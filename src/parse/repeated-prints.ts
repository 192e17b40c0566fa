import { boundsId, totalCount, type Distribution, type Histogram } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import type { PrintHabits } from './print-habits.ts';
import { printSeries, withKey, type PrintPlace } from './print-series.ts';

/** A histogram as it was printed, once. */
export interface PrintedHistogram extends Distribution {
  readonly place: PrintPlace;
  /** Its counts are quotients: see `Picture`. */
  readonly isQuotient: boolean;
  /** Rows of it are missing. */
  readonly isCut: boolean;
}

/** What prints come to: nothing is a sum of what may hold the same samples, or be of two aggregations. */
export interface SettledPrints {
  readonly distributions: readonly Distribution[];
  /** How prints of equal keys were taken, where that is certain or the common case. */
  readonly notes: readonly string[];
  /** Where it is neither: each print is there by itself, with its number as a key. */
  readonly issues: readonly Issue[];
}

/**
 * Makes of all prints of a text what they say together. Of an aggregation that is never emptied the last print of each
 * key holds the others; of one that is emptied with each print all count, and whoever groups them adds them. Where
 * that is not known, prints that only grow are the former and prints that only fall the latter. Aggregations with
 * equal keys are told apart by title, by place under one line of keys, or by their order in a record or at the end.
 * What cannot be told is kept one by one, under the key `print`, and said.
 */
export function settlePrints(printed: readonly PrintedHistogram[], habits: PrintHabits): SettledPrints {
  const series = printSeries(printed, habits, (members) => gapsOf(members).has('falls'));
  const falling = series.filter(({ members }) => gapsOf(members).has('falls'));
  const falls = new Set(falling.map(({ aggregation }) => aggregation));
  const distributions: Distribution[] = [];
  const found = { last: 0, added: 0, unclear: 0, shared: 0, quotients: 0 };
  for (const { keys, members, isShared, aggregation } of series) {
    const times = members.length;
    const verdict = isShared ? 'shared' : judge(members, habits, falls.has(aggregation));
    if (times > 1) found[verdict] = Math.max(found[verdict], times);
    const kept = verdict === 'last' ? lastOf(members) : members;
    const isApart = times > 1 && verdict !== 'last' && verdict !== 'added';
    for (const [i, { histogram }] of kept.entries()) {
      distributions.push({ keys: isApart ? withKey(keys, 'print', i + 1) : keys, histogram });
    }
  }
  return { distributions, ...said(found, habits, printed) };
}

type Verdict = 'last' | 'added' | 'unclear' | 'shared' | 'quotients';

function said(
  found: Readonly<Record<Verdict, number>>,
  habits: PrintHabits,
  printed: readonly PrintedHistogram[],
): Pick<SettledPrints, 'notes' | 'issues'> {
  const notes: string[] = [];
  const issues: Issue[] = [];
  const times = (count: number): string => `histograms were printed up to ${count} times`;
  if (found.last > 0) {
    notes.push(
      habits.resets === 'never'
        ? 'the script prints histograms several times and never empties them: the last of each is taken'
        : `${times(found.last)}, each holding the one before: the last of each is taken`,
    );
  }
  if (found.added > 0 && habits.resets !== 'each_print') {
    notes.push(`${times(found.added)} with counts that fall: all are added`);
  }
  if (printed.some(({ isQuotient }) => isQuotient || habits.normalizes)) {
    notes.push(
      'counts of histograms are quotients, since the script normalizes them: they are less than what it counted',
    );
  }
  if (found.quotients > 0)
    notes.push(`${times(found.quotients)}: each is shown by itself, since quotients do not add up`);
  if (found.unclear > 0) {
    const message = `${times(found.unclear)} with counts that grow and fall, so it is unknown which prints include others: each is shown by itself`;
    issues.push({ code: 'contradiction', message });
  }
  if (found.shared > 0) {
    const message = `${times(found.shared)} with equal keys, perhaps by several aggregations, so it is unknown which belong together: each is shown by itself; to tell them apart, give each aggregation a key, such as @a["reads", …]`;
    issues.push({ code: 'contradiction', message });
  }
  return { notes, issues };
}

/** How prints of one aggregation and equal keys are to be taken. */
function judge(members: readonly PrintedHistogram[], habits: PrintHabits, othersFall: boolean): Verdict {
  if (members.length === 1) return 'last';
  const gaps = gapsOf(members);
  const areQuotients = habits.normalizes || members.some(({ isQuotient }) => isQuotient);
  if (habits.resets === 'never') return areQuotients || !gaps.has('falls') ? 'last' : 'unclear';
  if (areQuotients) return 'quotients';
  if (habits.resets === 'each_print') return 'added';
  if (gaps.size === 0) return 'last';
  if (!gaps.has('grows')) return 'added';
  return gaps.has('falls') || othersFall ? 'unclear' : 'last';
}

/** The last print; of one that is cut the one before holds more. */
function lastOf(members: readonly PrintedHistogram[]): readonly PrintedHistogram[] {
  const whole = members.filter(({ isCut }) => !isCut);
  return (whole.length > 0 ? whole : members).slice(-1);
}

/**
 * What happens from one whole print to the next; where the first of two is empty, both ways of taking them are the
 * same.
 */
function gapsOf(members: readonly PrintedHistogram[]): ReadonlySet<'grows' | 'falls'> {
  const gaps = new Set<'grows' | 'falls'>();
  const whole = members.filter(({ isCut }) => !isCut);
  for (const [i, { histogram }] of whole.entries()) {
    const before = whole[i - 1]?.histogram;
    if (before === undefined || totalCount(before) === 0n) continue;
    gaps.add(holds(histogram, before) ? 'grows' : 'falls');
  }
  return gaps;
}

/** Whether every bucket has as many counts as before, and more perhaps. */
function holds(later: Histogram, earlier: Histogram): boolean {
  const counts = new Map(later.buckets.map((bucket) => [boundsId(bucket), bucket.count]));
  return earlier.buckets.every((bucket) => (counts.get(boundsId(bucket)) ?? 0n) >= bucket.count);
}
