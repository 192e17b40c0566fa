import type { Column, ColumnKind } from '../model/column.ts';
import { columnNameOf } from '../parse/column-names.ts';

/** What each column means, by its name; `_n` stands for the downstairs 0, 1 or 2. */
const HELP: Readonly<Record<string, string>> = {
  zone: 'zone of the process',
  pid: 'process',
  upstairs_id: 'id of the upstairs (a region set)',
  session_id: 'new at each start of the upstairs',
  volume: 'UUID of the volume',
  type: 'kind of IO or of repair job',
  client: 'downstairs client, 0 to 2',
  part: 'part of the way of an IO; the probe says which',
  ds: 'state of the downstairs',
  up_count: 'guest jobs that are not acknowledged yet',
  ds_count: 'active jobs on the downstairs side',
  next_job_id: 'id that the next job will get',
  delta: 'jobs since the row before; not known in the first',
  write_bytes_out: 'bytes of writes that are under way',
  in_progress: 'jobs that the downstairs has in progress',
  done: 'jobs done',
  skipped: 'jobs that the downstairs skipped',
  error: 'jobs that failed on the downstairs',
  extents_repaired: 'extents that live repair repaired',
  extents_confirmed: 'extents that live repair found good',
  connected: 'connections made; 1 is never reconnected',
  live_repair_completed: 'live repairs completed',
  live_repair_aborted: 'live repairs aborted',
  replaced: 'times that the downstairs was replaced',
  extent_under_repair: 'extent under live repair; 0 is none, or extent 0',
  reconciled: 'extents that reconciliation repaired',
  reconcile_needed: 'extents still to reconcile',
  reconcile_aborted: 'reconciliations that failed',
  flush_in: 'flushes that came in',
  flush_out: 'flushes answered',
  write_in: 'writes that came in',
  write_out: 'writes answered',
  read_in: 'reads that came in',
  read_out: 'reads answered',
  write_unwritten_in: 'writes of unwritten blocks that came in',
  write_unwritten_out: 'writes of unwritten blocks answered',
  barrier_in: 'barriers that came in',
  barrier_out: 'barriers answered',
  work_submitted: 'IOs given to the work task',
  work_in_progress: 'IOs that the work task took off its queue',
  work_done: 'IOs that the work task completed',
  start: 'IOs begun',
  apply: 'turns of the main loop',
  action_downstairs: 'turns for a message of a downstairs',
  action_guest: 'turns for a request of the guest',
  action_deferred_block: 'turns for a deferred block request',
  action_deferred_message: 'turns for a deferred message',
  action_flush_check: 'turns for the check whether to flush',
  action_stat_check: 'turns for the statistics',
  action_control_check: 'turns for a control request',
  action_noop: 'turns with nothing to do',
  note: 'what is missing, and why',
};

/** The columns of headings, as `D1` or `F>`, with their names and what they mean. */
export function columnsOf(headings: readonly string[]): readonly Column[] {
  return headings.map((heading): Column => {
    const name = columnNameOf(heading);
    return { name, heading, kind: kindOf(name), help: helpOf(name), narrow: true };
  });
}

/** A column without a heading of its own: a key of a distribution, or one that is made of others. */
export function columnNamed(name: string, heading: string, help?: string): Column {
  return { name, heading, kind: kindOf(name), help: help ?? helpOf(name), narrow: true };
}

function helpOf(name: string): string {
  const known = HELP[name];
  if (known !== undefined) return known;
  const client = /_?([0-2])$/.exec(name);
  const group = client === null ? undefined : HELP[name.slice(0, client.index)];
  return group === undefined ? name.replaceAll('_', ' ') : `${group}, of downstairs ${client?.[1]}`;
}

function kindOf(name: string): ColumnKind {
  if (name === 'zone') return 'zone';
  if (/^ds[0-2]$/.test(name)) return 'state';
  if (['upstairs_id', 'session_id', 'volume'].includes(name)) return 'id';
  if (name === 'note') return 'note';
  return name === 'type' ? 'text' : 'count';
}
