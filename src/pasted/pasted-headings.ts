import { columnNameOf } from '../parse/column-names.ts';

/** The column of what ctop prints before a row. */
export const MARK = 'mark';

/**
 * Headings of cmon and ctop (`format_header`), and of Crucible's scripts of former years, that our tables do not have.
 * `n` at the end of both stands for the downstairs 0, 1 or 2.
 */
const HEADINGS: Readonly<Record<string, string>> = {
  NEXTJOB: 'next_job_id',
  WRBYTES: 'write_bytes_out',
  EXTL: 'extent_under_repair',
  REC: 'reconciled',
  RECD: 'reconciled',
  NREC: 'reconcile_needed',
  RECN: 'reconcile_needed',
  AREC: 'reconcile_aborted',
  RPLn: 'replaced_n',
  EXRn: 'extents_repaired_n',
  EXCn: 'extents_confirmed_n',
  RPARn: 'extents_repaired_n',
  CONFn: 'extents_confirmed_n',
  FCn: 'flow_control_n',
  DLYn: 'write_delay_us_n',
  RLSn: 'live_repair_skipped_n',
  DEFER: 'action_deferred',
  MARK,
};

/** Headings that only cmon and ctop print; FC is one that a table of ours may have. */
const OF_CMON = /^(?:NEXTJOB|WRBYTES|EXTL|RECD|NREC|RECN|AREC|(?:RPL|EXR|EXC|DLY|RLS)[0-2])$/;

export function isOfCmon(heading: string): boolean {
  return OF_CMON.test(heading);
}

/** The name of a pasted heading's column. */
export function pastedColumnName(heading: string): string {
  const client = /[0-2]$/.exec(heading)?.[0];
  const key = client === undefined ? heading : `${heading.slice(0, -1)}n`;
  const name = Object.hasOwn(HEADINGS, key) ? HEADINGS[key] : undefined;
  if (name === undefined) return columnNameOf(heading);
  return client === undefined ? name : name.replace(/n$/, client);
}

/** Columns that no probe of ours has, and cmon once printed. */
export const OTHER_COLUMNS: ReadonlySet<string> = new Set(
  [0, 1, 2].map((client) => `flow_control_${client}`),
);
