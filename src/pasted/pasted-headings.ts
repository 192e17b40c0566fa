import { COLUMN_NAMES, columnNameOf } from '../parse/column-names.ts';

/** The column of what ctop prints before a row. */
export const MARK = 'mark';

/** How columns are called in which a table itself says whose its rows are. */
export const OF_SLED = 'printed_';

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
  // What the report itself says of each row.
  ...Object.fromEntries(
    ['RACK', 'SLED', 'SERIAL', 'CUBBY', 'HOST'].map((heading) => [
      heading,
      `${OF_SLED}${heading.toLowerCase()}`,
    ]),
  ),
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

const ALL = [...Object.entries(COLUMN_NAMES), ...Object.entries(HEADINGS)];
const KNOWN_HEADINGS: readonly string[] = ALL.map(([heading]) => heading.toLowerCase());
const KNOWN_NAMES: ReadonlySet<string> = new Set(ALL.map(([, name]) => name));

/** Whether a column is called by the beginning of a known heading: its text was cut at the right. */
export function isCutName(name: string): boolean {
  return !KNOWN_NAMES.has(name) && KNOWN_HEADINGS.some((heading) => heading.startsWith(name));
}

/** Columns that no probe of ours has, and cmon once printed. */
export const OTHER_COLUMNS: ReadonlySet<string> = new Set(
  [0, 1, 2].map((client) => `flow_control_${client}`),
);
