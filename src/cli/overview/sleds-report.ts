import { readAllScripts } from '../../fleet/bundle.ts';
import { mergeReport } from '../../fleet/merge.ts';
import { placeOf } from '../../fleet/finding-place.ts';
import type { FleetReport, SledOutcome } from '../../model/report.ts';
import { oddities } from '../../overview/odd-sleds.ts';
import { OVERVIEW_COLUMNS } from '../../overview/overview-columns.ts';
import { overviewRow, type OverviewContext } from '../../overview/overview-row.ts';
import type { FleetRun } from '../ask/fleet-run.ts';
import type { Surroundings } from '../surroundings.ts';

/** What a row needs that its run knows. */
interface SledsContext {
  /** The time of day at a moment of the run's monotonic clock; null in a replay. */
  readonly timeOfDay: ((elapsedMs: number) => Date) | null;
  readonly currentScripts: string;
}

/** A row a sled that answered, of what it said. */
export async function withRows(
  run: FleetRun,
  timeOfDay: SledsContext['timeOfDay'],
  { scriptsFolder }: Pick<Surroundings, 'scriptsFolder'>,
): Promise<FleetRun> {
  const { hash: currentScripts } = await readAllScripts(scriptsFolder);
  const outcomes = run.outcomes.map((outcome) => withRow(outcome, { timeOfDay, currentScripts }));
  return { ...run, outcomes };
}

/** The rows with what differs from most of them; each difference is a finding too. */
export function sledsReport(run: FleetRun, sortBy: readonly string[]): FleetReport {
  const told = run.outcomes;
  const odd = oddities(told.flatMap((outcome) => (outcome.status === 'answered' ? outcome.rows : [])));
  let at = 0;
  const outcomes = told.map((outcome): SledOutcome => {
    if (outcome.status === 'failed') return outcome;
    const rows = outcome.rows.map((row) => {
      const notes = [...(odd[at++] ?? []), ...(typeof row['note'] === 'string' ? [row['note']] : [])];
      return { ...row, note: notes.length === 0 ? null : notes.join('; ') };
    });
    return { ...outcome, rows };
  });
  const report = plainReport({ ...run, outcomes }, sortBy);
  const answered = outcomes.filter((outcome) => outcome.status === 'answered');
  const findings = answered.flatMap(({ sled }, index) =>
    (odd[index] ?? []).map((message) => ({
      rule: 'version_differs' as const,
      severity: 'warning' as const,
      message: `${sled.id}: ${message}`,
      ...placeOf({ rack: sled.rack, sled: sled.id }),
    })),
  );
  return { ...report, findings: [...report.findings, ...findings] };
}

/** The rows alone: what differs is for whoever sees all sleds to say. */
export function plainReport(run: FleetRun, sortBy: readonly string[] = []): FleetReport {
  return mergeReport(run.outcomes, {
    ...run,
    probe: { name: 'sleds', shape: 'rows', check: () => [] },
    probeColumns: OVERVIEW_COLUMNS,
    filter: null,
    sortBy: sortBy.length === 0 ? ['rack', 'cubby', 'sled'] : sortBy,
  });
}

function withRow(outcome: SledOutcome, context: SledsContext): SledOutcome {
  if (outcome.status === 'failed') return outcome;
  const row = overviewRow(outcome.rows, {
    address: outcome.sled.host,
    ran: ranOf(outcome.trail?.ran ?? null, outcome.via, context),
    currentScripts: context.currentScripts,
  });
  return { ...outcome, rows: [row] };
}

function ranOf(
  ran: { readonly fromMs: number; readonly toMs: number } | null,
  via: string | null,
  { timeOfDay }: SledsContext,
): OverviewContext['ran'] {
  if (timeOfDay === null) return { unknown: 'a recording does not hold our time' };
  if (ran === null) return { unknown: `asked through ${via ?? 'a tool'}, which does not say when` };
  return { from: timeOfDay(ran.fromMs), to: timeOfDay(ran.toMs) };
}
