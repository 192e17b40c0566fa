import { reportColumns, type FieldName } from '../fields/report-fields.ts';
import { statusProbe } from '../kinds/status-probe.ts';
import { checkStateAndRepairs, counterCells } from '../kinds/upstairs-counters.ts';
import type { Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { StatusRow } from '../parse/status-rows.ts';

/** What it reads of a report beside the ids: the states too, since rows are filtered and sorted by them. */
export const LR_STATE_FIELDS = [
  'live_repair_completed',
  'live_repair_aborted',
  'ds',
] as const satisfies readonly FieldName[];

/** How often each downstairs was live-repaired, and how often a repair was aborted. */
export const lrState = statusProbe({
  name: 'lr-state',
  summary: 'counts of live repairs completed and aborted, by downstairs, of every upstairs',
  script: 'get-lr-state.sh',
  flags: ['-s'],
  fields: LR_STATE_FIELDS,
  wide: ['ds'],
  lacking: 'issue',
  check: checkStateAndRepairs,
});

const COUNTERS = reportColumns(['live_repair_completed', 'live_repair_aborted']).map((column) => column.name);

/** The six counters of a row that people pasted, which are the first values of it. */
export function countersOf(row: StatusRow, issues: Issue[]): Row {
  return counterCells(row, COUNTERS, row.values, 'issue', issues);
}
