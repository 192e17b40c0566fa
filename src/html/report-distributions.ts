import { drawComparisons } from '../distribution-views/comparison-lines.ts';
import { keysTitle, type DistributionContext } from '../distribution-views/distribution-context.ts';
import {
  axisLabel,
  heatmapColumns,
  heatmapRows,
  levelOf,
  p99Text,
  sectionTitle,
} from '../distribution-views/distribution-heatmap.ts';
import {
  DEFAULT_VIEW,
  groupingOf,
  hasDistributions,
  MOST_PICTURES,
  sumOf,
  unitOf,
} from '../distribution-views/distributions.ts';
import {
  percentileNote,
  shortcomings,
  summaryTable,
  withSum,
} from '../distribution-views/distribution-summary.ts';
import { drawHistogram } from '../distribution-views/histogram-picture.ts';
import {
  compareDistributions,
  COMPARE_SETTINGS,
  type Comparison,
} from '../distribution/distribution-compare.ts';
import {
  groupDistributions,
  type DistributionGroup,
  type DistributionGrouping,
} from '../distribution/distribution-group.ts';
import { sectionsOf, type DistributionSection } from '../distribution/distribution-section.ts';
import { formatRange } from '../distribution/nanoseconds.ts';
import { percentileOf } from '../distribution/percentile.ts';
import { cellText } from '../drawing/cell-text.ts';
import type { RenderContext } from '../drawing/render-context.ts';
import { boundsId, isCountOfSamples, totalCount, type BucketBounds } from '../model/histogram.ts';
import type { FleetReport } from '../model/report.ts';
import { heatmapTable, HEATMAP_LEGEND, HEATMAP_LEVELS, type HeatmapLine } from './heatmap.ts';
import { histogramFigure } from './histogram.ts';
import { markup, type Markup } from './markup.ts';
import { headText, pageTable } from './page-table.ts';

/** The distributions of a report: pictures, percentiles, a heatmap by sled, and what departs from the rest. */
export function distributionsPart(report: FleetReport, context: RenderContext): readonly Markup[] {
  if (!hasDistributions(report)) return [];
  const view = context.distributions ?? DEFAULT_VIEW;
  const drawing: DistributionContext = {
    width: null,
    color: false,
    headers: true,
    unicode: true,
    unit: unitOf(report),
    percentile: view.percentile,
    human: false,
  };
  const grouping = groupingOf(report, context);
  const sum = view.sum === true ? sumOf(report, grouping) : null;
  const comparisons = view.compare ? compareDistributions(grouping, COMPARE_SETTINGS) : null;
  const isHeatmap = view.view === 'heatmap';
  return [
    ...(isHeatmap
      ? []
      : pictures(grouping, { ...drawing, sum, comparisons, isDrawn: view.view === 'pictures' })),
    ...(isHeatmap ? heatmaps(grouping, report, drawing) : sledHeatmaps(report, drawing)),
    ...(comparisons === null
      ? []
      : [section('What departs from the rest', [preformatted(drawComparisons(comparisons, drawing))])]),
  ];
}

interface Pictured extends DistributionContext {
  readonly sum: DistributionGrouping | null;
  readonly comparisons: readonly Comparison[] | null;
  readonly isDrawn: boolean;
}

function pictures(grouping: DistributionGrouping, context: Pictured): readonly Markup[] {
  const lacking = [...shortcomings(grouping, context)].map((line) => markup`<p>${line.trim()}</p>`);
  if (grouping.groups.length === 0)
    return [section('Distributions', [markup`<p>no samples</p>`, ...lacking])];
  const { groups, remark } = picturedGroups(grouping, context);
  const sections = sectionsOf({ ...grouping, groups });
  const figures = sections.flatMap((each) => each.groups.map((group) => figure(group, each, context)));
  const tables = sections.map((each) => bucketTable(each, context));
  const said = remark === null ? [] : [markup`<p>${remark}</p>`];
  const drawn =
    figures.length === 0
      ? []
      : [
          markup`<div class="histograms">${figures}</div><details><summary>The counts as numbers</summary>${tables}</details>`,
        ];
  return [
    ...(context.isDrawn ? [section('Distributions', [...said, ...drawn])] : []),
    section('Percentiles', [
      percentiles(context.sum === null ? grouping : withSum(grouping, context.sum), context),
      ...lacking,
    ]),
  ];
}

/** More pictures than a reader takes in are drawn only of those that depart, or of their sum. */
function picturedGroups(
  grouping: DistributionGrouping,
  { sum, comparisons }: Pictured,
): { readonly groups: readonly DistributionGroup[]; readonly remark: string | null } {
  const { groups } = grouping;
  if (groups.length <= MOST_PICTURES) return { groups, remark: null };
  if (comparisons !== null) {
    const departed = new Set(
      comparisons.flatMap((each) =>
        each.groups
          .filter(({ verdict }) => verdict === 'departs' || verdict === 'unclear')
          .map(({ group }) => group),
      ),
    );
    return {
      groups: groups.filter((group) => departed.has(group)).slice(0, MOST_PICTURES),
      remark: departedText(departed.size, groups.length),
    };
  }
  if (sum === null) return { groups, remark: null };
  return { groups: sum.groups, remark: `The sum is drawn, and not each of ${groups.length} groups.` };
}

/** How many of so many groups depart, and whether each is drawn. */
function departedText(departed: number, all: number): string {
  if (departed === 0) return `None of ${all} groups departs from the rest, and none is drawn.`;
  const drawn = departed > MOST_PICTURES ? `the first ${MOST_PICTURES} are drawn` : 'these are drawn';
  return `Of ${all} groups ${departed} ${departed === 1 ? 'departs' : 'depart'} from the rest, or may; ${drawn}.`;
}

