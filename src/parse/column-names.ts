import { OTHER_COLUMNS } from '../fields/other-columns.ts';
import { columnsOfField, DOWNSTAIRS } from '../fields/report-field.ts';
import { REPORT_FIELDS } from '../fields/report-fields.ts';

/**
 * Headings of the scripts that are run by hand, now or once, where they are others than ours. `n` at the end of a
 * heading and of a name stands for the downstairs 0, 1 or 2.
 */
const OTHER_HEADINGS: Readonly<Record<string, string>> = {
  UUID: 'upstairs_id',
  'DS STATE n': 'dsn',
  JOBID: 'next_job_id',
  CON: 'connected',
  CONN: 'connected',
  CONNECTEDn: 'connected_n',
  REPLACEDn: 'replaced_n',
  LR_COMPLETEDn: 'live_repair_completed_n',
  LR_ABORTEDn: 'live_repair_aborted_n',
  ELR: 'extents_repaired',
  EXTENTS_REPAIREDn: 'extents_repaired_n',
  ELC: 'extents_confirmed',
  EXTENTS_CONFIRMEDn: 'extents_confirmed_n',
  ERR: 'reconciled',
  ERN: 'reconcile_needed',
};

/** Every heading that is known, ours and those of other scripts, with the name of its column in JSON and CSV. */
export const COLUMN_NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(OTHER_COLUMNS.map(({ heading, name }) => [heading, name])),
  ...Object.fromEntries(
    REPORT_FIELDS.flatMap((field) => columnsOfField(field)).map(({ heading, name }) => [heading, name]),
  ),
  ...Object.fromEntries(
    Object.entries(OTHER_HEADINGS).flatMap(([heading, name]) =>
      heading.endsWith('n')
        ? DOWNSTAIRS.map((client) => [ofClient(heading, client), ofClient(name, client)])
        : [[heading, name]],
    ),
  ),
};

function ofClient(text: string, client: number): string {
  return text.replace(/n$/, String(client));
}

/** The name of a heading's column in JSON and CSV, lower_snake; of a heading that is not known, made of it. */
export function columnNameOf(heading: string): string {
  const known = Object.hasOwn(COLUMN_NAMES, heading) ? COLUMN_NAMES[heading] : undefined;
  if (known !== undefined) return known;
  if (heading.endsWith('/S')) return `${columnNameOf(heading.slice(0, -2))}_per_second`;
  return heading
    .toLowerCase()
    .replace(/>$/, '_in')
    .replace(/<$/, '_out')
    .replaceAll(/[^a-z0-9]+/g, '_');
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
  return GROUPS.has(heading) ? DOWNSTAIRS.map((client) => `${heading}${client}`) : [heading];
}
