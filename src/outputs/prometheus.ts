import type { FleetReport } from '../model/report.ts';
import { groupDistributions } from '../distribution/distribution-group.ts';
import { expositionLines, type Metric } from '../prometheus/exposition.ts';
import type { Output } from './output.ts';
import { coverageMetrics } from '../prometheus/coverage-metrics.ts';
import { distributionMetrics } from '../prometheus/distribution-metrics.ts';
import { metricView } from '../prometheus/metric-labels.ts';
import { rowMetrics } from '../prometheus/row-metrics.ts';
import { stateMetrics } from '../prometheus/state-metrics.ts';

/** What the metrics of a report are beside the report. */
export interface PrometheusOptions {
  /**
   * Names of columns. Those that say what a row is of (texts, ids, zones, PIDs) become labels; if there are others,
   * only they are measured.
   */
  readonly labels: readonly string[];
  /** How distributions are grouped: words of `--by`. Absent: by what is measured. */
  readonly by?: readonly string[];
  /** Written after those of the report, in the same way. */
  readonly extra?: readonly Metric[];
}

/** A report in the text exposition format 0.0.4: a file for node_exporter's textfile collector. */
export function prometheusText(report: FleetReport, options: PrometheusOptions): string {
  return [...expositionLines([...reportMetrics(report, options), ...(options.extra ?? [])])].join('');
}

/** For a file that node_exporter reads. */
export const prometheus: Output = {
  name: 'prometheus',
  summary: "metrics in Prometheus' text format, for node_exporter's textfile collector",
  saysCoverage: true,
  *render(report, context) {
    const by = context.distributions?.by ?? [];
    yield* expositionLines(reportMetrics(report, { labels: context.columns ?? [], by }));
  },
};

function reportMetrics(report: FleetReport, { labels, by = [] }: PrometheusOptions): readonly Metric[] {
  const view = metricView(report, labels);
  return [
    ...coverageMetrics(report, view),
    ...stateMetrics(report, view),
    ...rowMetrics(report, view),
    ...distributionMetrics(report, groupDistributions(report.distributions, by), view),
  ];
}
