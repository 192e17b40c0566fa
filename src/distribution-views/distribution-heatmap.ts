import { styleText } from 'node:util';
import { filledBuckets } from '../distribution/bucket-ladder.ts';
import type { Row } from '../model/column.ts';
import type { DistributionGroup, DistributionGrouping } from '../distribution/distribution-group.ts';
import { sectionsOf, type DistributionSection } from '../distribution/distribution-section.ts';
import {
  boundsId,
  isCountOfSamples,
  totalCount,
  type BucketBounds,
  type Histogram,
} from '../model/histogram.ts';
import { formatRange, formatValue } from '../distribution/nanoseconds.ts';
import { percentileOf } from '../distribution/percentile.ts';
import { printable } from '../model/printable.ts';
import type { SledOutcome } from '../model/report.ts';
import { keysTitle, type DistributionContext } from './distribution-context.ts';
import { displayWidth, fitting, padded } from '../drawing/display-width.ts';
import { wrapped } from '../drawing/wrap.ts';

/** From no samples to most; the first is a blank. */
const UNICODE_RAMP = [' ', '░', '▒', '▓', '█'];
const ASCII_RAMP = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];

/** Of little, some, much and most. */
const COLORS = ['gray', 'cyan', 'yellow', 'red'] as const;

/** Columns of a bucket where there is no limit, and at most. */
const CELL = 3;
const GAP = '  ';

/**
 * For each thing that is measured a picture: a row a group, a column a bucket, shaded by the bucket's share of the
 * group's own count. Each of `outcomes` has a row in each picture: a sled that did not answer, or has no samples, says
 * so in it. Lines keep to the width; where there are more buckets than columns, neighbours share one.
 */
export function* drawHeatmap(
  grouping: DistributionGrouping,
  outcomes: readonly SledOutcome[],
  context: DistributionContext,
): Iterable<string> {
  const sections = sectionsOf(grouping);
  if (sections.length === 0) {
    yield 'no samples\n';
    yield* drawRows({ columns: [], rows: heatmapRows([], {}, outcomes, context) }, context);
    return;
  }
  for (const [i, section] of sections.entries()) {
    if (i > 0) yield '\n';
    yield `${cut(sectionTitle(section, sections), context.width, context)}\n`;
    const rows = heatmapRows(section.groups, section.what, outcomes, context);
    yield* drawRows({ columns: heatmapColumns(section.sum), rows }, context);
  }
  yield '\n';
  const isPartial = outcomes.some((outcome) => outcome.status === 'answered' && outcome.issues.length > 0);
  for (const line of wrapped(legend(context, isPartial), context.width)) yield `${line}\n`;
}

interface Heatmap {
  readonly columns: readonly BucketBounds[];
  readonly rows: readonly HeatmapRow[];
}

/** A line of a heatmap: a group, or a sled without one. */
export interface HeatmapRow {
  readonly label: string;
  readonly shortLabel: string;
  /** Null: there is nothing to draw, and `message` says why. */
  readonly histogram: Histogram | null;
  readonly message: string;
  readonly isAlarm: boolean;
}

/** What a section is of; with the shape of its buckets where others measure the same in others. */
export function sectionTitle(section: DistributionSection, all: readonly DistributionSection[]): string {
  const title = keysTitle(section.what);
  const isAmbiguous = all.filter((other) => keysTitle(other.what) === title).length > 1;
  return isAmbiguous ? `${title}  ${printable(section.sum.shape)}` : title;
}

/** From the first bucket that has a count to the last, the empty ones between them too. */
export function heatmapColumns(sum: Histogram): readonly BucketBounds[] {
  const all = filledBuckets(sum);
  const first = all.findIndex((bucket) => bucket.count !== 0n);
  return first === -1 ? [] : all.slice(first, all.findLastIndex((bucket) => bucket.count !== 0n) + 1);
}

/** The rows of each sled where the outcomes have it; groups that are not of one sled first. */
export function heatmapRows(
  groups: readonly DistributionGroup[],
  what: Row,
  outcomes: readonly SledOutcome[],
  context: DistributionContext,
): readonly HeatmapRow[] {
  const bySled = new Map<string, DistributionGroup[]>();
  const others: DistributionGroup[] = [];
  for (const group of groups) {
    const sled = group.keys['sled'];
    if (typeof sled !== 'string' || !outcomes.some((outcome) => outcome.sled.id === sled)) others.push(group);
    else bySled.set(sled, [...(bySled.get(sled) ?? []), group]);
  }
  const isBySled = groups.length === 0 || groups.some((group) => 'sled' in group.keys);
  const ofSleds = outcomes.flatMap((outcome) => {
    const mine = bySled.get(outcome.sled.id) ?? [];
    const isPartial = outcome.status === 'answered' && outcome.issues.length > 0;
    if (mine.length > 0) return mine.map((group) => groupRow(group, what, isPartial));
    // A sled that answered is within the groups of its rack; one that failed is in none.
    return isBySled || outcome.status === 'failed' ? [emptyRow(outcome, isPartial, context)] : [];
  });
  return [...others.map((group) => groupRow(group, what, false)), ...ofSleds];
}

