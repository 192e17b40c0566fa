import {
  coverageOf,
  isComplete,
  ofRacks,
  racksOf,
  type FleetReport,
  type SledOutcome,
} from '../model/report.ts';
import type { Labels, Metric, Sample } from './exposition.ts';
import { hasDistributions } from '../distribution-views/distributions.ts';
import { sledLabels, type MetricView } from './metric-labels.ts';

/** Which sleds answered, how whole the answers are, and how the run went: in every report. */
export function coverageMetrics(report: FleetReport, view: MetricView): readonly Metric[] {
  return [...runMetrics(report), ...rackMetrics(report), ...sledMetrics(report, view)];
}

function runMetrics(report: FleetReport): readonly Metric[] {
  const whole = isComplete(report);
  const endSeconds = report.finishedAt.getTime() / 1000;
  const labels = { probe: report.probe, selection: report.selection };
  const one = (name: string, help: string, value: number): Metric =>
    gauge(`cruc_fleet_run_${name}`, help, [{ labels, value }]);
  return [
    one('complete', 'Whether every selected sled answered in full.', Number(whole)),
    one(
      'duration_seconds',
      'Time that the whole run took.',
      (report.finishedAt.getTime() - report.startedAt.getTime()) / 1000,
    ),
    one('end_timestamp_seconds', 'When the run ended.', endSeconds),
    gauge(
      'cruc_fleet_run_last_success_timestamp_seconds',
      'When the run ended, of a run in which every selected sled answered in full.',
      whole ? [{ labels, value: endSeconds }] : [],
    ),
  ];
}

function rackMetrics(report: FleetReport): readonly Metric[] {
  const racks = racksOf(report).map((rack) => {
    const labels = { probe: report.probe, selection: report.selection, rack };
    return { labels, coverage: coverageOf(ofRacks(report, [rack])) };
  });
  const each = (name: string, help: string, of: (coverage: ReturnType<typeof coverageOf>) => number) =>
    gauge(
      `cruc_fleet_sleds_${name}`,
      help,
      racks.map(({ labels, coverage }) => ({ labels, value: of(coverage) })),
    );
  return [
    each('selected', 'Sleds that were asked.', ({ selected }) => selected),
    each('answered', 'Sleds that answered, in full or partly.', ({ answered }) => answered),
    each('in_part', 'Sleds whose answer is not whole.', ({ withIssues }) => withIssues),
    each('failed', 'Sleds without an answer.', ({ failed }) => failed),
  ];
}

function sledMetrics(report: FleetReport, view: MetricView): readonly Metric[] {
  const each = (
    name: string,
    help: string,
    samples: (outcome: SledOutcome) => readonly OwnSample[],
  ): Metric =>
    gauge(
      `cruc_fleet_${name}`,
      help,
      report.outcomes.flatMap((outcome) => {
        const labels = { probe: report.probe, ...sledLabels(outcome.sled, view) };
        return samples(outcome).map((own) => ({ labels: { ...labels, ...own.labels }, value: own.value }));
      }),
    );
  const answers = (count: (outcome: SledOutcome & { status: 'answered' }) => number) => (o: SledOutcome) =>
    o.status === 'answered' ? [{ value: count(o) }] : [];
  return [
    each('sled_up', 'Whether the sled answered, in full or partly.', ({ status }) => [
      { value: Number(status === 'answered') },
    ]),
    each('sled_complete', 'Whether the sled answered in full.', (outcome) => [
      { value: Number(outcome.status === 'answered' && outcome.issues.length === 0) },
    ]),
    each(
      'sled_failed',
      'Why there is no answer of the sled: where it failed, and the code of the error.',
      (o) => (o.status === 'failed' ? [{ labels: { stage: o.stage, code: o.error.code }, value: 1 }] : []),
    ),
    each('sled_issues', 'What the answer of the sled lacks, by code.', issueCounts),
    each('sled_duration_seconds', 'Time until the sled had answered or failed.', (outcome) => [
      { value: Math.round(outcome.elapsedMs) / 1000 },
    ]),
    each('sled_info', 'What is known of the sled besides, always 1.', ({ sled }) => [
      { labels: { serial: sled.serial ?? '', cubby: String(sled.cubby ?? '') }, value: 1 },
    ]),
    each(
      'rows',
      'Rows in the answer of the sled, before any filter.',
      answers(({ rows }) => rows.length),
    ),
    each(
      'rows_noted',
      'Rows of the sled with a note: something changed, or the values may not be the present ones.',
      answers(({ rows }) => rows.filter(({ note }) => typeof note === 'string' && note !== '').length),
    ),
    each(
      'distributions',
      'Distributions in the answer of the sled, before any filter.',
      hasDistributions(report) ? answers(({ distributions }) => distributions.length) : () => [],
    ),
  ];
}

/** A sample beside the labels of its sled. */
interface OwnSample {
  readonly labels?: Labels;
  readonly value: number;
}

function issueCounts(outcome: SledOutcome): readonly OwnSample[] {
  if (outcome.status === 'failed') return [];
  const codes = [...new Set(outcome.issues.map(({ code }) => code))].sort();
  return codes.map((code) => ({
    labels: { code },
    value: outcome.issues.filter((issue) => issue.code === code).length,
  }));
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'gauge', help, samples };
}
