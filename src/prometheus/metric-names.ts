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

const SESSION: Readonly<Record<string, string>> = {
  live_repair_completed: 'Live repairs completed',
  live_repair_aborted: 'Live repairs aborted',
  connected: 'Connections made to the downstairs',
  replaced: 'Replacements of the downstairs',
  extents_repaired: 'Extents that live repair repaired',
  extents_confirmed: 'Extents that live repair found good',
  reconcile_aborted: 'Reconciliations that failed',
  apply: 'Turns of the main loop',
  action_downstairs: 'Turns for a message of a downstairs',
  action_guest: 'Turns for a request of the guest',
  action_deferred_block: 'Turns for a deferred block request',
  action_deferred_message: 'Turns for a deferred message',
  action_leak_check: 'Turns for the check of leaks',
  action_flush_check: 'Turns for the check whether to flush',
  action_stat_check: 'Turns for the statistics',
  action_repair_check: 'Turns for the check whether to repair',
  action_control_check: 'Turns for a control request',
  action_noop: 'Turns with nothing to do',
};

/** Names that a metric may not have (`_count` is a histogram's), and units at their end. */
const NOW: Readonly<Record<string, { readonly name?: string; readonly help: string }>> = {
  up_count: { name: 'up_jobs', help: 'Guest jobs that are not acknowledged yet' },
  ds_count: { name: 'ds_jobs', help: 'Active jobs on the downstairs side' },
  delta: { help: 'Jobs since the report before' },
  write_bytes_out: { name: 'write_out_bytes', help: 'Bytes of writes that are under way' },
  new_n: { name: 'new', help: 'Jobs that the downstairs has not begun' },
  in_progress_n: { name: 'in_progress', help: 'Jobs that the downstairs has in progress' },
  done_n: { name: 'done', help: 'Jobs that the downstairs has done' },
  skipped_n: { name: 'skipped', help: 'Jobs that the downstairs skipped' },
  error_n: { name: 'error', help: 'Jobs that failed on the downstairs' },
  reconciled: { help: 'Extents that the last reconciliation repaired' },
  reconcile_needed: { help: 'Extents still to reconcile' },
  files: { help: 'Files that were removed' },
  status: { help: 'Exit status of the command; 128 + n if signal n ended it' },
};

/** A column as a metric, and the downstairs that it is of: null where it is of none. */
export interface MeasuredColumn extends ColumnMetric {
  readonly downstairs: string | null;
}

/**
 * How the numbers of a column are measured. Null for what cannot be added up (ids, an extent's number), and for what
 * is not known.
 */
export function measuredColumn(column: string): MeasuredColumn | null {
  const [, base, downstairs] = /^(.*)_([0-2])$/.exec(column) ?? [];
  if (base === undefined || downstairs === undefined) return withDownstairs(metricOf(column), null);
  return withDownstairs(metricOf(`${base}_n`) ?? metricOf(base), downstairs);
}

function withDownstairs(metric: ColumnMetric | null, downstairs: string | null): MeasuredColumn | null {
  return metric === null ? null : { ...metric, downstairs };
}

function metricOf(name: string): ColumnMetric | null {
  if (Object.hasOwn(NOW, name)) return { name, kind: 'now', help: '', ...NOW[name] };
  if (Object.hasOwn(INTERVAL, name)) return { name, kind: 'interval', help: INTERVAL[name] ?? '' };
  if (Object.hasOwn(SESSION, name)) return { name, kind: 'session', help: SESSION[name] ?? '' };
  const counter = name.replace(/_per_second$/, '');
  return counter !== name && Object.hasOwn(SESSION, counter)
    ? { name, kind: 'rate', help: `${SESSION[counter] ?? ''} a second` }
    : null;
}
