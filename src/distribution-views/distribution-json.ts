import type { Cell, Row } from '../model/column.ts';
import type { ComparedGroup, Comparison, CompareSettings } from '../distribution/distribution-compare.ts';
import { COMPARE_TEST } from '../distribution/distribution-compare.ts';
import type { DistributionGroup, DistributionGrouping } from '../distribution/distribution-group.ts';
import { byBounds, totalCount, type BucketBounds } from '../model/histogram.ts';
import type { ValueUnit } from '../distribution/nanoseconds.ts';
import { maxBucketOf, percentileOf, PERCENTILES } from '../distribution/percentile.ts';
import { printable } from '../model/printable.ts';

/** An integer as JSON can hold it: a number while every reader gets it exactly, else its digits as a text. */
export function exactJson(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Groups as programs read them (docs/distributions.schema.json); buckets without counts are left out. */
export function distributionsJson(
  grouping: DistributionGrouping,
  unit: ValueUnit,
  compared: { readonly settings: CompareSettings; readonly comparisons: readonly Comparison[] } | null = null,
): Record<string, unknown> {
  return {
    by: grouping.by.map(printable),
    keys: [...grouping.whatNames, ...grouping.whoseNames].map(printable),
    absent_keys: grouping.absentNames.map(printable),
    unit: unit === 'none' ? null : unit,
    percentile_definition: 'nearest_rank',
    groups: grouping.groups.map(groupJson),
    issues: grouping.issues.map(({ code, message }) => ({ code, message })),
    comparison: compared === null ? null : comparisonJson(compared.settings, compared.comparisons),
  };
}

/** Each group for line-by-line readers: its unit, and what `distributionsJson` says of it. */
export function* distributionLines(
  grouping: DistributionGrouping,
  unit: ValueUnit,
): Iterable<Record<string, unknown>> {
  for (const group of grouping.groups) {
    yield { unit: unit === 'none' ? null : unit, ...groupJson(group) };
  }
}

function groupJson({ keys, histogram, parts, sleds }: DistributionGroup): Record<string, unknown> {
  const found = PERCENTILES.map((percent) => [nameOf(percent), percentileOf(histogram, percent)] as const);
  const max = maxBucketOf(histogram);
  return {
    keys: keysJson(keys),
    shape: printable(histogram.shape),
    distributions: parts,
    sleds,
    count: exactJson(totalCount(histogram)),
    percentiles: Object.fromEntries(
      found.map(([name, percentile]) => [
        name,
        percentile === null
          ? null
          : {
              ...boundsJson(percentile),
              estimate: exactOrNull(percentile.estimate),
              method: percentile.method,
            },
      ]),
    ),
    max: max === null ? null : boundsJson(max),
    buckets: [...histogram.buckets]
      .sort(byBounds)
      .filter((bucket) => bucket.count !== 0n)
      .map((bucket) => ({ ...boundsJson(bucket), count: exactJson(bucket.count) })),
  };
}

/** `p99_9` of 99.9. */
function nameOf(percent: number): string {
  return `p${String(percent).replace('.', '_')}`;
}

function comparisonJson(
  settings: CompareSettings,
  comparisons: readonly Comparison[],
): Record<string, unknown> {
  return {
    test: COMPARE_TEST,
    significance: settings.significance,
    min_samples: settings.minSamples,
    min_distance: settings.minDistance,
    min_tail_shift: settings.minTailShift,
    sections: comparisons.map((comparison) => ({
      keys: keysJson(comparison.what),
      shape: printable(comparison.shape),
      notes: comparison.notes.map(printable),
      groups: comparison.groups.map(comparedJson),
    })),
  };
}

function comparedJson({ group, samples, verdict, departure }: ComparedGroup): Record<string, unknown> {
  return {
    keys: keysJson(group.keys),
    count: exactJson(samples),
    verdict,
    distance: departure?.distance ?? null,
    p_value: departure?.chance ?? null,
    p_value_adjusted: departure?.adjustedChance ?? null,
    direction: departure?.direction ?? null,
    median_shift: departure?.medianShift ?? null,
    p99_shift: departure?.p99Shift ?? null,
  };
}

function keysJson(keys: Row): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(keys).map(([name, cell]) => [
      printable(name),
      typeof cell === 'string' ? printable(cell) : cell,
    ]),
  );
}

function boundsJson({ low, high }: BucketBounds): Record<string, unknown> {
  return { low: exactOrNull(low), high: exactOrNull(high) };
}

function exactOrNull(value: bigint | null): number | string | null {
  return value === null ? null : exactJson(value);
}
