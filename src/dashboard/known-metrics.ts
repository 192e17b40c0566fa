import type { CheckResult } from '../alert/incident.ts';
import { groupDistributions } from '../distribution/distribution-group.ts';
import { mergeReport } from '../fleet/merge.ts';
import type { Row } from '../model/column.ts';
import { FleetError } from '../model/error.ts';
import type { ProbeSpec } from '../model/probe.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import { dsState } from '../probes/ds-state.ts';
import { perfVol } from '../probes/perf-vol.ts';
import { repairs } from '../probes/repairs.ts';
import { checkMetrics } from '../prometheus/check-metrics.ts';
import { coverageMetrics } from '../prometheus/coverage-metrics.ts';
import { distributionMetrics } from '../prometheus/distribution-metrics.ts';
import type { Metric } from '../prometheus/exposition.ts';
import { metricView } from '../prometheus/metric-labels.ts';
import { rowMetrics } from '../prometheus/row-metrics.ts';
import { stateMetrics } from '../prometheus/state-metrics.ts';

/** A metric that is written, as Prometheus has it: a histogram is its buckets and their count. */
export interface KnownMetric {
  readonly help: string;
  /** What its labels may say, as far as that is known beforehand; empty: anything. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Labels with a few words of ours. */
const WORDS = new Set(['probe', 'state', 'health', 'level', 'rule', 'status']);

/**
 * The metrics of check, of repairs and of a latency by sled, made by what writes them, of an example that has some of
 * everything.
 */
export function knownMetrics(): ReadonlyMap<string, KnownMetric> {
  const known = new Map<string, { help: string; labels: Map<string, Set<string>> }>();
  for (const { name, help, samples } of exampleMetrics()) {
    for (const { suffix = '', labels } of samples) {
      const metric = known.get(name + suffix) ?? { help, labels: new Map<string, Set<string>>() };
      known.set(name + suffix, metric);
      for (const [label, value] of Object.entries(labels)) {
        const values = metric.labels.get(label) ?? new Set();
        metric.labels.set(label, WORDS.has(label) ? values.add(value) : values);
      }
    }
  }
  return known;
}

function exampleMetrics(): readonly Metric[] {
  const states = exampleReport({ ...dsState, name: 'check' }, [
    { ...numbersOf(dsState), ds0: 'faulted', health: 'degraded' },
  ]);
  const repair = exampleReport(repairs, [numbersOf(repairs)]);
  const latency = exampleReport(perfVol, []);
  const plain = (report: FleetReport) => metricView(report, []);
  return [
    ...[states, repair, latency].flatMap((report) => coverageMetrics(report, plain(report))),
    ...[states, repair].flatMap((report) => [
      ...stateMetrics(report, plain(report)),
      ...rowMetrics(report, plain(report)),
    ]),
    ...checkMetrics(RESULT, states, 0),
    ...distributionMetrics(latency, groupDistributions(latency.distributions, ['sled']), plain(latency)),
  ];
}

const RESULT: CheckResult = {
  level: 'ok',
  headline: '',
  counts: { open: {}, pending: 0, unknown: 0, clearing: 0, silenced: 0, listed: 0 },
  incidents: [],
  news: [],
  troubles: [],
  notes: [],
  silences: [],
  at: 0,
  mailsWaiting: { count: 1, since: 0 },
};

function numbersOf({ columns }: ProbeSpec): Row {
  return Object.fromEntries(columns.map(({ name, kind }) => [name, kind === 'count' ? 1 : null]));
}

/** Three sleds: one answers in full, one in part, one not at all. */
function exampleReport(probe: ProbeSpec, rows: readonly Row[]): FleetReport {
  const answer = (cubby: number): SledOutcome & { readonly status: 'answered' } => ({
    status: 'answered',
    sled: sled(cubby),
    elapsedMs: 0,
    via: null,
    rows,
    distributions: [
      {
        keys: { type: 'read' },
        histogram: { shape: 'quantize', buckets: [{ low: 1n, high: 1n, count: 1n }] },
      },
    ],
    text: '',
    issues: [],
    warnings: [],
  });
  const outcomes: readonly SledOutcome[] = [
    answer(0),
    { ...answer(1), issues: [{ code: 'drops', message: '' }] },
    { status: 'failed', sled: sled(2), elapsedMs: 0, stage: 'connect', error: new FleetError('timeout', '') },
  ];
  return mergeReport(outcomes, {
    probe,
    probeColumns: probe.columns,
    selection: '',
    startedAt: new Date(0),
    finishedAt: new Date(0),
    interrupted: false,
    filter: null,
    sortBy: [],
  });
}

function sled(cubby: number): Sled {
  const name = String(cubby);
  return { id: `3/${name}`, rack: '3', name, serial: name, cubby, labels: {}, host: '-' };
}
