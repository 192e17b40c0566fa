import type { Row } from './column.ts';

/**
 * One bucket of an aggregation: the values from `low` to `high`, both included; null is unbounded. Of quantize, the
 * bucket 1024 holds 1024 to 2047, 0 holds 0, and -4 holds -7 to -4 (`dt_print_quantize` of illumos's libdtrace).
 */
export interface Bucket {
  readonly low: bigint | null;
  readonly high: bigint | null;
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
}
