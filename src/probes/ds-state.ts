import { statusProbe } from '../kinds/status-probe.ts';
import { checkState, STATE_COLUMNS, statesOf } from '../kinds/upstairs-state.ts';

/** The state of each upstairs session's three downstairs. */
export const dsState = statusProbe({
  name: 'ds-state',
  summary: 'the state of the three downstairs of every upstairs',
  script: 'get-ds-state.sh',
  flags: [],
  valuesPerRow: 3,
  columns: STATE_COLUMNS,
  cells: (row, issues) => statesOf(row, row.values, issues),
  check: checkState,
});
