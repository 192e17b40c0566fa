import type { Cell, Column, Row } from '../model/column.ts';
import type { FleetReport } from '../model/report.ts';
import type { Metric, Sample } from './exposition.ts';
import { groupRows, isLabelColumn, type MetricView, type RowGroup } from './metric-labels.ts';
import { measuredColumn, metricPrefix, type ColumnMetric } from './metric-names.ts';

/** The column that an aggregation of a user's own script counts in. */
const OWN_COUNT = 'count';

/**
 * The numbers of rows, added up where rows share their labels. A sum with an unknown part is left out. What
 * a user's own script prints has no names of its own, since its meaning is unknown.
 */
export function rowMetrics(report: FleetReport, view: MetricView): readonly Metric[] {
  const groups = groupRows(report, view);
  const wanted = report.columns.filter(
    (column) =>
      column.kind === 'count' &&
      !isLabelColumn(column) &&
      (view.values === null
        ? column.undeclared !== true || column.name === OWN_COUNT
        : view.values.includes(column.name)),
  );
  const own = wanted.filter(({ undeclared }) => undeclared === true);
  return [...declaredMetrics(report, view, groups, wanted), ownMetric(report, groups, own)];
}

function declaredMetrics(
  report: FleetReport,
  view: MetricView,
  groups: readonly RowGroup[],
  columns: readonly Column[],
): readonly Metric[] {
  const metrics = new Map<string, Metric>();
  for (const { name: column, undeclared } of columns) {
    const measured = undeclared === true ? null : measuredColumn(column);
    if (measured === null) continue;
    const { downstairs } = measured;
    const metric = familyOf(report.probe, measured, view);
    const samples = groups.flatMap((group) =>
      sumSamples(group, column, downstairs === null ? {} : { downstairs }),
    );
    const before = metrics.get(metric.name)?.samples ?? [];
    metrics.set(metric.name, { ...metric, samples: [...before, ...samples] });
  }
  return [...metrics.values()];
}

/**
 * A counter of a session is one to Prometheus only while a session keeps it apart. Added up by sled it falls when a
 * session ends, which Prometheus would take for a new beginning and the rest of the sum for new events.
 */
function familyOf(probe: string, { name, kind, help }: ColumnMetric, view: MetricView): Metric {
  const own = `${metricPrefix(probe)}_${name}`;
  const metric = (metricName: string, type: 'gauge' | 'counter', text: string): Metric => ({
    name: metricName,
    type,
    help: `${text}.`,
    samples: [],
  });
  switch (kind) {
    case 'session':
      return view.askedLabels.some((label) => label === 'session_id' || label === 'upstairs_id')
        ? metric(`${own}_total`, 'counter', `${help} since the session began`)
        : metric(own, 'gauge', `${help} since their sessions began, of the sessions that are there now`);
    case 'interval':
      return metric(
        own,
        'gauge',
        `${help}: in the last interval, in the whole run with --totals, a second with --rates`,
      );
    case 'now':
    case 'rate':
      return metric(own, 'gauge', help);
  }
}

function ownMetric(report: FleetReport, groups: readonly RowGroup[], columns: readonly Column[]): Metric {
  return {
    name: 'cruc_fleet_script_value',
    type: 'untyped',
    help: 'Numbers in a column of what a D script of the user printed, added up over the rows with these labels.',
    samples: columns.flatMap(({ name }) =>
      groups.flatMap((group) => sumSamples(group, name, { script: report.probe, column: name })),
    ),
  };
}

function sumSamples({ labels, rows }: RowGroup, column: string, own: Sample['labels']): readonly Sample[] {
  const value = sumOf(rows, column);
  return value === null ? [] : [{ labels: { ...labels, ...own }, value }];
}

/** Exact where all are whole, whatever their size; null where one is not a number. */
function sumOf(rows: readonly Row[], column: string): number | bigint | null {
  const values = rows.map((row) => numberIn(row[column] ?? null));
  if (values.every((value) => typeof value === 'bigint')) return values.reduce((sum, each) => sum + each, 0n);
  const sum = values.reduce<number>((total, each) => total + (each === null ? Number.NaN : Number(each)), 0);
  // Rates have tenths, and binary fractions of them more digits.
  return Number.isNaN(sum) ? null : Number(sum.toFixed(6));
}

function numberIn(cell: Cell): number | bigint | null {
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? BigInt(cell) : cell;
  return typeof cell === 'string' && /^-?\d+$/.test(cell) ? BigInt(cell) : null;
}
