import { csvRecord } from '../drawing/csv-record.ts';
import type { Cell } from '../model/column.ts';
import type { DistributionGroup, DistributionGrouping } from '../distribution/distribution-group.ts';
import { describeError } from '../model/error.ts';
import { byBounds } from '../model/histogram.ts';
import type { ValueUnit } from '../distribution/nanoseconds.ts';
import type { SledOutcome } from '../model/report.ts';

/**
 * RFC 4180, one line a group and bucket, after the columns of the group's keys: `shape`, `unit`, `low` and `high`
 * (both included, empty where unbounded), `count`. A group without counts has one line with the count 0. In groups a
 * sled, each of `outcomes` that no group is of has a line with `sled_status` and `sled_error`.
 */
export function* distributionCsv(
  grouping: DistributionGrouping,
  outcomes: readonly SledOutcome[],
  context: { readonly headers: boolean; readonly unit: ValueUnit },
): Iterable<string> {
  const names = [...grouping.whatNames, ...grouping.whoseNames];
  const isBySled = grouping.whoseNames.includes('sled');
  const status = isBySled ? ['sled_status', 'sled_error'] : [];
  if (context.headers) yield csvRecord([...names, 'shape', 'unit', 'low', 'high', 'count', ...status]);
  const unit = context.unit === 'none' ? null : context.unit;
  for (const group of grouping.groups) {
    const keys = names.map((name) => group.keys[name] ?? null);
    for (const bucket of bucketCells(group)) {
      yield csvRecord([
        ...keys,
        group.histogram.shape,
        unit,
        ...bucket,
        ...(isBySled ? ['answered', null] : []),
      ]);
    }
  }
  if (!isBySled) return;
  for (const outcome of outcomes) {
    if (grouping.groups.some((group) => group.sleds.includes(outcome.sled.id))) continue;
    yield csvRecord([...names.map((name) => sledCell(outcome, name)), ...NO_BUCKET, ...statusCells(outcome)]);
  }
}

const NO_BUCKET = [null, null, null, null, null];

function bucketCells({ histogram }: DistributionGroup): readonly (readonly Cell[])[] {
  const counted = [...histogram.buckets].sort(byBounds).filter((bucket) => bucket.count !== 0n);
  if (counted.length === 0) return [[null, null, 0]];
  return counted.map(({ low, high, count }) => [exact(low), exact(high), String(count)]);
}

function exact(value: bigint | null): string | null {
  return value === null ? null : String(value);
}

function sledCell({ sled }: SledOutcome, name: string): Cell {
  switch (name) {
    case 'sled':
      return sled.id;
    case 'rack':
      return sled.rack;
    case 'serial':
      return sled.serial;
    case 'cubby':
      return sled.cubby;
    default:
      return null;
  }
}

function statusCells(outcome: SledOutcome): readonly Cell[] {
  if (outcome.status === 'answered') return ['answered', null];
  return ['failed', `${outcome.error.code}: ${describeError(outcome.error)}`];
}
