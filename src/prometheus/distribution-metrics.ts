import { QUANTIZE } from '../distribution/bucket-ladder.ts';
import type { DistributionGroup, DistributionGrouping } from '../distribution/distribution-group.ts';
import { isCountOfSamples, totalCount, type Histogram } from '../model/histogram.ts';
import type { FleetReport } from '../model/report.ts';
import { hasDistributions, unitOf } from '../distribution-views/distributions.ts';
import { labelText, type Labels, type Metric, type Sample } from './exposition.ts';
import { filterLabel, labelsOf, type MetricView } from './metric-labels.ts';
import { metricPrefix } from './metric-names.ts';

/**
 * Upper bounds of the buckets of every histogram of nanoseconds, 255 ns to 1100 s: the same ones always, since series
 * of different bounds cannot be added in Prometheus. Quantize's bucket 2^n ends at 2^(n+1) - 1.
 */
const TIME_BOUNDS: readonly bigint[] = Array.from({ length: 33 }, (_, i) => (1n << BigInt(i + 8)) - 1n);

/** A bound of a histogram's buckets and what le says of it. */
interface Bound {
  readonly high: bigint;
  readonly le: string;
}

/** Each group of distributions as a histogram of Prometheus: cumulative buckets, their count, and no sum. */
export function distributionMetrics(
  report: FleetReport,
  grouping: DistributionGrouping,
  view: MetricView,
): readonly Metric[] {
  if (!hasDistributions(report)) return [];
  const isTime = unitOf(report) === 'ns';
  const groups = grouping.groups.map((group) => {
    const labels = groupLabels(group, report, grouping, view);
    return { histogram: group.histogram, labels, id: JSON.stringify(labels) };
  });
  const ids = countEach(groups.map(({ id }) => id));
  const shown = groups.filter(({ id, histogram }) => ids.get(id) === 1 && isCountOfSamples(histogram));
  const bounds = boundsByShape(
    shown.map(({ histogram }) => histogram),
    isTime,
  );
  return [
    {
      name: isTime ? `${metricPrefix(report.probe)}_seconds` : 'cruc_fleet_script_distribution',
      type: 'histogram',
      help: isTime
        ? 'Times measured in this run only; the sum is unknown, since buckets do not tell it.'
        : 'Values that a D script of the user aggregated in this run only; the sum is unknown.',
      samples: shown.flatMap(({ histogram, labels }) =>
        histogramSamples(histogram, labels, bounds.get(histogram.shape) ?? []),
      ),
    },
    {
      name: 'cruc_fleet_distributions_left_out',
      type: 'gauge',
      help: 'Groups of distributions that cannot be histograms: their buckets contradict others, or counts are negative.',
      samples: [
        {
          labels: { probe: report.probe, selection: report.selection },
          value: groups.length - shown.length,
        },
      ],
    },
  ];
}

/** A group's own keys. One that is of no single sled has the selection too, or two files of one probe would clash. */
function groupLabels(
  group: DistributionGroup,
  report: FleetReport,
  { whatNames, whoseNames }: DistributionGrouping,
  view: MetricView,
): Labels {
  const ofSled = whoseNames.filter(
    (name) => !['serial', 'cubby'].includes(name) || view.sledLabels.includes(name),
  );
  const own =
    unitOf(report) === 'ns' ? {} : { script: report.probe, shape: labelText(group.histogram.shape) };
  return {
    ...own,
    ...(whoseNames.includes('sled') ? {} : { selection: report.selection }),
    ...labelsOf(group.keys, [...whatNames, ...ofSled]),
    ...filterLabel(report),
  };
}

function histogramSamples(histogram: Histogram, labels: Labels, bounds: readonly Bound[]): readonly Sample[] {
  const count = totalCount(histogram);
  return [
    ...bounds.flatMap(({ high, le }): readonly Sample[] => {
      const below = countUpTo(histogram, high);
      return below === null ? [] : [{ suffix: '_bucket', labels: { ...labels, le }, value: below }];
    }),
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    // Without a sum node_exporter says 0, and an average of 0 would be a lie.
    { suffix: '_sum', labels, value: Number.NaN },
    { suffix: '_count', labels, value: count },
  ];
}

/** The values that are at most `high`; null where that is within a bucket. */
function countUpTo({ buckets }: Histogram, high: bigint): bigint | null {
  let count = 0n;
  for (const bucket of buckets) {
    if (bucket.count === 0n || (bucket.low !== null && bucket.low > high)) continue;
    if (bucket.high === null || bucket.high > high) return null;
    count += bucket.count;
  }
  return count;
}

/** The upper bounds of all histograms of a shape, so that those of one shape have the same ones. */
function boundsByShape(
  histograms: readonly Histogram[],
  isTime: boolean,
): ReadonlyMap<string, readonly Bound[]> {
  const shapes = new Set(histograms.map(({ shape }) => shape));
  return new Map(
    [...shapes].map((shape) => {
      const highs =
        isTime && shape === QUANTIZE
          ? TIME_BOUNDS
          : highsOf(histograms.filter((histogram) => histogram.shape === shape));
      return [shape, highs.map((high) => ({ high, le: isTime ? secondsText(high) : String(high) }))] as const;
    }),
  );
}

function highsOf(histograms: readonly Histogram[]): readonly bigint[] {
  const highs = histograms.flatMap(({ buckets }) => buckets.map(({ high }) => high));
  return [...new Set(highs.filter((high) => high !== null))].sort((a, b) => (a < b ? -1 : 1));
}

function countEach(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Nanoseconds as seconds, exactly: `0.000001023`. */
function secondsText(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const digits = String(nanoseconds < 0n ? -nanoseconds : nanoseconds).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`;
}
