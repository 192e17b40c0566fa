import { compareDistributions, COMPARE_SETTINGS } from '../distribution/distribution-compare.ts';
import { groupDistributions, type DistributionGrouping } from '../distribution/distribution-group.ts';
import type { ValueUnit } from '../distribution/nanoseconds.ts';
import type { FleetReport } from '../model/report.ts';
import { drawComparisons } from './comparison-lines.ts';
import type { DistributionContext } from './distribution-context.ts';
import { drawHeatmap } from './distribution-heatmap.ts';
import { distributionsJson } from './distribution-json.ts';
import { drawDistributionSummary, shortcomings } from './distribution-summary.ts';
import { wrapped } from '../drawing/wrap.ts';
import { drawHistograms } from './histogram-picture.ts';
import type { DistributionView, RenderContext } from '../drawing/render-context.ts';

export const DEFAULT_VIEW: DistributionView = {
  by: [],
  view: 'pictures',
  percentile: 'range',
  compare: false,
  unicode: true,
};

/** Whether a report is one of distributions, even if there are none, or has some beside its rows. */
export function hasDistributions(report: FleetReport): boolean {
  return report.shape === 'distributions' || report.distributions.length > 0;
}

/** Probes of ours measure nanoseconds; what a user's own script measures is not known. */
export function unitOf(report: FleetReport): ValueUnit {
  return report.shape === 'distributions' ? 'ns' : 'none';
}

/** The distributions of a report in the groups that its reader wants. */
export function groupingOf(report: FleetReport, context: RenderContext): DistributionGrouping {
  return groupDistributions(report.distributions, (context.distributions ?? DEFAULT_VIEW).by);
}

/** More of them, where nobody asked for them, only hide each other. */
export const MOST_PICTURES = 24;

/** All groups of one thing that is measured added up; null where that says nothing new. */
export function sumOf(report: FleetReport, grouping: DistributionGrouping): DistributionGrouping | null {
  const sum = groupDistributions(report.distributions, []);
  return sum.groups.length < grouping.groups.length ? sum : null;
}

/** For people: DTrace's own pictures and a table of percentiles, or a heatmap, and what departs from the rest. */
export function* drawDistributions(report: FleetReport, context: RenderContext): Iterable<string> {
  const view = context.distributions ?? DEFAULT_VIEW;
  const grouping = groupingOf(report, context);
  const { width, color, headers } = context;
  const drawing: DistributionContext = {
    width,
    color,
    headers,
    unicode: view.unicode,
    unit: unitOf(report),
    percentile: view.percentile,
    human: false,
  };
  const sum = view.sum === true ? sumOf(report, grouping) : null;
  if (view.compare && view.view !== 'heatmap' && grouping.groups.length > MOST_PICTURES) {
    yield* drawDeparted(grouping, view, drawing);
    return;
  }
  const pictured = sum !== null && grouping.groups.length > MOST_PICTURES ? sum.groups : grouping.groups;
  if (view.view === 'heatmap') yield* drawHeatmap(grouping, report.outcomes, drawing);
  else {
    if (view.view === 'pictures' && grouping.groups.length > 0) {
      yield* drawHistograms(pictured, drawing);
      if (pictured.length < grouping.groups.length) {
        const names = view.by.join(',');
        yield `\n(the sum is drawn, and not each of ${grouping.groups.length} groups: --by ${names} draws them)\n`;
      }
      yield '\n';
    }
    yield* drawDistributionSummary(grouping, drawing, sum);
  }
  if (view.compare) {
    yield '\n';
    yield* drawComparisons(compareDistributions(grouping, COMPARE_SETTINGS), drawing);
  }
}

/**
 * Whoever compares so many groups wants to see those that depart; the comparison says of the others what it found. A
 * pipe gets the percentiles of all.
 */
function* drawDeparted(
  grouping: DistributionGrouping,
  view: DistributionView,
  drawing: DistributionContext,
): Iterable<string> {
  const comparisons = compareDistributions(grouping, COMPARE_SETTINGS);
  const departed = new Set(
    comparisons
      .flatMap(({ groups }) => groups)
      .filter(({ verdict }) => verdict === 'departs' || verdict === 'unclear')
      .map(({ group }) => group),
  );
  const some = { ...grouping, groups: grouping.groups.filter((group) => departed.has(group)) };
  const { length } = some.groups;
  if (view.view === 'pictures' && length > 0 && length <= MOST_PICTURES) {
    yield* drawHistograms(some.groups, drawing);
    yield '\n';
  }
  const isPipe = drawing.width === null;
  if (isPipe || length > 0) yield* drawDistributionSummary(isPipe ? grouping : some, drawing, null);
  else yield* shortcomings(grouping, drawing);
  const which =
    length === 0
      ? 'none departs, and none is'
      : length === 1
        ? '1 departs and is'
        : `${length} depart and are`;
  const count = `(of ${grouping.groups.length} groups ${which} ${isPipe ? 'drawn' : 'shown'}; without --compare all are)`;
  yield `${wrapped(count, drawing.width).join('\n')}\n\n`;
  yield* drawComparisons(comparisons, drawing);
}

/** For programs (docs/distributions.schema.json). */
export function distributionsOf(report: FleetReport, context: RenderContext): Record<string, unknown> {
  const grouping = groupingOf(report, context);
  const compared = context.distributions?.compare
    ? { settings: COMPARE_SETTINGS, comparisons: compareDistributions(grouping, COMPARE_SETTINGS) }
    : null;
  return distributionsJson(grouping, unitOf(report), compared);
}
