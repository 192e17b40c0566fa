import { mergeReport } from '../../fleet/merge.ts';
import { sortRows } from '../../fleet/sort-rows.ts';
import type { Column, Row } from '../../model/column.ts';
import type { FleetReport, SledOutcome } from '../../model/report.ts';
import type { FleetRun } from '../ask/fleet-run.ts';
import { bothAnswers } from './ask-places.ts';

/**
 * The report of a command that asked its sleds several questions, and whose rows are not those of any: every sled once,
 * with what was wrong with each of its answers.
 */
export function placeReport(
  run: FleetRun,
  later: readonly Pick<FleetRun, 'outcomes' | 'finishedAt' | 'interrupted'>[],
  made: {
    readonly name: string;
    readonly columns: readonly Column[];
    readonly rows: readonly Row[];
    readonly sortBy: readonly string[];
  },
): FleetReport {
  const outcomes = later
    .reduce<readonly SledOutcome[]>((all, next) => bothAnswers(all, { run: next }), run.outcomes)
    .map((outcome): SledOutcome => (outcome.status === 'failed' ? outcome : { ...outcome, rows: [] }));
  const report = mergeReport(outcomes, {
    ...run,
    finishedAt: later.at(-1)?.finishedAt ?? run.finishedAt,
    interrupted: [run, ...later].some(({ interrupted }) => interrupted),
    probe: { name: made.name, shape: 'rows', check: () => [] },
    probeColumns: made.columns,
    filter: null,
    sortBy: [],
  });
  const { rows, sortBy } = made;
  return {
    ...report,
    rows: sortBy.length === 0 ? rows : sortRows(rows, sortBy),
    rowsBeforeFilter: rows.length,
  };
}
