import { QUANTIZE } from '../distribution/bucket-ladder.ts';
import type { Bucket, Histogram } from '../model/histogram.ts';
import { barsSay } from './histogram-bars.ts';
import { bucketsOf, isFirstOfAll, isLastOfAll } from './histogram-buckets.ts';
import type { HistogramRow } from './histogram-row.ts';

/** What the rows of one picture say, and what is wrong with them, as ends of a sentence. */
export interface Picture {
  readonly histogram: Histogram;
  readonly problems: readonly PictureProblem[];
  /** The counts were divided by a number before they were printed: they are less than what was counted. */
  readonly isQuotient: boolean;
}

export interface PictureProblem {
  /** `cut`: rows are missing. `contradiction`: the rows do not agree with one another. */
  readonly kind: 'cut' | 'contradiction';
  readonly message: string;
}

/** Whether a picture without any count has as many rows as dtrace draws: three, of llquantize two. */
function isWholeEmpty(rows: readonly HistogramRow[]): boolean {
  return rows.length === 3 || (rows.length === 2 && rows[0]?.label.kind === 'below');
}

/**
 * The histogram of a picture's rows. Rows of zero are left out of quantize, whose buckets are known, and kept of the
 * other kinds, of whose buckets the picture is all that is known. A picture of dtrace begins with the
 * empty bucket before the first count and ends with the one after the last, unless the table ends there; its bars
 * tell what share of all counts a row has. Where either does not hold, rows were lost; only a script that normalizes
 * prints counts that are less than their bars say.
 */
export function pictureOf(rows: readonly HistogramRow[], mayBeQuotients = false): Picture {
  const problems: PictureProblem[] = [];
  const { shape, bounds, problem } = bucketsOf(rows.map((row) => row.label));
  if (problem !== null) problems.push({ kind: 'contradiction', message: problem });
  const buckets = rows.flatMap((row, i): readonly Bucket[] => {
    const bound = bounds[i];
    if (bound === undefined || row.count === null) return [];
    if (row.count === 0n && shape === QUANTIZE) return [];
    return [{ ...bound, count: row.count }];
  });
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) {
    problems.push({ kind: 'cut', message: 'it has no rows' });
  } else {
    if (first.count !== 0n && !isFirstOfAll(first.label)) {
      problems.push({ kind: 'cut', message: 'its first rows are missing' });
    }
    if (last.count === null) problems.push({ kind: 'cut', message: 'the count of its last row is missing' });
    else if (last.count !== 0n && !isLastOfAll(last.label)) {
      problems.push({ kind: 'cut', message: 'its last rows are missing' });
    }
    const isEmpty = rows.every((row) => row.count === 0n && row.leftEighths + row.rightEighths === 0);
    if (isEmpty && !isWholeEmpty(rows) && problems.length === 0) {
      problems.push({ kind: 'cut', message: 'rows of it are missing' });
    }
  }
  if (rows.slice(0, -1).some((row) => row.count === null)) {
    problems.push({ kind: 'cut', message: 'counts of its rows are missing' });
  }
  const bars = problems.length > 0 ? null : barsSay(rows);
  const isQuotient = mayBeQuotients && bars?.kind === 'quotients';
  if (bars !== null && bars.kind !== 'counts' && !isQuotient) {
    problems.push({
      kind: 'contradiction',
      message: `its bars do not agree with its counts, so rows may be missing or counts wrong: bucket ${bars.at.label.value}`,
    });
  }
  return { histogram: { shape, buckets }, problems, isQuotient };
}
