import type { FieldName } from '../fields/report-fields.ts';
import { statusProbe } from '../kinds/status-probe.ts';
import { checkState } from '../kinds/upstairs-state.ts';

/** What it reads of a report beside the ids. */
export const DS_STATE_FIELDS = ['ds'] as const satisfies readonly FieldName[];

/** The state of each upstairs session's three downstairs. */
export const dsState = statusProbe({
  name: 'ds-state',
  summary: 'the state of the three downstairs of every upstairs',
  script: 'get-ds-state.sh',
  flags: [],
  fields: DS_STATE_FIELDS,
  wide: [],
  lacking: 'issue',
  check: checkState,
});
