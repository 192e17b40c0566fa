import { styleText } from 'node:util';
import type { DistributionGroup, DistributionGrouping } from '../distribution/distribution-group.ts';
import type { Column, Row } from '../model/column.ts';
import { totalCount } from '../model/histogram.ts';
import { formatRange, formatValue } from '../distribution/nanoseconds.ts';
import { maxBucketOf, percentileOf, PERCENTILES } from '../distribution/percentile.ts';
import { printable } from '../model/printable.ts';
import { cellText } from '../drawing/cell-text.ts';
import { type DistributionContext } from './distribution-context.ts';
import { wrapped } from '../drawing/wrap.ts';
import { tableLines } from '../drawing/table-layout.ts';

/** What stands for a key of a group among the columns of a table. */
const KEY_COLUMNS: Readonly<Record<string, Partial<Column>>> = {
  rack: { ofSled: true },
  sled: { ofSled: true },
  cubby: { kind: 'count', ofSled: true },
  zone: { kind: 'zone' },
  pid: { kind: 'count' },
  client: { kind: 'count' },
  volume: { kind: 'id' },
  upstairs_id: { kind: 'id' },
  session_id: { kind: 'id' },
};

/** Of the numbers, what a narrow terminal hides first. */
const HIDDEN_FIRST = ['p90', 'p99.9', 'max', 'p50'];

/** A line a group: its keys, and its numbers as texts. */
export interface SummaryTable {
  /** Who the lines are about. */
  readonly keys: readonly Column[];
  /** The count, the percentiles and the bucket of the greatest value. */
  readonly numbers: readonly Column[];
  /** A row for each group. */
  readonly rows: readonly Row[];
}

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
  const { table, hidden } = distributionTable(grouping, context);
  for (const line of table) yield `${line}\n`;
  for (const line of wrapped(percentileNote(context), context.width)) yield `${line}\n`;
  for (const line of hidden) yield `${line}\n`;
  yield* shortcomings(grouping, context);
}

/** The lines of the groups under their headings, and those that name what a terminal has no room for. */
export function distributionTable(
  grouping: DistributionGrouping,
  context: DistributionContext,
): ReturnType<typeof tableLines> {
  if (grouping.groups.length === 0) return { table: [], hidden: [] };
  const { keys, numbers, rows } = summaryTable(grouping, context);
  return tableLines([...keys, ...numbers], rows, {
    width: context.width,
    headers: context.headers,
    cutMark: context.unicode ? '…' : '~',
    paint: (text, formats) =>
      context.color ? styleText([...formats], text, { validateStream: false }) : text,
    fullFormat: '-o wide',
  });
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
export function summaryTable(grouping: DistributionGrouping, context: DistributionContext): SummaryTable {
  const keys = [...grouping.whatNames, ...grouping.whoseNames].filter(
    (name) =>
      name !== 'serial' &&
      !(name === 'rack' && grouping.whoseNames.includes('sled')) &&
      !(name === 'cubby' && grouping.groups.every((group) => group.keys['cubby'] === null)),
  );
  const texts = new Map<string, (group: DistributionGroup) => string>([
    ['count', ({ histogram }) => String(totalCount(histogram))],
    ...PERCENTILES.map(
      (percent) =>
        [`p${percent}`, (group: DistributionGroup) => percentileText(group, percent, context)] as const,
    ),
    ['max', (group) => maxText(group, context)],
  ]);
  return {
    keys: keys.map((name) => ({
      kind: 'text',
      ...KEY_COLUMNS[name],
      ...named(name),
      role: 'identity',
    })),
    numbers: [...texts.keys()].map((name) => ({
      ...named(name),
      kind: 'count',
      role: 'counter',
      rank: HIDDEN_FIRST.includes(name) ? HIDDEN_FIRST.indexOf(name) : HIDDEN_FIRST.length,
    })),
    rows: grouping.groups.map((group) => ({
      ...group.keys,
      ...Object.fromEntries([...texts].map(([name, text]) => [name, text(group)])),
    })),
  };
}

function named(name: string): Pick<Column, 'name' | 'heading' | 'help'> {
  return { name, heading: cellText(name.toUpperCase()), help: '' };
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
