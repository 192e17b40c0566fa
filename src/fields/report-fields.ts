import { columnsOfField, type FieldColumn, type ReportField } from './report-field.ts';

/**
 * Every field that an up-status report has or had (Crucible's `upstairs/src/upstairs.rs`, `DtraceInfo`), whether a
 * probe reads it or not. Scripts, columns, help and `scripts/README.md` are made of this table or are held equal to it.
 */
export const REPORT_FIELDS = [
  {
    name: 'upstairs_id',
    heading: 'UPSTAIRS',
    kind: 'id',
    help: 'id of the upstairs (a region set)',
    path: 'upstairs_id',
    width: 36,
    since: 'May 2025',
  },
  {
    name: 'session_id',
    heading: 'SESSION',
    kind: 'id',
    rank: -1,
    help: 'new at each start of the upstairs',
    path: 'session_id',
    width: 36,
    since: 'April 2024',
  },
  {
    name: 'ds',
    heading: 'DS',
    kind: 'state',
    help: 'state of the downstairs',
    path: 'ds_state[n]',
    each: true,
    width: 17,
  },
  {
    name: 'up_count',
    heading: 'UPW',
    kind: 'gauge',
    help: 'guest jobs that are not acknowledged yet',
    path: 'up_count',
    metric: 'up_jobs',
    width: 4,
  },
  {
    name: 'ds_count',
    heading: 'DSW',
    kind: 'gauge',
    help: 'active jobs on the downstairs side',
    path: 'ds_count',
    metric: 'ds_jobs',
    width: 5,
  },
  {
    name: 'next_job_id',
    heading: 'NEXT_JOB',
    kind: 'counter',
    help: 'id that the next job will get; begins at 1000',
    path: 'next_job_id',
    metric: null,
    width: 9,
  },
  {
    name: 'write_bytes_out',
    heading: 'WRITE_BO',
    kind: 'gauge',
    help: 'bytes of writes that are under way',
    path: 'write_bytes_out',
    metric: 'write_out_bytes',
    width: 9,
  },
  {
    name: 'write_delay_us',
    heading: 'BP',
    kind: 'gauge',
    help: 'delay of guest writes, in microseconds, so that the downstairs does not fall behind',
    path: 'ds_delay_us[n]',
    each: true,
    metric: null,
    width: 5,
  },
  {
    name: 'backpressure',
    heading: 'BAKPR',
    kind: 'gauge',
    help: 'delay of guest writes, in microseconds, one for all downstairs',
    path: 'up_backpressure',
    metric: null,
    width: 5,
    since: 'October 2023',
    until: 'November 2024',
  },
  {
    name: 'new',
    heading: 'NEW',
    kind: 'gauge',
    help: 'jobs that the downstairs has not begun',
    path: 'ds_io_count.new[n]',
    each: true,
    width: 4,
    until: 'autumn 2024',
  },
  {
    name: 'in_progress',
    heading: 'IP',
    kind: 'gauge',
    help: 'jobs that the downstairs has in progress',
    path: 'ds_io_count.in_progress[n]',
    each: true,
    width: 4,
  },
  {
    name: 'done',
    heading: 'D',
    kind: 'gauge',
    help: 'jobs that the downstairs has done',
    path: 'ds_io_count.done[n]',
    each: true,
    width: 4,
  },
  {
    name: 'skipped',
    heading: 'S',
    kind: 'gauge',
    help: 'jobs that the downstairs skipped',
    path: 'ds_io_count.skipped[n]',
    each: true,
    width: 4,
  },
  {
    name: 'error',
    heading: 'E',
    kind: 'gauge',
    help: 'jobs that failed on the downstairs',
    path: 'ds_io_count.error[n]',
    each: true,
    width: 2,
  },
  {
    name: 'flow_control',
    heading: 'FC',
    kind: 'counter',
    help: 'times that flow control was enabled on the downstairs',
    path: 'ds_flow_control[n]',
    each: true,
    width: 4,
    until: 'March 2024',
  },
  {
    name: 'live_repair_completed',
    heading: 'LRC',
    kind: 'counter',
    help: 'live repairs of the downstairs that were completed',
    path: 'ds_live_repair_completed[n]',
    each: true,
    width: 4,
  },
  {
    name: 'live_repair_aborted',
    heading: 'LRA',
    kind: 'counter',
    help: 'live repairs of the downstairs that were aborted; an abort counts for all three at once',
    path: 'ds_live_repair_aborted[n]',
    each: true,
    width: 4,
  },
  {
    name: 'live_repair_skipped',
    heading: 'LRS',
    kind: 'counter',
    help: 'live repairs of the downstairs that were skipped because the upstairs is read-only',
    path: 'ds_ro_lr_skipped[n]',
    each: true,
    width: 4,
  },
  {
    name: 'connected',
    heading: 'CON',
    kind: 'counter',
    help: 'connections made to the downstairs; 1 is never reconnected',
    path: 'ds_connected[n]',
    each: true,
    width: 5,
  },
  {
    name: 'replaced',
    heading: 'REP',
    kind: 'counter',
    help: 'times that the downstairs was replaced',
    path: 'ds_replaced[n]',
    each: true,
    width: 4,
  },
  {
    name: 'extents_repaired',
    heading: 'ER',
    kind: 'counter',
    help: 'extents that live repair repaired on the downstairs',
    path: 'ds_extents_repaired[n]',
    each: true,
    width: 5,
  },
  {
    name: 'extents_confirmed',
    heading: 'EC',
    kind: 'counter',
    help: 'extents that live repair found good on the downstairs',
    path: 'ds_extents_confirmed[n]',
    each: true,
    width: 5,
  },
  {
    name: 'extent_under_repair',
    heading: 'EXTENT',
    kind: 'gauge',
    help: 'extent under live repair; 0 is none, or extent 0',
    path: 'ds_extent_limit',
    metric: null,
    width: 6,
  },
  {
    name: 'reconciled',
    heading: 'RECONCILED',
    kind: 'gauge',
    help: 'tasks of reconciliation that are done, four for each extent',
    path: 'ds_reconciled',
    width: 10,
  },
  {
    name: 'reconcile_needed',
    heading: 'NEEDED',
    kind: 'gauge',
    help: 'tasks of reconciliation that are still to do, four for each extent',
    path: 'ds_reconcile_needed',
    width: 6,
  },
  {
    name: 'reconcile_aborted',
    heading: 'ABORTED',
    kind: 'counter',
    help: 'reconciliations that failed',
    path: 'ds_reconcile_aborted',
    width: 7,
  },
  action('apply', 'APPLY', 'turns of the main loop'),
  action('action_downstairs', 'DOWN_S', 'turns for a message of a downstairs'),
  action('action_guest', 'GUEST', 'turns for a request of the guest'),
  action('action_deferred_block', 'DFR_BLK', 'turns for a deferred block request'),
  action('action_deferred_message', 'DFR_MSG', 'turns for a deferred message'),
  { ...action('action_leak_check', 'LEAK_CHK', 'turns for the check of leaks'), until: 'October 2024' },
  action('action_flush_check', 'FLUSH_CHK', 'turns for the check whether to flush'),
  action('action_stat_check', 'STAT_CHK', 'turns for the statistics'),
  {
    ...action('action_repair_check', 'REPR_CHK', 'turns for the check whether to repair'),
    until: 'January 2025',
  },
  action('action_control_check', 'CTRL_CHK', 'turns for a control request'),
  action('action_noop', 'NOOP', 'turns with nothing to do'),
] as const satisfies readonly ReportField[];

/** The name of a field of the report. */
export type FieldName = (typeof REPORT_FIELDS)[number]['name'];

function action<const N extends string, const H extends string>(name: N, heading: H, help: string) {
  return {
    name,
    heading,
    kind: 'counter',
    help,
    path: `up_counters.${name}`,
    width: 10,
    since: 'January 2024',
  } as const;
}

const BY_NAME: ReadonlyMap<string, ReportField> = new Map(REPORT_FIELDS.map((field) => [field.name, field]));

/** The field of a name. */
export function reportField(name: FieldName): ReportField {
  const field = BY_NAME.get(name);
  if (field === undefined) throw new Error(`the table of fields lacks ${name}`);
  return field;
}

/** The columns of some fields, in their order: three of a field that each downstairs has. */
export function reportColumns(names: readonly FieldName[]): readonly FieldColumn[] {
  return names.flatMap((name) => columnsOfField(reportField(name)));
}
