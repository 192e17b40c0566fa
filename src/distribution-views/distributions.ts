import { compareDistributions, COMPARE_SETTINGS } from '../distribution/distribution-compare.ts';
import { groupDistributions, type DistributionGrouping } from '../distribution/distribution-group.ts';
import type { ValueUnit } from '../distribution/nanoseconds.ts';
import type { FleetReport } from '../model/report.ts';
import { drawComparisons } from './comparison-lines.ts';
import type { DistributionContext } from './distribution-context.ts';
import { drawHeatmap } from './distribution-heatmap.ts';
import { distributionsJson } from './distribution-json.ts';
import { drawDistributionSummary } from './distribution-summary.ts';
import { drawHistograms } from './histogram-picture.ts';
import type { DistributionView, RenderContext } from '../drawing/render-context.ts';

const DEFAULT_VIEW: DistributionView = {
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
  if (view.view === 'heatmap') yield* drawHeatmap(grouping, report.outcomes, drawing);
  else {
    if (view.view === 'pictures' && grouping.groups.length > 0) {
      yield* drawHistograms(grouping.groups, drawing);
      yield '\n';
    }
    yield* drawDistributionSummary(grouping, drawing);
  }
  if (view.compare) {
    yield '\n';
    yield* drawComparisons(compareDistributions(grouping, COMPARE_SETTINGS), drawing);
  }
}

/** For programs (docs/distributions.schema.json). */
export function distributionsOf(report: FleetReport, context: RenderContext): Record<string, unknown> {
  const grouping = groupingOf(report, context);
  const compared = context.distributions?.compare
    ? { settings: COMPARE_SETTINGS, comparisons: compareDistributions(grouping, COMPARE_SETTINGS) }
    : null;
  return distributionsJson(grouping, unitOf(report), compared);
}
