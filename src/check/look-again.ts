import { severalPlaces, stillInSeveralPlaces } from '../model/active-places.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';

/** What a check saw, once what only seems to be so was looked at again. */
export interface Seen {
  readonly report: FleetReport;
  /** The upstairs that are known to be active in several places. */
  readonly activeTwice: ReadonlySet<string>;
}

/**
 * Looks again at the sleds on which one upstairs seems to be active twice: windows of two sleds need not overlap, and
 * an upstairs that migrates between them is seen on both. `ask` looks at these sleds alone; `merge` makes one report
 * of all outcomes. A sled that does not answer again is left as it was first seen.
 */
export async function lookAgain(
  first: FleetReport,
  ask: (sleds: ReadonlySet<string>) => Promise<Pick<FleetReport, 'finishedAt' | 'interrupted' | 'outcomes'>>,
  merge: (change: Pick<FleetReport, 'finishedAt' | 'interrupted' | 'outcomes'>) => FleetReport,
): Promise<Seen> {
  const rows = [...severalPlaces(first.rows).values()].flat();
  if (rows.length === 0 || first.interrupted) return { report: first, activeTwice: new Set() };
  const second = await ask(new Set(rows.map((row) => String(row['sled']))));
  const answers = new Map<string, SledOutcome>(
    second.outcomes
      .filter(({ status }) => status === 'answered')
      .map((outcome) => [outcome.sled.id, outcome]),
  );
  const outcomes = first.outcomes.map((outcome) => answers.get(outcome.sled.id) ?? outcome);
  const { finishedAt, interrupted } = second;
  const report = merge({ finishedAt, interrupted, outcomes });
  // What was first seen of a sled that did not answer again proves nothing.
  const again = report.rows.filter((row) => answers.has(String(row['sled'])));
  return { report, activeTwice: stillInSeveralPlaces(first.rows, again) };
}
