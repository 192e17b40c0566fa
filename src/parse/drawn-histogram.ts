import { QUANTIZE } from '../distribution/bucket-ladder.ts';
import type { Bucket, Histogram } from '../model/histogram.ts';
import { bucketsOf, isFirstOfAll, isLastOfAll } from './histogram-buckets.ts';
import type { HistogramRow } from './histogram-row.ts';

/** What the rows of one picture say, and what is wrong with them, as ends of a sentence. */
export interface Picture {
  readonly histogram: Histogram;
  readonly problems: readonly PictureProblem[];
}

export interface PictureProblem {
  /** `cut`: rows are missing. `contradiction`: the rows do not agree with one another. */
  readonly kind: 'cut' | 'contradiction';
  readonly message: string;
}

/** Rows of a picture without any count. */
const EMPTY_ROWS = 3;

/**
 * The histogram of a picture's rows. Rows of zero are left out of quantize, whose buckets are known, and kept of the
 * other kinds, of whose buckets the picture is all that is known. A picture of dtrace begins with the
 * empty bucket before the first count and ends with the one after the last, unless the table ends there; its bars
 * tell what share of all counts a row has. Where either does not hold, rows were lost.
 */
export function pictureOf(rows: readonly HistogramRow[]): Picture {
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
    if (rows.every((row) => row.count === 0n) && rows.length !== EMPTY_ROWS && problems.length === 0) {
      problems.push({ kind: 'cut', message: 'rows of it are missing' });
    }
  }
  if (rows.slice(0, -1).some((row) => row.count === null)) {
    problems.push({ kind: 'cut', message: 'counts of its rows are missing' });
  }
  const wrong = problems.some((each) => each.kind === 'cut') ? null : wrongBar(rows);
  if (wrong !== null) {
    problems.push({
      kind: 'contradiction',
      message: `its bars do not agree with its counts, so that rows may be missing or counts be others: bucket ${wrong.label.value}`,
    });
  }
  return { histogram: { shape, buckets }, problems };
}

/** The first row whose bar is not as long as dtrace draws it for its share of all counts. */
function wrongBar(rows: readonly HistogramRow[]): HistogramRow | null {
  const total = rows.reduce((sum, row) => sum + sizeOf(row.count), 0n);
  const positive = rows.some((row) => (row.count ?? 0n) > 0n);
  const negative = rows.some((row) => (row.count ?? 0n) < 0n);
  const utf8 = rows.some((row) => row.encoding === 'utf8');
  const columns = positive && negative ? 20n : 40n;
  const found = rows.find((row) => {
    const count = row.count ?? 0n;
    const eighths = Number(utf8 ? eighthsOf(count, total) : 8n * columnsOf(count, total, columns));
    // A bar of both signs stands beside its own side of the middle.
    const leftward = negative && (!positive || count < 0n);
    return row.leftEighths !== (leftward ? eighths : 0) || row.rightEighths !== (leftward ? 0 : eighths);
  });
  return found ?? null;
}

function columnsOf(count: bigint, total: bigint, columns: bigint): bigint {
  return total === 0n ? 0n : (2n * columns * sizeOf(count) + total) / (2n * total);
}

function eighthsOf(count: bigint, total: bigint): bigint {
  return total === 0n ? 0n : (320n * sizeOf(count)) / total;
}

function sizeOf(count: bigint | null): bigint {
  if (count === null) return 0n;
  return count < 0n ? -count : count;
}
