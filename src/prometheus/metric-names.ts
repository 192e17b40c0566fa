import type { ReportField } from '../fields/report-field.ts';
import { REPORT_FIELDS } from '../fields/report-fields.ts';

/** What the metrics of one probe begin with: `cruc_fleet_perf_vol`. */
export function metricPrefix(probe: string): string {
  return `cruc_fleet_${probe.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`;
}

/** A column of numbers as a metric. */
export interface ColumnMetric {
  /** After the probe's prefix. */
  readonly name: string;
  /**
   * `now`: how many there are at the end. `session`: since the session began, so that it only grows within one.
   * `interval`: counted in the last interval, in the whole run with `--totals`, a second with `--rates`. `rate`: a
   * second, always.
   */
  readonly kind: 'now' | 'session' | 'interval' | 'rate';
  /** What is counted, as the beginning of a sentence. */
  readonly help: string;
}

const INTERVAL: Readonly<Record<string, string>> = {
  flush_in: 'Flushes that came in',
  flush_out: 'Flushes answered',
  write_in: 'Writes that came in',
  write_out: 'Writes answered',
  read_in: 'Reads that came in',
  read_out: 'Reads answered',
  write_unwritten_in: 'Writes of unwritten blocks that came in',
  write_unwritten_out: 'Writes of unwritten blocks answered',
  barrier_in: 'Barriers that came in',
  barrier_out: 'Barriers answered',
  work_submitted: 'IOs given to the work task',
  work_in_progress: 'IOs that the work task took off its queue',
  work_done: 'IOs that the work task completed',
  start: 'IOs begun',
  done: 'IOs answered',
};

/** Of rows that are not of reports, or are worked out of two. */
const NOW: Readonly<Record<string, string>> = {
  delta: 'Jobs since the report before',
  extents_left: 'Extents that are left to repair',
  extents_per_second: 'Extents repaired and confirmed a second',
  files: 'Files that were removed',
  status: 'Exit status of the command; 128 + n if signal n ended it',
};

/** Fields of the report, by the name of their column; `done_n` is one of each downstairs, not `done` of counts. */
const FIELDS: ReadonlyMap<string, ColumnMetric> = new Map(
  REPORT_FIELDS.flatMap((field: ReportField): readonly (readonly [string, ColumnMetric])[] => {
    const { name, kind, metric = name, help, each } = field;
    if (metric === null || (kind !== 'gauge' && kind !== 'counter')) return [];
    // What stands behind a semicolon is about the column.
    const [said = ''] = help.split('; ');
    const text = said.slice(0, 1).toUpperCase() + said.slice(1);
    const column = each === true ? `${name}_n` : name;
    return [[column, { name: metric, kind: kind === 'gauge' ? 'now' : 'session', help: text }]];
  }),
);

/** A column as a metric, and the downstairs that it is of: null where it is of none. */
export interface MeasuredColumn extends ColumnMetric {
  readonly downstairs: string | null;
}

/**
 * How the numbers of a column are measured. Null for what cannot be added up (ids, an extent's number, delays), and for
 * what is not known.
 */
export function measuredColumn(column: string): MeasuredColumn | null {
  const [, base, downstairs, rest = ''] = /^(.*)_([0-2])(_per_second)?$/.exec(column) ?? [];
  if (base === undefined || downstairs === undefined) return withDownstairs(metricOf(column), null);
  return withDownstairs(metricOf(`${base}_n${rest}`), downstairs);
}

function withDownstairs(metric: ColumnMetric | null, downstairs: string | null): MeasuredColumn | null {
  return metric === null ? null : { ...metric, downstairs };
}

function metricOf(name: string): ColumnMetric | null {
  if (Object.hasOwn(NOW, name)) return { name, kind: 'now', help: NOW[name] ?? '' };
  if (Object.hasOwn(INTERVAL, name)) return { name, kind: 'interval', help: INTERVAL[name] ?? '' };
  const field = FIELDS.get(name);
  if (field !== undefined) return field;
  const counter = FIELDS.get(name.replace(/_per_second$/, ''));
  return counter?.kind === 'session'
    ? { name: `${counter.name}_per_second`, kind: 'rate', help: `${counter.help} a second` }
    : null;
}
