import { FIELDS_READ } from '../alert/columns-read.ts';
import { REPORT_FIELDS, type FieldName } from '../fields/report-fields.ts';
import { DS_STATE_FIELDS } from '../probes/ds-state.ts';
import { LR_STATE_FIELDS } from '../probes/lr-state.ts';

const READ: ReadonlySet<FieldName> = new Set<FieldName>([
  ...DS_STATE_FIELDS,
  ...LR_STATE_FIELDS,
  ...FIELDS_READ,
]);

/** What the D program of the status scripts prints of a report: all that ds-state, lr-state and the rules of check read. */
export const STATUS_FIELDS: readonly FieldName[] = REPORT_FIELDS.map(({ name }) => name).filter((name) =>
  READ.has(name),
);
