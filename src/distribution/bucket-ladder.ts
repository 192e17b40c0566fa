import { boundsId, byBounds, type Bucket, type BucketBounds, type Histogram } from '../model/histogram.ts';

/** Values that quantize tells apart: -2^62 … -1, 0, 1 … 2^62 (127 buckets, `DTRACE_QUANTIZE_NBUCKETS`). */
const LARGEST_POWER = 62n;
const INT64_MIN = -(2n ** 63n);

/** The shape of a power-of-two histogram. */
export const QUANTIZE = 'quantize';

/** The shape of `lquantize(v, low, high, step)`: `lquantize 0..100/10`. */
export function lquantizeShape(low: bigint, high: bigint, step: bigint): string {
  return `lquantize ${low}..${high}/${step}`;
}

/** The shape of `llquantize(v, factor, low, high, steps)`: `llquantize 10^3..9/20`. */
export function llquantizeShape(factor: bigint, low: bigint, high: bigint, steps: bigint): string {
  return `llquantize ${factor}^${low}..${high}/${steps}`;
}

/** The values in the bucket of quantize that prints as `label`; null where quantize has no such bucket. */
export function quantizeBounds(label: bigint): BucketBounds | null {
  if (label === 0n) return { low: 0n, high: 0n };
  const size = label < 0n ? -label : label;
  if ((size & (size - 1n)) !== 0n || size > 1n << LARGEST_POWER) return null;
  if (label > 0n) return { low: label, high: label * 2n - 1n };
  // The last bucket takes the one value that has no positive counterpart too.
  return { low: size === 1n << LARGEST_POWER ? INT64_MIN : label * 2n + 1n, high: label };
}

/**
 * Every bucket of a shape, ascending, those at the ends included. Null for a shape that is not one of the three
 * above: a histogram that was read from a text may not show how far its buckets reach.
 */
export function ladderOf(shape: string): readonly BucketBounds[] | null {
  if (shape === QUANTIZE) return quantizeLadder();
  const linear = /^lquantize (-?\d+)\.\.(-?\d+)\/([1-9]\d*)$/.exec(shape);
  if (linear !== null) return linearLadder(big(linear[1]), big(linear[2]), big(linear[3]));
  const logLinear = /^llquantize ([1-9]\d*)\^(\d+)\.\.(\d+)\/([1-9]\d*)$/.exec(shape);
  if (logLinear === null) return null;
  return logLinearLadder(big(logLinear[1]), big(logLinear[2]), big(logLinear[3]), big(logLinear[4]));
}

/** What DTrace prints for a bucket: the bound next to zero of quantize, the lower bound of the others. */
export function bucketLabel(shape: string, { low, high }: BucketBounds): string {
  if (low === null) return high === null ? 'any' : `< ${high + 1n}`;
  if (high === null) return `>= ${low}`;
  return String(shape === QUANTIZE && low < 0n ? high : low);
}

/**
 * The buckets of a histogram with the empty ones that it may leave out, ascending: all of its shape. Of a shape whose
 * reach is not known, or that the buckets do not fit, those that it came with.
 */
export function filledBuckets(histogram: Histogram): readonly Bucket[] {
  const own = [...histogram.buckets].sort(byBounds);
  const ladder = ladderOf(histogram.shape);
  if (ladder === null) return own;
  const known = new Set(ladder.map(boundsId));
  if (!own.every((bucket) => known.has(boundsId(bucket)))) return own;
  const counts = new Map(own.map((bucket) => [boundsId(bucket), bucket.count]));
  return ladder.map((bounds) => ({ ...bounds, count: counts.get(boundsId(bounds)) ?? 0n }));
}

function big(text: string | undefined): bigint {
  return BigInt(text ?? '0');
}

function quantizeLadder(): readonly BucketBounds[] {
  const labels = [0n];
  for (let power = 0n; power <= LARGEST_POWER; power++) {
    labels.unshift(-(1n << power));
    labels.push(1n << power);
  }
  return labels.flatMap((label) => quantizeBounds(label) ?? []);
}

/** Levels that `lquantize` can have; more is not one that the compiler took. */
const MOST_LEVELS = 65_535n;

function linearLadder(low: bigint, high: bigint, step: bigint): readonly BucketBounds[] | null {
  const levels = (high - low) / step;
  if (levels < 1n || levels > MOST_LEVELS) return null;
  return fromLowerBounds(Array.from({ length: Number(levels) + 1 }, (_, i) => low + BigInt(i) * step));
}

/** The walk of `dt_print_llquantize`: in each magnitude `steps` equal buckets, or as many as it has values. */
function logLinearLadder(
  factor: bigint,
  low: bigint,
  high: bigint,
  steps: bigint,
): readonly BucketBounds[] | null {
  if (factor < 2n || high < low || high > 63n || steps > MOST_LEVELS) return null;
  const lows: bigint[] = [];
  let value = factor ** low;
  for (let order = low; order <= high; order++) {
    const next = factor ** (order + 1n);
    const step = next > steps ? next / steps : 1n;
    // Buckets that do not meet the next magnitude are none that DTrace makes.
    if ((next - value) % step !== 0n || (next - value) / step > MOST_LEVELS) return null;
    for (; value < next; value += step) lows.push(value);
  }
  return fromLowerBounds([...lows, value]);
}

function fromLowerBounds(lows: readonly bigint[]): readonly BucketBounds[] {
  const below = { low: null, high: (lows[0] ?? 0n) - 1n };
  return [
    below,
    ...lows.map((low, i) => {
      const next = lows[i + 1];
      return { low, high: next === undefined ? null : next - 1n };
    }),
  ];
}
