import type { Column, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { StatusRow } from '../parse/status-rows.ts';
import { statusProbe } from '../kinds/status-probe.ts';
import { checkStateAndRepairs, counterCells } from '../kinds/upstairs-counters.ts';
import { STATE_COLUMNS, statesOf } from '../kinds/upstairs-state.ts';

const COUNTERS = [
  'live_repair_completed_0',
  'live_repair_completed_1',
  'live_repair_completed_2',
  'live_repair_aborted_0',
  'live_repair_aborted_1',
  'live_repair_aborted_2',
] as const;

const COLUMNS: readonly Column[] = [
  ...COUNTERS.map((name): Column => {
    const downstairs = name.slice(-1);
    const completed = name.includes('completed');
    return {
      name,
      heading: `${completed ? 'LRC' : 'LRA'}${downstairs}`,
      kind: 'count',
      help: `live repairs of downstairs ${downstairs} that were ${completed ? 'completed' : 'aborted'} in this session`,
      narrow: true,
    };
  }),
  ...STATE_COLUMNS.map((column) => (column.kind === 'state' ? { ...column, narrow: false } : column)),
];

/** How often each downstairs was live-repaired, and how often a repair was aborted. */
export const lrState = statusProbe({
  name: 'lr-state',
  summary: 'live repairs completed and aborted, by downstairs, of every upstairs',
  script: 'get-lr-state.sh',
  // The states too: rows are filtered and sorted by them.
  flags: ['-s'],
  valuesPerRow: COUNTERS.length + 3,
  columns: COLUMNS,
  cells: (row, issues) => ({
    ...countersOf(row, issues),
    ...statesOf(row, row.values.slice(COUNTERS.length), issues),
  }),
  check: checkStateAndRepairs,
});

/** The six counters, which are the first values of a row. */
export function countersOf(row: StatusRow, issues: Issue[]): Row {
  return counterCells(row, COUNTERS, row.values, 'issue', issues);
}
