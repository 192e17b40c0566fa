import type { Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { RowFinding } from '../model/probe.ts';
import type { StatusRow } from '../parse/status-rows.ts';
import { checkState } from './upstairs-state.ts';

/** What it means that a report does not carry a counter (`-`): something is missing, or this Crucible is older. */
export type Lacking = 'issue' | 'older';

/**
 * The cells of the counters with these names; `values` are their texts. A counter is exact or null: never
 * rounded, never 0 where there is no value. What is not a counter becomes an issue, and so does one that is lacking if it
 * should be there. All are null where the process did not report.
 */
export function counterCells(
  row: Pick<StatusRow, 'zone' | 'pid'>,
  names: readonly string[],
  values: readonly string[],
  lacking: Lacking,
  issues: Issue[],
): Row {
  return Object.fromEntries(
    names.map((name, index): [string, number | null] => {
      const text = values[index];
      if (text === undefined || (text === '-' && lacking === 'older')) return [name, null];
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      if (Number.isSafeInteger(value)) return [name, value];
      issues.push({
        code: 'unparsed_line',
        message: `${name} of ${row.zone} (PID ${row.pid}) could not be read: ${text === '-' ? 'the report lacks it' : text}`,
      });
      return [name, null];
    }),
  );
}

/**
 * What there is to say about a row with states and counters: as of its states, and repairs that were aborted. Crucible
 * counts an abort for all three downstairs at once, so that the counter names none of them.
 */
export function checkStateAndRepairs(row: Row): readonly RowFinding[] {
  const counts = [0, 1, 2].map((index) => row[`live_repair_aborted_${index}`]);
  const count = Math.max(0, ...counts.filter((each) => typeof each === 'number'));
  if (count === 0) return checkState(row);
  const message = `${count} live ${count === 1 ? 'repair' : 'repairs'} aborted`;
  return [...checkState(row), { rule: 'live_repair_aborted', severity: 'warning', message }];
}
