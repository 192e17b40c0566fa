import { styleText } from 'node:util';
import type { DistributionGroup, DistributionGrouping } from '../distribution/distribution-group.ts';
import { totalCount } from '../model/histogram.ts';
import { formatRange, formatValue } from '../distribution/nanoseconds.ts';
import { maxBucketOf, percentileOf, PERCENTILES } from '../distribution/percentile.ts';
import { printable } from '../model/printable.ts';
import { cellText } from '../drawing/cell-text.ts';
import { shortZone } from '../model/zone-name.ts';
import { type DistributionContext } from './distribution-context.ts';
import { wrapped } from '../drawing/wrap.ts';
import { displayWidth } from '../drawing/display-width.ts';
import { drawGrid, GAP } from '../drawing/grid.ts';

export interface SummaryColumn {
  readonly name: string;
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** A text for each group. */
  readonly texts: readonly string[];
}

const NUMBERS = ['cubby', 'pid', 'client'];

/** What goes first when the terminal is narrow; the other columns stay. */
const DISPENSABLE = ['rack', 'p90', 'p99.9', 'cubby', 'max', 'p50'];

/**
 * A line a group: its keys, the count, p50, p90, p99, p99.9 and the bucket of the greatest value; below, what the
 * percentiles are. Without groups it says that there is nothing to show; `sum` stands below the groups.
 */
export function* drawDistributionSummary(
  own: DistributionGrouping,
  context: DistributionContext,
  sum: DistributionGrouping | null = null,
): Iterable<string> {
  const grouping = sum === null ? own : withSum(own, sum);
  if (grouping.groups.length === 0) {
    yield 'no samples\n';
    yield* shortcomings(grouping, context);
    return;
  }
  const { columns, left } = fit(summaryColumns(grouping, context), context.width);
  const headings = columns.map(({ heading }) =>
    context.color ? styleText('bold', heading, { validateStream: false }) : heading,
  );
  const rows = grouping.groups.map((_, i) => columns.map((column) => column.texts[i] ?? ''));
  yield drawGrid(
    context.headers ? [headings, ...rows] : rows,
    columns.map((column) => column.align),
  );
  for (const line of wrapped(percentileNote(context), context.width)) yield `${line}\n`;
  if (left.length > 0) {
    const names = left.map((column) => column.name).join(', ');
    for (const line of wrapped(`(columns hidden to fit the terminal: ${names})`, context.width))
      yield `${line}\n`;
  }
  yield* shortcomings(grouping, context);
}

/** The groups, and below them what they add up to, which is called `all` where each has its own name. */
export function withSum(grouping: DistributionGrouping, sum: DistributionGrouping): DistributionGrouping {
  const name = grouping.whoseNames.at(-1);
  if (name === undefined) return grouping;
  const sums = sum.groups.map((group) => ({ ...group, keys: { ...group.keys, [name]: 'all' } }));
  return { ...grouping, groups: [...grouping.groups, ...sums] };
}

/** What was not added, and what was asked for in vain. */
export function* shortcomings(
  grouping: DistributionGrouping,
  context: DistributionContext,
): Iterable<string> {
  const lines = grouping.issues.map((issue) => printable(issue.message));
  if (grouping.absentNames.length > 0) {
    lines.push(`no distribution has a ${printable(grouping.absentNames.join(' or a '))}`);
  }
  for (const line of lines.flatMap((text) => wrapped(text, context.width))) {
    yield `${context.color ? styleText('red', line, { validateStream: false }) : line}\n`;
  }
}

/** What the percentiles of the summary are, in one sentence. */
export function percentileNote(context: DistributionContext): string {
  const range =
    '(percentiles by nearest rank, each shown as the bounds of the bucket that holds it; max too)';
  const estimate =
    '(percentiles by nearest rank, each estimated in its bucket as if samples were spread evenly over it; ' +
    'max is the bounds of its bucket)';
  return context.percentile === 'range' ? range : estimate;
}

/** Of each group its keys, its count, its percentiles and its greatest value, as texts. */
export function summaryColumns(
  grouping: DistributionGrouping,
  context: DistributionContext,
): readonly SummaryColumn[] {
  const names = [...grouping.whatNames, ...grouping.whoseNames].filter(
    (name) =>
      name !== 'serial' &&
      !(name === 'rack' && grouping.whoseNames.includes('sled')) &&
      !(name === 'cubby' && grouping.groups.every((group) => group.keys['cubby'] === null)),
  );
  const column = (
    name: string,
    align: 'left' | 'right',
    text: (group: DistributionGroup) => string,
  ): SummaryColumn => ({
    name,
    heading: cellText(name.toUpperCase()),
    align,
    texts: grouping.groups.map(text),
  });
  return [
    ...names.map((name) =>
      column(name, NUMBERS.includes(name) ? 'right' : 'left', (group) => cellText(group.keys[name])),
    ),
    column('count', 'right', (group) => String(totalCount(group.histogram))),
    ...PERCENTILES.map((percent) =>
      column(`p${percent}`, 'right', (group) => percentileText(group, percent, context)),
    ),
    column('max', 'right', (group) => maxText(group, context)),
  ];
}

function percentileText(group: DistributionGroup, percent: number, context: DistributionContext): string {
  const found = percentileOf(group.histogram, percent);
  if (found === null) return '-';
  return context.percentile === 'estimate' && found.estimate !== null
    ? formatValue(found.estimate, context.unit, context)
    : formatRange(found, context.unit, context);
}

function maxText(group: DistributionGroup, context: DistributionContext): string {
  const found = maxBucketOf(group.histogram);
  return found === null ? '-' : formatRange(found, context.unit, context);
}

interface Fitted {
  readonly columns: readonly SummaryColumn[];
  readonly left: readonly SummaryColumn[];
}

/** Makes the columns fit: volumes to their first 8 characters, zones shortened, then columns left out. */
function fit(columns: readonly SummaryColumn[], width: number | null): Fitted {
  if (width === null || widthOf(columns) <= width) return { columns, left: [] };
  let kept = columns.map(shortened);
  const left: SummaryColumn[] = [];
  for (const name of DISPENSABLE) {
    if (widthOf(kept) <= width) break;
    left.push(...kept.filter((column) => column.name === name));
    kept = kept.filter((column) => column.name !== name);
  }
  return { columns: kept, left };
}

function shortened(column: SummaryColumn): SummaryColumn {
  if (column.name === 'volume') return { ...column, texts: column.texts.map((text) => text.slice(0, 8)) };
  if (column.name === 'zone') return { ...column, texts: column.texts.map(shortZone) };
  return column;
}

function widthOf(columns: readonly SummaryColumn[]): number {
  const widths = columns.map((column) =>
    column.texts.reduce((most, text) => Math.max(most, displayWidth(text)), column.heading.length),
  );
  return widths.reduce((sum, each) => sum + each, 0) + GAP * Math.max(0, columns.length - 1);
}
