/**
 * Headings of tables, those of our scripts and those of the scripts that are run by hand, and the name of their column
 * in JSON and CSV. `n` at the end of both stands for the downstairs 0, 1 or 2.
 */
export const COLUMN_NAMES: Readonly<Record<string, string>> = {
  // who
  ZONE: 'zone',
  PID: 'pid',
  UPSTAIRS: 'upstairs_id',
  UUID: 'upstairs_id',
  SESSION: 'session_id',
  VOLUME: 'volume',
  TYPE: 'type',
  // the upstairs
  DSn: 'dsn',
  'DS STATE n': 'dsn',
  UPW: 'up_count',
  DSW: 'ds_count',
  NEXT_JOB: 'next_job_id',
  JOBID: 'next_job_id',
  DELTA: 'delta',
  BAKPR: 'backpressure',
  WRITE_BO: 'write_bytes_out',
  NEWn: 'new_n',
  IPn: 'in_progress_n',
  Dn: 'done_n',
  Sn: 'skipped_n',
  En: 'error_n',
  // its connections and repairs
  CON: 'connected',
  CONN: 'connected',
  CONn: 'connected_n',
  CONNECTEDn: 'connected_n',
  REPn: 'replaced_n',
  REPLACEDn: 'replaced_n',
  LRCn: 'live_repair_completed_n',
  LR_COMPLETEDn: 'live_repair_completed_n',
  LRAn: 'live_repair_aborted_n',
  LR_ABORTEDn: 'live_repair_aborted_n',
  ELR: 'extents_repaired',
  ERn: 'extents_repaired_n',
  EXTENTS_REPAIREDn: 'extents_repaired_n',
  ELC: 'extents_confirmed',
  ECn: 'extents_confirmed_n',
  EXTENTS_CONFIRMEDn: 'extents_confirmed_n',
  EXTENT: 'extent_under_repair',
  ERR: 'reconciled',
  RECONCILED: 'reconciled',
  ERN: 'reconcile_needed',
  NEEDED: 'reconcile_needed',
  ABORTED: 'reconcile_aborted',
  // IO by type, in and out
  'F>': 'flush_in',
  'F<': 'flush_out',
  'W>': 'write_in',
  'W<': 'write_out',
  'R>': 'read_in',
  'R<': 'read_out',
  'WU>': 'write_unwritten_in',
  'WU<': 'write_unwritten_out',
  'B>': 'barrier_in',
  'B<': 'barrier_out',
  START: 'start',
  DONE: 'done',
  // the work task of a downstairs
  WS: 'work_submitted',
  WIP: 'work_in_progress',
  WD: 'work_done',
  // the main loop of the upstairs
  APPLY: 'apply',
  DOWN_S: 'action_downstairs',
  GUEST: 'action_guest',
  DFR_BLK: 'action_deferred_block',
  DFR_MSG: 'action_deferred_message',
  LEAK_CHK: 'action_leak_check',
  FLUSH_CHK: 'action_flush_check',
  STAT_CHK: 'action_stat_check',
  REPR_CHK: 'action_repair_check',
  CTRL_CHK: 'action_control_check',
  NOOP: 'action_noop',
};

/** The name of a heading's column in JSON and CSV, lower_snake; of a heading that is not known, made of it. */
export function columnNameOf(heading: string): string {
  const plain = nameIn(heading);
  if (plain !== null) return plain;
  const client = /[0-2]$/.exec(heading)?.[0];
  const counted = client === undefined ? null : nameIn(`${heading.slice(0, -1)}n`);
  if (counted !== null && client !== undefined) return counted.replace(/n$/, client);
  return heading
    .toLowerCase()
    .replace(/>$/, '_in')
    .replace(/<$/, '_out')
    .replaceAll(/[^a-z0-9]+/g, '_');
}

function nameIn(heading: string): string | null {
  return Object.hasOwn(COLUMN_NAMES, heading) ? (COLUMN_NAMES[heading] ?? null) : null;
}

/** Headings that stand over a value for each of the three downstairs. */
const GROUPS = new Set([
  'LR_COMPLETED',
  'LR_ABORTED',
  'CONNECTED',
  'REPLACED',
  'EXTENTS_REPAIRED',
  'EXTENTS_CONFIRMED',
]);

/** The headings of single columns that a heading stands for: of `LR_COMPLETED` three, of others itself. */
export function expandHeading(heading: string): readonly string[] {
  return GROUPS.has(heading) ? [0, 1, 2].map((client) => `${heading}${client}`) : [heading];
}