function groupRow(group: DistributionGroup, what: Row, isPartial: boolean): HeatmapRow {
  const keys = Object.fromEntries(Object.entries(group.keys).filter(([name]) => !(name in what)));
  const usable = totalCount(group.histogram) > 0n && isCountOfSamples(group.histogram);
  return {
    ...labelsOf(keys, isPartial),
    histogram: usable ? group.histogram : null,
    message: isCountOfSamples(group.histogram) ? 'no samples' : 'counts below zero have no shares',
    isAlarm: false,
  };
}

function emptyRow(outcome: SledOutcome, isPartial: boolean, context: DistributionContext): HeatmapRow {
  const { sled } = outcome;
  const keys = { rack: sled.rack, sled: sled.id, cubby: sled.cubby };
  const message =
    outcome.status === 'failed'
      ? `no answer${context.unicode ? ' – ' : ': '}${outcome.stage}, ${outcome.error.code}`
      : isPartial
        ? 'no samples, partial answer'
        : 'no samples';
  return { ...labelsOf(keys, isPartial), histogram: null, message, isAlarm: outcome.status === 'failed' };
}

function labelsOf(keys: Row, isPartial: boolean): Pick<HeatmapRow, 'label' | 'shortLabel'> {
  const mark = isPartial ? ' !' : '';
  const cubby = keys['cubby'] ?? null;
  const short =
    cubby === null ? keys : { ...keys, sled: `${String(keys['rack'])}/${String(cubby)}`, cubby: null };
  return { label: keysTitle(keys) + mark, shortLabel: keysTitle(short) + mark };
}

interface Layout {
  readonly label: number;
  readonly isShort: boolean;
  /** Characters of a column, and buckets in it. */
  readonly cell: number;
  readonly fold: number;
  /** Characters of all columns; the axis may need more than the cells. */
  readonly area: number;
  readonly count: number;
  /** 0: not shown. */
  readonly p99: number;
}

function* drawRows(map: Heatmap, context: DistributionContext): Iterable<string> {
  const p99s = map.rows.map((row) => p99Text(row, context));
  const layout = fit(map, p99s, context);
  const columns = folded(map.columns, layout.fold);
  if (columns.length > 0) {
    const axis = axisText(map.columns, layout, context).padEnd(layout.area);
    const headings = [
      'COUNT'.padStart(layout.count),
      ...(layout.p99 > 0 ? ['P99'.padStart(layout.p99)] : []),
    ];
    yield `${[' '.repeat(layout.label), axis, ...headings].join(GAP)}\n`;
  }
  for (const [i, row] of map.rows.entries()) {
    const text = cut(layout.isShort ? row.shortLabel : row.label, layout.label, context);
    const label = padded(text, layout.label);
    if (row.histogram === null) {
      const room = context.width === null ? null : context.width - layout.label - GAP.length;
      const message = cut(row.message, room, context);
      const painted =
        row.isAlarm && context.color ? styleText('red', message, { validateStream: false }) : message;
      yield `${label}${GAP}${painted}\n`;
      continue;
    }
    const used = columns.length * layout.cell;
    const cells = shades(row.histogram, columns, layout.cell, context) + ' '.repeat(layout.area - used);
    const count = String(totalCount(row.histogram)).padStart(layout.count);
    const p99 = layout.p99 > 0 ? [(p99s[i] ?? '').padStart(layout.p99)] : [];
    yield `${[label, cells, count, ...p99].join(GAP)}\n`;
  }
  if (layout.fold > 1) {
    const note = `(each column holds ${layout.fold} buckets, to fit the width)`;
    for (const line of wrapped(note, context.width)) yield `${line}\n`;
  }
}

/** As bounds of a bucket, or as an estimate. */
export function p99Text(row: HeatmapRow, context: DistributionContext): string {
  const found = row.histogram === null ? null : percentileOf(row.histogram, 99);
  if (found === null) return '-';
  return context.percentile === 'estimate' && found.estimate !== null
    ? formatValue(found.estimate, context.unit, context)
    : formatRange(found, context.unit, context);
}

