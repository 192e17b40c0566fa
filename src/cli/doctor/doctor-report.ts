import type { Telling } from '../../doctor/examine.ts';
import { mergeReport } from '../../fleet/merge.ts';
import { sortRows } from '../../fleet/sort-rows.ts';
import type { Column, Row } from '../../model/column.ts';
import type { FleetReport } from '../../model/report.ts';
import type { Target } from '../../model/target.ts';
import type { RowFinding } from '../../model/probe.ts';
import { STEP_RESULTS } from '../../model/trail.ts';
import { stepRows } from './step-rows.ts';
import type { Surroundings } from '../surroundings.ts';

/** The columns of a step on the way to a sled's answer. */
export const STEP_COLUMNS: readonly Column[] = [
  { name: 'step', heading: 'STEP', kind: 'text', help: 'the step, in the order in which they are taken' },
  {
    name: 'result',
    heading: 'RESULT',
    kind: 'text',
    help: `${STEP_RESULTS.join(', ')}: a notice is worth a look, none is a step that this way does not have`,
  },
  {
    name: 'ms',
    heading: 'MS',
    kind: 'count',
    help: 'milliseconds that it took; null where it has no time of its own',
  },
  {
    name: 'answer',
    heading: 'ANSWER',
    kind: 'text',
    help: 'what was found, the same for sleds that do not differ',
  },
  { name: 'details', heading: 'DETAILS', kind: 'text', help: 'details of this sled only, and long texts' },
  { name: 'remedy', heading: 'REMEDY', kind: 'text', help: 'what to do if it failed' },
];

/** What was found of each selected sled, those that could not be reached too, a row a step. */
export function doctorReport(
  run: Pick<FleetReport, 'selection' | 'startedAt' | 'finishedAt' | 'interrupted' | 'outcomes' | 'run'> & {
    /** In the order of the outcomes. */
    readonly targets: readonly Target[];
  },
  telling: Telling,
  sortBy: readonly string[] = [],
): FleetReport {
  const examined = run.outcomes.map((outcome, n) => ({
    outcome,
    rows: stepRows(outcome, run.targets[n], telling),
  }));
  const outcomes = examined.map(({ outcome, rows }) =>
    outcome.status === 'answered' ? { ...outcome, rows } : outcome,
  );
  const all = examined.flatMap(({ rows }) => rows);
  const report = mergeReport(outcomes, {
    ...run,
    probe: { name: 'doctor', shape: 'steps', check: () => [] },
    probeColumns: STEP_COLUMNS,
    filter: null,
    sortBy,
  });
  return {
    ...report,
    rows: sortBy.length === 0 ? all : sortRows(all, sortBy),
    rowsBeforeFilter: all.length,
    findings: all.flatMap((row) => findingsOf(row).map((finding) => ({ ...finding, ...whose(row) }))),
  };
}

/** Whether a step failed on a sled, or could not be tried. */
export function hasFailedStep({ rows }: FleetReport): boolean {
  return rows.some(({ result }) => result === 'failed' || result === 'not_tried');
}

function findingsOf(row: Row): readonly RowFinding[] {
  if (row['result'] !== 'failed') return [];
  const message = `${String(row['step'])}: ${String(row['answer'])}`;
  return [{ rule: 'step_failed', severity: 'warning', message }];
}

function whose(row: Row) {
  const nothing = { zone: null, pid: null, upstairsId: null, sessionId: null };
  return { rack: String(row['rack']), sled: String(row['sled']), ...nothing };
}

/** The time of day at a moment of the monotonic clock, as both clocks are now. */
export function timeOfDay({ now, elapsed }: Surroundings): (elapsedMs: number) => Date {
  const offsetMs = now().getTime() - elapsed();
  return (elapsedMs) => new Date(offsetMs + elapsedMs);
}
