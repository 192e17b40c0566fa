import { bucketLabel, filledBuckets, QUANTIZE } from '../distribution/bucket-ladder.ts';
import type { DistributionGroup } from '../distribution/distribution-group.ts';
import type { Bucket, Histogram } from '../model/histogram.ts';
import { formatNanosecondRange, formatNanoseconds } from '../distribution/nanoseconds.ts';
import { wrapped } from '../drawing/wrap.ts';
import { keysTitle, type DistributionContext } from './distribution-context.ts';

/** Of DTrace: columns of the value, of the bar, and of the count. */
const VALUE = 16;
const BAR = 40;
const COUNT = 9;

const TITLE = ' Distribution ';

/**
 * DTrace's own picture of each group under a title, an empty line before each. Off a terminal it is what
 * `dt_print_quantize` prints, to the byte; on one, the bar takes the width that there is.
 */
export function* drawHistograms(
  groups: readonly DistributionGroup[],
  context: DistributionContext,
): Iterable<string> {
  for (const { keys, histogram } of groups) {
    const lines = wrapped(`  ${keysTitle(keys)}`, context.width, '    ').map((line) => line.trimEnd());
    yield `\n${lines.join('\n')}${drawHistogram(histogram, context)}`;
  }
}

/** One histogram with the newline that comes before it, as libdtrace prints it. */
export function drawHistogram(
  histogram: Histogram,
  context: Pick<DistributionContext, 'width' | 'unicode' | 'unit' | 'human'>,
): string {
  const rows = pictureRows(histogram);
  const labels = rows.map((row) => bucketLabel(histogram.shape, row));
  const times =
    context.human && context.unit === 'ns' ? rows.map((row) => timeLabel(histogram, row, context)) : [];
  const layout = fit(labels, times, rows, context.width);
  const total = rows.reduce((sum, row) => sum + size(row.count), 0n);
  const draw = barDrawer(rows, total, layout.bar);
  const time = (text: string) => (layout.time === 0 ? '' : `${text.padStart(layout.time)} `);
  const lines = rows.map((row, i) => {
    const value = (labels[i] ?? '').padStart(layout.value);
    return `${value} ${time(times[i] ?? '')}${draw(row.count)} ${String(row.count).padEnd(layout.count)}\n`;
  });
  const header = `${'value'.padStart(layout.value)} ${time('')} ${title(layout.bar)} ${'count'.padEnd(layout.count)}\n`;
  return `\n${header}${lines.join('')}`;
}

/**
 * The rows that DTrace prints: from one bucket before the first that is not zero to one after the last, within what
 * the shape has. A histogram whose reach is not known has the buckets that it came with.
 */
function pictureRows(histogram: Histogram): readonly Bucket[] {
  const all = filledBuckets(histogram);
  const first = all.findIndex((bucket) => bucket.count !== 0n);
  if (first === -1) return emptyRows(histogram.shape, all);
  const last = all.findLastIndex((bucket) => bucket.count !== 0n);
  return all.slice(Math.max(0, first - 1), last + 2);
}

/** -1, 0 and 1 of quantize; the first buckets of the others. */
function emptyRows(shape: string, all: readonly Bucket[]): readonly Bucket[] {
  if (shape !== QUANTIZE) return all.slice(0, shape.startsWith('llquantize') ? 2 : 3);
  return all.filter(({ low }) => low !== null && low >= -1n && low <= 1n);
}

function timeLabel(histogram: Histogram, row: Bucket, context: Pick<DistributionContext, 'unicode'>): string {
  if (row.low === null || row.high === null) return formatNanosecondRange(row, context);
  return formatNanoseconds(histogram.shape === QUANTIZE && row.low < 0n ? row.high : row.low, context);
}

interface Layout {
  readonly value: number;
  /** 0: no times. */
  readonly time: number;
  readonly bar: number;
  readonly count: number;
}

/** Gives the bar what the other columns leave; where that is little, those shrink to what they hold. */
function fit(
  labels: readonly string[],
  times: readonly string[],
  rows: readonly Bucket[],
  width: number | null,
): Layout {
  const time = Math.max(0, ...times.map((text) => text.length));
  if (width === null) return { value: VALUE, time, bar: BAR, count: COUNT };
  const counts = Math.max('count'.length, ...rows.map((row) => String(row.count).length));
  const values = Math.max('value'.length, ...labels.map((label) => label.length));
  const layouts = [
    { value: Math.max(VALUE, values), time, count: Math.max(COUNT, counts) },
    { value: values, time, count: counts },
  ].map((columns) => ({ ...columns, bar: width - taken(columns) }));
  const small = { value: values, time: 0, count: counts };
  return (
    layouts.find((layout) => layout.bar >= TITLE.length) ?? {
      ...small,
      bar: Math.max(1, width - taken(small)),
    }
  );
}

/** All columns but the bar, with the blanks and the `|` between them. */
function taken(columns: Omit<Layout, 'bar'>): number {
  return columns.value + 1 + (columns.time === 0 ? 0 : columns.time + 1) + 1 + 1 + columns.count;
}

function title(bar: number): string {
  if (bar < TITLE.length) return '-'.repeat(bar);
  const dashes = bar - TITLE.length;
  return `${'-'.repeat(Math.floor(dashes / 2))}${TITLE}${'-'.repeat(Math.ceil(dashes / 2))}`;
}

/** Bars to the right of the `|`; to its left where counts are negative; half to each side where both occur. */
function barDrawer(rows: readonly Bucket[], total: bigint, width: number): (count: bigint) => string {
  const positives = rows.some((row) => row.count > 0n);
  const negatives = rows.some((row) => row.count < 0n);
  const marks = (count: bigint, length: number) => '@'.repeat(depthOf(count, total, length));
  if (!negatives) return (count) => `|${marks(count, width).padEnd(width)}`;
  if (!positives) return (count) => `${marks(count, width).padStart(width)}|`;
  const left = Math.floor(width / 2);
  const right = width - left;
  return (count) =>
    count <= 0n
      ? `${marks(count, left).padStart(left)}|${' '.repeat(right)}`
      : `${' '.repeat(left)}|${marks(count, left).padEnd(right)}`;
}

/** floor(length × |count| / total + 0.5), exactly. */
function depthOf(count: bigint, total: bigint, length: number): number {
  if (total === 0n) return 0;
  return Number((2n * BigInt(length) * size(count) + total) / (2n * total));
}

function size(count: bigint): bigint {
  return count < 0n ? -count : count;
}
