import type { FieldColumn } from '../fields/report-field.ts';
import { reportColumns, type FieldName } from '../fields/report-fields.ts';

/** What an author says of a probe that shows fields of the up-status reports, a row a session. */
export interface ReportTable {
  readonly kind: 'report-table';
  readonly name: string;
  readonly summary: string;
  /** Behind zone, PID and ids, in their order; `delta` is what `next_job_id` grew by since the row before. */
  readonly fields: readonly (FieldName | 'delta')[];
  /** Counters that also get a column with their rate. */
  readonly ratesOf?: readonly FieldName[];
  readonly pid: 'optional' | 'needed';
  /** What the script leaves out by hand unless LONG asks for it, so that a row fits 200 columns. */
  readonly onlyLong?: readonly FieldName[];
}

const IDS = ['upstairs_id', 'session_id'] as const;

/** The columns of a table of reports behind zone and PID: the ids, its fields, and `delta`. */
export function valueColumns(table: ReportTable): readonly (FieldColumn | 'delta')[] {
  const fields: readonly (FieldName | 'delta')[] = [...IDS, ...table.fields];
  return fields.flatMap((name): readonly (FieldColumn | 'delta')[] =>
    name === 'delta' ? [name] : reportColumns([name]),
  );
}