/** Wide cells while there is room; then short names, then no p99, then several buckets in a column. */
function fit(map: Heatmap, p99s: readonly string[], context: DistributionContext): Layout {
  const buckets = Math.max(1, map.columns.length);
  const count = longest(['COUNT', ...map.rows.map((row) => String(totalCount(row.histogram ?? EMPTY)))]);
  const long = longest(map.rows.map((row) => row.label));
  const short = longest(map.rows.map((row) => row.shortLabel));
  const p99 = longest(['P99', ...p99s]);
  const axis = longest(map.columns.map((bounds) => axisLabel(bounds, context)));
  const { width } = context;
  if (width === null) {
    const area = areaOf(buckets * CELL, CELL, axis);
    return { label: long, isShort: false, cell: CELL, fold: 1, area, count, p99 };
  }
  const narrowest = Math.max(1, Math.min(short, Math.floor(width / 3)));
  const choices = [
    { label: long, isShort: false, p99 },
    { label: short, isShort: true, p99 },
    { label: narrowest, isShort: true, p99: 0 },
  ].map((choice) => ({
    ...choice,
    room: width - choice.label - 2 * GAP.length - count - (choice.p99 === 0 ? 0 : choice.p99 + GAP.length),
  }));
  const found = choices.find((choice) => choice.room >= Math.max(buckets, axis)) ?? {
    label: narrowest,
    isShort: true,
    p99: 0,
    room: Math.max(1, width - narrowest - 2 * GAP.length - count),
  };
  const fold = Math.ceil(buckets / found.room);
  const cell = Math.max(1, Math.min(CELL, Math.floor(found.room / buckets)));
  const used = Math.ceil(buckets / fold) * cell;
  const area = Math.min(found.room, areaOf(used, cell, axis));
  return { label: found.label, isShort: found.isShort, cell, fold, area, count, p99: found.p99 };
}

/** Room for the cells, and for a label of the axis over the last of them. */
function areaOf(used: number, cell: number, axis: number): number {
  return used + Math.max(0, axis - cell);
}

const EMPTY: Histogram = { shape: '', buckets: [] };

function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0);
}

function folded(columns: readonly BucketBounds[], fold: number): readonly (readonly BucketBounds[])[] {
  return Array.from({ length: Math.ceil(columns.length / fold) }, (_, i) =>
    columns.slice(i * fold, (i + 1) * fold),
  );
}

/** The lower bounds of columns, each over the first character of its own, as many as have room. */
function axisText(columns: readonly BucketBounds[], layout: Layout, context: DistributionContext): string {
  let text = '';
  for (const [i, [first]] of folded(columns, layout.fold).entries()) {
    const start = i * layout.cell;
    const label = axisLabel(first, context);
    if (text !== '' && start < text.length + 1) continue;
    if (start + label.length > layout.area) continue;
    text = text.padEnd(start) + label;
  }
  return text;
}

/** Where a bucket begins. */
export function axisLabel(bounds: BucketBounds | undefined, context: DistributionContext): string {
  if (bounds === undefined) return '';
  return bounds.low === null
    ? formatRange(bounds, context.unit, context)
    : formatValue(bounds.low, context.unit, context);
}

function shades(
  histogram: Histogram,
  columns: readonly (readonly BucketBounds[])[],
  cell: number,
  context: DistributionContext,
): string {
  const counts = new Map(histogram.buckets.map((bucket) => [boundsId(bucket), bucket.count]));
  const total = totalCount(histogram);
  const ramp = rampOf(context);
  return columns
    .map((members) => {
      const count = members.reduce((sum, bounds) => sum + (counts.get(boundsId(bounds)) ?? 0n), 0n);
      const level = levelOf(count, total, ramp.length - 1);
      const text = (ramp[level] ?? ' ').repeat(cell);
      const color = COLORS[Math.ceil((level * COLORS.length) / (ramp.length - 1)) - 1];
      return context.color && color !== undefined ? styleText(color, text, { validateStream: false }) : text;
    })
    .join('');
}

function rampOf(context: DistributionContext): readonly string[] {
  return context.unicode ? UNICODE_RAMP : ASCII_RAMP;
}

/** 0 for no samples; else 1 to `levels`, by the root of the share, so that a thin tail is seen too. */
export function levelOf(count: bigint, total: bigint, levels: number): number {
  if (count <= 0n) return 0;
  const n = BigInt(levels);
  for (let level = levels - 1; level > 0; level--) {
    if (count * n * n >= BigInt(level * level) * total) return level + 1;
  }
  return 1;
}

/** `░ below 6%, ▒ below 25%, …`: what the shades say. */
function legend(context: DistributionContext, isPartial: boolean): string {
  const ramp = rampOf(context);
  const levels = ramp.length - 1;
  const parts = ramp.slice(1).map((shade, i) => {
    const share = ((i + 1) / levels) ** 2 * 100;
    return i + 1 === levels ? `${shade} more` : `${shade} below ${Number(share.toFixed(2))}%`;
  });
  const partial = isPartial ? '; ! partial answer' : '';
  return `(shades are shares of the row's own count: ${parts.join(', ')}${partial})`;
}

function cut(text: string, width: number | null, context: DistributionContext): string {
  if (width === null || displayWidth(text) <= width) return text;
  return width < 1 ? '' : fitting(text, width - 1) + (context.unicode ? '…' : '~');
}
