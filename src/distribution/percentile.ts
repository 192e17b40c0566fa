import {
  byBounds,
  isCountOfSamples,
  totalCount,
  type BucketBounds,
  type Histogram,
} from '../model/histogram.ts';

/** The percentiles of every summary. */
export const PERCENTILES = [50, 90, 99, 99.9] as const;

/**
 * How an estimate was made. `exact`: the bucket holds one value. `linear`: the samples of the bucket are taken as
 * spread evenly over its values. `none`: the bucket is unbounded, so there is no estimate.
 */
export type EstimateMethod = 'exact' | 'linear' | 'none';

/** A percentile as far as buckets tell it: the true one lies within the bounds, for certain. */
export interface Percentile extends BucketBounds {
  readonly percent: number;
  readonly estimate: bigint | null;
  readonly method: EstimateMethod;
}

/** Millionths of a percent that `percent` is rounded to, so that ranks are exact whatever the count. */
const PRECISION = 1_000_000;

/**
 * The percentile by nearest rank: of n samples in ascending order, the one with the number ceil(n × percent / 100),
 * the first for a percentage near 0. A histogram tells only the bucket of that sample, which is the answer. Null
 * for a histogram without samples, or with negative counts. `percent` is above 0 and at most 100.
 */
export function percentileOf(histogram: Histogram, percent: number): Percentile | null {
  if (!(percent > 0 && percent <= 100)) throw new RangeError(`a percentile of ${percent}`);
  const total = totalCount(histogram);
  if (total === 0n || !isCountOfSamples(histogram)) return null;
  const scale = 100n * BigInt(PRECISION);
  const rank = max(1n, (total * BigInt(Math.round(percent * PRECISION)) + scale - 1n) / scale);
  let before = 0n;
  for (const { low, high, count } of [...histogram.buckets].sort(byBounds)) {
    if (before + count >= rank) return { percent, low, high, ...estimate(low, high, rank - before, count) };
    before += count;
  }
  return null;
}

/** The bucket of the greatest sample; null without samples. */
export function maxBucketOf(histogram: Histogram): BucketBounds | null {
  const found = percentileOf(histogram, 100);
  return found === null ? null : { low: found.low, high: found.high };
}

/** The middle of the part of the bucket that belongs to its sample number `rank` of `count`. */
function estimate(
  low: bigint | null,
  high: bigint | null,
  rank: bigint,
  count: bigint,
): { readonly estimate: bigint | null; readonly method: EstimateMethod } {
  if (low === null || high === null) return { estimate: null, method: 'none' };
  if (low === high) return { estimate: low, method: 'exact' };
  return { estimate: low + ((high - low + 1n) * (2n * rank - 1n)) / (2n * count), method: 'linear' };
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
