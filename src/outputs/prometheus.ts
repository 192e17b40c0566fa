import { groupDistributions } from '../distribution/distribution-group.ts';
import type { FleetReport } from '../model/report.ts';
import { verdictMetrics } from '../prometheus/verdict-metrics.ts';
import { coverageMetrics } from '../prometheus/coverage-metrics.ts';
import { distributionMetrics } from '../prometheus/distribution-metrics.ts';
import { expositionLines, type Metric } from '../prometheus/exposition.ts';
import { metricView, type MetricView } from '../prometheus/metric-labels.ts';
import { rowMetrics } from '../prometheus/row-metrics.ts';
import { stateMetrics } from '../prometheus/state-metrics.ts';
import { makeOutput } from './output.ts';

/** For a file that node_exporter reads. */
export const prometheus = makeOutput<readonly Metric[]>({
  name: 'prometheus',
  summary: "metrics in Prometheus' text format, for node_exporter's textfile collector",
  readers: "node_exporter's textfile collector",
  failedSleds: '`cruc_fleet_sled_up` 0, `cruc_fleet_sled_failed`',
  saysCoverage: true,
  contents: {
    rows: {
      shown: 'states and health counted, numbers added up, by sled or by `--columns`',
      part: (report, { columns }) => tableMetrics(report, metricView(report, columns ?? [])),
    },
    printed: {
      shown: 'the exit status of each command',
      part: (report, { columns }) => rowMetrics(report, metricView(report, columns ?? [])),
    },
    steps: {
      refused: 'steps are not metrics; use -o json, or the metrics of check',
    },
    distributions: {
      shown: 'histograms, by what is measured or by `--by`',
      part: (report, { columns, distributions }) => {
        const grouping = groupDistributions(report.distributions, distributions?.by ?? []);
        return distributionMetrics(report, grouping, metricView(report, columns ?? []));
      },
      takesColumns: true,
    },
    texts: {
      refused:
        'lines of text are not metrics, and may be rows that were not understood; use -o table or json',
    },
  },
  whole: (parts, report, { columns }) =>
    expositionLines([...coverageMetrics(report, metricView(report, columns ?? [])), ...parts.flat()]),
  arriving: 'at the end',
  check: 'report',
});

/**
 * A report of rows in the text exposition format 0.0.4, and other metrics. Names of columns that say what a row is of
 * (texts, ids, zones, PIDs) become labels; if there are others among them, only they are measured.
 */
export function prometheusText(
  report: FleetReport,
  labels: readonly string[],
  extra: readonly Metric[],
): string {
  const view = metricView(report, labels);
  const metrics = [...coverageMetrics(report, view), ...tableMetrics(report, view), ...extra];
  return [...expositionLines(metrics)].join('');
}

function tableMetrics(report: FleetReport, view: MetricView): readonly Metric[] {
  return [...verdictMetrics(report), ...stateMetrics(report, view), ...rowMetrics(report, view)];
}
