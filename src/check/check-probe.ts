import { COLUMNS_READ } from '../alert/columns-read.ts';
import { columnsOf } from '../kinds/column-help.ts';
import { statusProbe } from '../kinds/status-probe.ts';
import { checkStateAndRepairs, counterCells } from '../kinds/upstairs-counters.ts';
import { STATE_COLUMNS, statesOf } from '../kinds/upstairs-state.ts';
import type { Column } from '../model/column.ts';

/** What the script prints, in its order: these counters, the three states, those counters. */
const BEFORE_STATES = counterColumns('LRC0 LRC1 LRC2 LRA0 LRA1 LRA2');
const BEHIND_STATES = counterColumns(
  'CON0 CON1 CON2 REP0 REP1 REP2 ER0 ER1 ER2 EC0 EC1 EC2 EXTENT RECONCILED NEEDED',
);
const STATES_AT = BEFORE_STATES.length;
const STATES_END = STATES_AT + 3;

const WANTED: ReadonlySet<string> = new Set(COLUMNS_READ);
refuseMissing();

/**
 * What `cruc-fleet check` asks of a sled: states, and the counters that its rules read, of one moment, in one run of
 * dtrace. It is no probe of `run`. A counter that an older Crucible does not report is null and no issue, since the
 * states are whole without it.
 */
export const checkProbe = statusProbe({
  name: 'check',
  summary: 'the states and repair counters of every upstairs',
  script: 'get-lr-state.sh',
  flags: ['-a'],
  valuesPerRow: STATES_END + BEHIND_STATES.length,
  columns: [...STATE_COLUMNS, ...[...BEFORE_STATES, ...BEHIND_STATES].filter(isWanted)],
  cells: (row, issues) => {
    const counters = {
      ...counterCells(row, namesOf(BEFORE_STATES), row.values.slice(0, STATES_AT), 'older', issues),
      ...counterCells(row, namesOf(BEHIND_STATES), row.values.slice(STATES_END), 'older', issues),
    };
    return {
      ...statesOf(row, row.values.slice(STATES_AT, STATES_END), issues),
      ...Object.fromEntries(Object.entries(counters).filter(([name]) => WANTED.has(name))),
    };
  },
  check: checkStateAndRepairs,
});

/** Only the states stand in a narrow table. */
function counterColumns(headings: string): readonly Column[] {
  return columnsOf(headings.split(' ')).map((column) => ({ ...column, narrow: false }));
}

function namesOf(columns: readonly Column[]): readonly string[] {
  return columns.map((column) => column.name);
}

function isWanted({ name }: Column): boolean {
  return WANTED.has(name);
}

/** A rule must not wait for ever for what no sled is asked. */
function refuseMissing(): void {
  const printed = new Set(namesOf([...BEFORE_STATES, ...BEHIND_STATES]));
  const missing = COLUMNS_READ.filter((name) => !printed.has(name));
  if (missing.length > 0)
    throw new Error(`a rule of check reads what its script lacks: ${missing.join(', ')}`);
}
