import type { HistogramRow } from './histogram-row.ts';

/**
 * What the bars of a picture say of its counts. `counts`: each is as long as the share of its count. `quotients`: that
 * is so only if the counts are what is left of greater ones, which a script has divided by one number. Else they
 * contradict; `at` is the first row whose bar is not that of its count.
 */
export type BarsSay =
  | { readonly kind: 'counts' }
  | { readonly kind: 'quotients' | 'contradiction'; readonly at: HistogramRow };

/** Compares bars with counts, as `dt_print_quantline` of illumos's libdtrace draws them, `-x aggzoom` included. */
export function barsSay(rows: readonly HistogramRow[]): BarsSay {
  const signs = {
    positive: rows.some((row) => countOf(row) > 0n),
    negative: rows.some((row) => countOf(row) < 0n),
  };
  const sizes = rows.map((row) => sizeOf(row));
  const total = sizes.reduce((sum, size) => sum + size, 0n);
  const largest = sizes.reduce((most, size) => (size > most ? size : most), 0n);
  const wrong = rows.find((row) => !isDrawn(row, 1n, total, signs));
  if (wrong === undefined) return { kind: 'counts' };
  // The highest bar of a zoomed picture has 95 hundredths of the columns.
  if (rows.every((row) => isDrawn(row, 95n, 100n * largest, signs))) return { kind: 'counts' };
  return { kind: !signs.negative && areQuotients(rows) ? 'quotients' : 'contradiction', at: wrong };
}

interface Signs {
  readonly positive: boolean;
  readonly negative: boolean;
}

/** Whether a row's bar is as long as its count, `weight` times, has a share of the total. */
function isDrawn(row: HistogramRow, weight: bigint, total: bigint, { positive, negative }: Signs): boolean {
  const columns = positive && negative ? 20n : 40n;
  const count = weight * sizeOf(row);
  const eighths = row.encoding === 'utf8' ? eighthsOf(count, total) : 8n * columnsOf(count, total, columns);
  // A bar of both signs stands beside its own side of the middle.
  const leftward = negative && (!positive || countOf(row) < 0n);
  const length = Number(eighths);
  return row.leftEighths === (leftward ? length : 0) && row.rightEighths === (leftward ? 0 : length);
}

function columnsOf(count: bigint, total: bigint, columns: bigint): bigint {
  return total === 0n ? 0n : (2n * columns * count + total) / (2n * total);
}

function eighthsOf(count: bigint, total: bigint): bigint {
  return total === 0n ? 0n : (320n * count) / total;
}

/**
 * Whether there can be a total such that every bar shows the rounded-down share of its count. In units of the
 * divisor a count is at least what was printed, and less than one more; the bar bounds its share of the total.
 */
function areQuotients(rows: readonly HistogramRow[]): boolean {
  const sum = rows.reduce((all, row) => all + sizeOf(row), 0n);
  let least: Ratio = [sum, 1n];
  let most: Ratio = [sum + BigInt(rows.length), 1n];
  for (const row of rows) {
    const count = sizeOf(row);
    const [low, high, whole] = shareOf(row);
    if (low > 0n) most = smaller(most, [(count + 1n) * whole, low]);
    least = larger(least, [count * whole, high]);
  }
  return isLess(least, most);
}

type Ratio = readonly [bigint, bigint];

/** A bar says that the share is from `low` to less than `high`, in parts of the whole. */
function shareOf(row: HistogramRow): readonly [low: bigint, high: bigint, whole: bigint] {
  const eighths = BigInt(row.rightEighths);
  if (row.encoding === 'utf8') return [eighths, eighths + 1n, 320n];
  const columns = eighths / 8n;
  return [2n * columns - 1n, 2n * columns + 1n, 80n];
}

function isLess([a, b]: Ratio, [c, d]: Ratio): boolean {
  return a * d < c * b;
}

function smaller(a: Ratio, b: Ratio): Ratio {
  return isLess(a, b) ? a : b;
}

function larger(a: Ratio, b: Ratio): Ratio {
  return isLess(a, b) ? b : a;
}

function countOf(row: HistogramRow): bigint {
  return row.count ?? 0n;
}

function sizeOf(row: HistogramRow): bigint {
  const count = countOf(row);
  return count < 0n ? -count : count;
}