function figure(group: DistributionGroup, { sum }: DistributionSection, context: Pictured): Markup {
  const title = keysTitle(group.keys);
  const { histogram } = group;
  if (!isCountOfSamples(histogram)) {
    return markup`<figure class="histogram"><figcaption><b>${title}</b></figcaption>${preformatted([drawHistogram(histogram, context)])}</figure>`;
  }
  const columns = heatmapColumns(sum);
  const counts = new Map(histogram.buckets.map((bucket) => [boundsId(bucket), bucket.count]));
  const countOf = (bounds: BucketBounds) => counts.get(boundsId(bounds)) ?? 0n;
  const total = totalCount(histogram);
  const most = columns.reduce((top, bounds) => (countOf(bounds) > top ? countOf(bounds) : top), 1n);
  const found = [50, 99].map((percent) => ({ name: `p${percent}`, at: percentileOf(histogram, percent) }));
  const said = found.flatMap(({ name, at }) =>
    at === null ? [] : [`${name} ${formatRange(at, context.unit)}`],
  );
  return histogramFigure({
    title,
    words: [`${total} sample${total === 1n ? '' : 's'}`, ...said].join('; '),
    bars: columns.map((bounds) => ({
      label: axisLabel(bounds, context),
      words: `${formatRange(bounds, context.unit)}: ${countOf(bounds)} (${percentText(countOf(bounds), total)}%)`,
      height: Number((countOf(bounds) * 10_000n) / most) / 10_000,
    })),
    marks: found.flatMap(({ name, at }) => {
      const bar = at === null ? -1 : columns.findIndex((bounds) => boundsId(bounds) === boundsId(at));
      return bar === -1 ? [] : [{ name, bar }];
    }),
  });
}

/** What the pictures of a section show, as numbers. */
function bucketTable(shown: DistributionSection, context: Pictured): Markup {
  const caption = `Counts of ${keysTitle(shown.what)}`;
  const maps = shown.groups.map(
    ({ histogram }) => new Map(histogram.buckets.map((bucket) => [boundsId(bucket), bucket.count])),
  );
  const table = pageTable({
    caption,
    nameHeading: context.unit === 'ns' ? 'TIME' : 'VALUE',
    columns: shown.groups.map(({ keys }) => ({ heading: keysTitle(keys), kind: 'number' })),
    rows: heatmapColumns(shown.sum).map((bounds) => ({
      name: markup`${formatRange(bounds, context.unit)}`,
      cells: maps.map((counts) => String(counts.get(boundsId(bounds)) ?? 0n)),
    })),
  });
  return markup`<h3>${keysTitle(shown.what)}</h3>${table}`;
}

function percentiles(grouping: DistributionGrouping, context: Pictured): Markup {
  const { numbers, rows } = summaryTable(grouping, context);
  const table = pageTable({
    caption: 'Percentiles',
    nameHeading: 'OF',
    columns: numbers.map(({ heading }) => ({ heading, kind: 'number' })),
    rows: grouping.groups.map(({ keys }, i) => ({
      name: headText(keysTitle(keys)),
      cells: numbers.map(({ name }) => cellText(rows[i]?.[name])),
    })),
  });
  return markup`${table}<p class="soft">${percentileNote(context)}</p>`;
}

/** Where nobody asked for a heatmap: how the sleds differ, if there are several. */
function sledHeatmaps(report: FleetReport, context: DistributionContext): readonly Markup[] {
  const bySled = groupDistributions(report.distributions, ['sled']);
  const sleds = new Set(bySled.groups.map(({ keys }) => keys['sled']));
  return sleds.size < 2 ? [] : heatmaps(bySled, report, context);
}

function heatmaps(
  grouping: DistributionGrouping,
  report: FleetReport,
  context: DistributionContext,
): readonly Markup[] {
  const sections = sectionsOf(grouping);
  const maps = sections.map((each) => {
    const columns = heatmapColumns(each.sum);
    const lines = heatmapRows(each.groups, each.what, report.outcomes, context).map((row): HeatmapLine => {
      const { histogram } = row;
      const counts = new Map(histogram?.buckets.map((bucket) => [boundsId(bucket), bucket.count]));
      const total = histogram === null ? 0n : totalCount(histogram);
      return {
        name: row.label,
        isSilent: row.isAlarm,
        count: String(total),
        p99: p99Text(row, context),
        cells:
          histogram === null
            ? row.message
            : columns.map((bounds) => {
                const count = counts.get(boundsId(bounds)) ?? 0n;
                return { level: levelOf(count, total, HEATMAP_LEVELS), percent: percentText(count, total) };
              }),
      };
    });
    return heatmapTable({
      title: sectionTitle(each, sections),
      columns: columns.map((bounds) => axisLabel(bounds, context)),
      lines,
    });
  });
  return [section('Heatmap', maps.length === 0 ? [markup`<p>no samples</p>`] : [...maps, HEATMAP_LEGEND])];
}

/** `12`, `<1`: a share in whole percent; nothing is not a little. */
function percentText(count: bigint, total: bigint): string {
  if (count <= 0n || total <= 0n) return '0';
  const rounded = (200n * count + total) / (2n * total);
  if (rounded === 0n) return '<1';
  return rounded === 100n && count < total ? '>99' : String(rounded);
}

function preformatted(lines: Iterable<string>): Markup {
  return markup`<pre tabindex="0">\n${[...lines].join('').trimEnd()}</pre>`;
}

function section(title: string, content: readonly Markup[]): Markup {
  return markup`<section><h2>${title}</h2>${content}</section>`;
}
