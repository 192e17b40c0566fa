import { createHash } from 'node:crypto';
import type { MergedRun } from '../model/run-facts.ts';
import { withoutShard } from '../model/shard.ts';
import type { ReadReport } from './read-report.ts';

/** The runs that a report is of, one or, of a merged report, several. */
export function runsOf(report: ReadReport): readonly MergedRun[] {
  const { run, outcomes, startedAt, finishedAt, interrupted } = report;
  if (run?.merged !== undefined) return run.merged;
  const shard = run?.shard ?? null;
  return [
    {
      id: run?.id ?? idOfOld(report),
      shard,
      selection: withoutShard(report.selection, shard),
      selected: outcomes.length,
      selectedInAll: run?.selectedInAll ?? outcomes.length,
      startedAt,
      finishedAt,
      interrupted,
    },
  ];
}

/** Versions that gave a run no id are told apart by what they say: the same report is the same run. */
function idOfOld({ probe, selection, startedAt, finishedAt, outcomes }: ReadReport): string {
  return digest([
    probe,
    selection,
    startedAt.toISOString(),
    finishedAt.toISOString(),
    ...outcomes.map(({ sled }) => sled.id).sort(),
  ]);
}

/** The id of what is made of several runs: the same whatever the order. */
export function idOfRuns(runs: readonly MergedRun[]): string {
  return digest(runs.map(({ id }) => id).sort());
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);
}

/** Older runs first; total, so that of two runs one is newer, whatever the order. */
export function byAge(a: MergedRun, b: MergedRun): number {
  return (
    a.startedAt.getTime() - b.startedAt.getTime() ||
    a.finishedAt.getTime() - b.finishedAt.getTime() ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}
