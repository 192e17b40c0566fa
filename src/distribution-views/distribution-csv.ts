import type { DistributionGroup, DistributionGrouping } from '../distribution/distribution-group.ts';
import type { ValueUnit } from '../distribution/nanoseconds.ts';
import type { Cell, Row } from '../model/column.ts';
import { byBounds } from '../model/histogram.ts';

/** The columns of a bucket, after those of its group's keys. */
export const BUCKET_COLUMNS = ['shape', 'unit', 'low', 'high', 'count'];

/**
 * Rows for a spreadsheet, one a group and bucket: the group's keys, then `shape`, `unit`, `low` and `high` (both
 * included, null where unbounded), `count`. A group without counts has one row with the count 0.
 */
export function bucketRows(grouping: DistributionGrouping, unit: ValueUnit): readonly Row[] {
  return grouping.groups.flatMap((group) =>
    bucketCells(group).map(([low, high, count]) => ({
      ...group.keys,
      shape: group.histogram.shape,
      unit: unit === 'none' ? null : unit,
      low,
      high,
      count,
    })),
  );
}

function bucketCells({ histogram }: DistributionGroup): readonly (readonly [Cell, Cell, Cell])[] {
  const counted = [...histogram.buckets].sort(byBounds).filter((bucket) => bucket.count !== 0n);
  if (counted.length === 0) return [[null, null, 0]];
  return counted.map(({ low, high, count }) => [exact(low), exact(high), String(count)]);
}

function exact(value: bigint | null): string | null {
  return value === null ? null : String(value);
}
