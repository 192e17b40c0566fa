import type { Row } from './column.ts';

/** The values of a bucket: from `low` to `high`, both included; null is unbounded. */
export interface BucketBounds {
  readonly low: bigint | null;
  readonly high: bigint | null;
}

/**
 * One bucket of an aggregation: the values from `low` to `high`, both included; null is unbounded. Of quantize, the
 * bucket 1024 holds 1024 to 2047, 0 holds 0, and -4 holds -7 to -4 (`dt_print_quantize` of illumos's libdtrace).
 */
export interface Bucket extends BucketBounds {
  /** Exact, whatever its size. */
  readonly count: bigint;
}

/** The counts of one distribution. Two can be added only if they have the same shape. */
export interface Histogram {
  /** `quantize`, or what tells the bucket bounds of the other kinds apart: `lquantize 0..100/10`. */
  readonly shape: string;
  /** Ascending; buckets without counts may be left out. */
  readonly buckets: readonly Bucket[];
}

/** A histogram and what it is of: `{zone, pid, type, client}` on one sled, with the sled's keys in a fleet. */
export interface Distribution {
  readonly keys: Row;
  readonly histogram: Histogram;
  /** Where it is a sum already: of how many, and the ids of the sleds that they came from. */
  readonly sum?: { readonly parts: number; readonly sleds: readonly string[] };
}

/** The sum of all counts, exact. */
export function totalCount(histogram: Histogram): bigint {
  return histogram.buckets.reduce((sum, bucket) => sum + bucket.count, 0n);
}

/** Whether the counts are those of samples: an aggregation with negative increments has no percentiles. */
export function isCountOfSamples(histogram: Histogram): boolean {
  return histogram.buckets.every((bucket) => bucket.count >= 0n);
}

/** Ascending order of buckets; an unbounded low comes first, an unbounded high last. */
export function byBounds(a: BucketBounds, b: BucketBounds): number {
  if (a.low !== b.low) {
    if (a.low === null || b.low === null) return a.low === null ? -1 : 1;
    return a.low < b.low ? -1 : 1;
  }
  if (a.high === b.high) return 0;
  if (a.high === null || b.high === null) return a.high === null ? 1 : -1;
  return a.high < b.high ? -1 : 1;
}

/** A text that two buckets share only if they hold the same values. */
export function boundsId(bounds: BucketBounds): string {
  return `${bounds.low ?? ''}..${bounds.high ?? ''}`;
}
