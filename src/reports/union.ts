import { FleetError } from '../model/error.ts';
import type { Distribution } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import { answerOf, type AnsweredOutcome, type FleetReport, type SledOutcome } from '../model/report.ts';
import type { MergedRun, RunFacts } from '../model/run-facts.ts';
import { withShard } from '../model/shard.ts';
import { bySled, naturally } from '../model/sled-order.ts';
import { countedDistributions, type GroupPart } from './group-parts.ts';
import { missingShards, missingText, shardNames, type MissingShards } from './missing-shards.ts';
import type { Groups } from './read-groups.ts';
import type { ReadReport } from './read-report.ts';
import { byAge, idOfRuns, runsOf } from './runs-of.ts';

/** What some reports come to together: what `mergeReport` needs, beside the probe. */
export interface United extends Pick<
  FleetReport,
  'probe' | 'selection' | 'startedAt' | 'finishedAt' | 'interrupted' | 'outcomes' | 'distributions'
> {
  readonly run: RunFacts;
  readonly issues: readonly Issue[];
  /** How the distributions were grouped; null where each is of one sled. */
  readonly groups: Pick<Groups, 'by' | 'keys' | 'unit'> | null;
  /** The sleds that several runs asked: the newest counts. */
  readonly inSeveral: readonly string[];
}

/** Reports that are put together as they come: each in any order, and any of them again, makes no difference. */
export interface Union {
  /** Throws `usage` for a report that cannot be put together with those before it. */
  readonly add: (report: ReadReport) => void;
  /** Of all that were added, at least one. May be asked at any time. */
  readonly result: () => United;
}

/** What is known of a sled: what became of it in its newest run, and in the newest run that it answered. */
interface Known {
  readonly newest: Seen<SledOutcome>;
  readonly answer: Seen<AnsweredOutcome> | null;
}

interface Seen<Outcome> {
  readonly run: MergedRun;
  readonly outcome: Outcome;
}

export function openUnion(): Union {
  let first: ReadReport | null = null;
  let grouped: ReadReport | null = null;
  let recorded: ReadReport | null = null;
  const runs = new Map<string, MergedRun>();
  const sleds = new Map<string, Known>();
  const serials = new Map<string, { readonly serial: string; readonly name: string }>();
  const issues = new Map<string, Issue>();
  const parts: GroupPart[] = [];
  const inSeveral = new Set<string>();

  const see = (id: string, seen: Known): void => {
    const before = sleds.get(id);
    if (before === undefined) return void sleds.set(id, seen);
    if (before.newest.run.id !== seen.newest.run.id) inSeveral.add(id);
    sleds.set(id, {
      newest: newer(before.newest, seen.newest),
      answer: newerOrNull(before.answer, seen.answer),
    });
  };

  return {
    add(report) {
      refuseOther({ first, grouped, recorded }, report);
      const own = runsOf(report);
      const byId = new Map(own.map((run) => [run.id, run]));
      const [only] = own;
      const runOf = (runId: string | undefined): MergedRun => {
        const run = own.length === 1 && runId === undefined ? only : byId.get(runId ?? '');
        if (run !== undefined) return run;
        throw new FleetError('recording', `${report.name} is damaged: it does not say the run of each sled`);
      };
      const known = report.outcomes.map((outcome): readonly [string, Known] => {
        const { id, serial } = outcome.sled;
        refuseOtherSerial(serials.get(id), serial, id, report.name);
        return [id, knownOf(outcome, runOf)];
      });
      for (const [id, seen] of known) see(id, seen);
      for (const { sled } of report.outcomes) {
        if (sled.serial !== null) serials.set(sled.id, { serial: sled.serial, name: report.name });
      }
      for (const run of own) runs.set(run.id, run);
      for (const issue of report.issues) {
        // What is missing is found again from all.
        if (issue.code !== 'missing_shard') issues.set(JSON.stringify(issue), issue);
      }
      parts.push(partOf(report, known, new Set(byId.keys())));
      first ??= report;
      if (report.groups !== null) grouped ??= report;
      if (report.settings !== undefined) recorded ??= report;
    },
    result() {
      if (first === null) throw new Error('a union of no reports has no result');
      const ofRuns = [...runs.values()].sort(byAge);
      const isOne = ofRuns.length === 1;
      const all = [...sleds.values()].sort((a, b) => bySled(a.newest.outcome.sled, b.newest.outcome.sled));
      const outcomes = all.map((known) => outcomeOf(known, isOne));
      const answers = new Map(
        all.flatMap(({ answer }) =>
          answer === null ? [] : [[answer.outcome.sled.id, answer.run.id] as const],
        ),
      );
      const missing = missingShards(ofRuns);
      return {
        probe: first.probe,
        selection: selectionOf(ofRuns, missing),
        startedAt: new Date(Math.min(...ofRuns.map(({ startedAt }) => startedAt.getTime()))),
        finishedAt: new Date(Math.max(...ofRuns.map(({ finishedAt }) => finishedAt.getTime()))),
        interrupted: isOne ? ofRuns[0]?.interrupted === true : all.some(isCutShort),
        run: factsOf(ofRuns, outcomes.length + missing.reduce((sum, each) => sum + each.sleds, 0)),
        outcomes,
        distributions: countedDistributions(parts, answers),
        issues: [
          ...[...issues].sort(([a], [b]) => naturally(a, b)).map(([, issue]) => issue),
          ...missing.map((each): Issue => ({
            code: 'missing_shard',
            message: missingText(each),
          })),
        ],
        groups: grouped?.groups ?? null,
        inSeveral: [...inSeveral].sort(naturally),
      };
    },
  };
}

/** The first report of all, of those with sums, and of those that say what was asked. */
interface Before {
  readonly first: ReadReport | null;
  readonly grouped: ReadReport | null;
  readonly recorded: ReadReport | null;
}

function refuseOther({ first, grouped, recorded }: Before, report: ReadReport): void {
  const { name, probe, filter, groups } = report;
  if (filter !== null) {
    throw new FleetError(
      'usage',
      `${name} is filtered (${filter}): what was left out may be what shards show only together, as an upstairs that is active twice; merge reports without filters, or recordings, and filter what merge prints`,
    );
  }
  if (first !== null && first.probe !== probe) {
    throw new FleetError(
      'usage',
      `${first.name} is of ${first.probe}, and ${name} of ${probe}; merge reports of one probe`,
    );
  }
  if (recorded !== null && report.settings !== undefined && recorded.settings !== report.settings) {
    throw new FleetError(
      'usage',
      `${recorded.name} and ${name} were not asked the same (${recorded.settings} and ${report.settings}); merge runs of one question`,
    );
  }
  const before = grouped?.groups ?? null;
  if (groups === null || before === null || sameWords(before.by, groups.by)) return;
  throw new FleetError(
    'usage',
    `the latencies of ${grouped?.name} are by ${byText(before.by)}, and those of ${name} by ${byText(groups.by)}; merge reports of the same --by, or recordings`,
  );
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word) => b.includes(word));
}

function byText(by: readonly string[]): string {
  return by.length === 0 ? 'nothing' : by.join(',');
}

/** Two racks of one name are not one rack: whose answer counts would be a guess. */
function refuseOtherSerial(
  before: { readonly serial: string; readonly name: string } | undefined,
  serial: string | null,
  id: string,
  name: string,
): void {
  if (before === undefined || serial === null || before.serial === serial) return;
  throw new FleetError(
    'usage',
    `${id} is ${before.serial} in ${before.name}, and ${serial} in ${name}: two sleds of one name; give their racks different names in the inventories, or leave one report out`,
  );
}

function knownOf(outcome: SledOutcome, runOf: (id: string | undefined) => MergedRun): Known {
  const run = runOf(outcome.runId);
  if (outcome.status === 'answered') {
    const seen = { run, outcome };
    return { newest: seen, answer: seen };
  }
  const { earlier, ...failure } = outcome;
  return {
    newest: { run, outcome: failure },
    answer: earlier === undefined ? null : { run: runOf(earlier.answer.runId), outcome: earlier.answer },
  };
}

function newer<Outcome>(a: Seen<Outcome>, b: Seen<Outcome>): Seen<Outcome> {
  return byAge(a.run, b.run) >= 0 ? a : b;
}

function newerOrNull<Outcome>(a: Seen<Outcome> | null, b: Seen<Outcome> | null): Seen<Outcome> | null {
  return a === null || b === null ? (a ?? b) : newer(a, b);
}

/** A sled as a report has it: its newest outcome, and beside a failure what it answered before. */
function outcomeOf({ newest, answer }: Known, isOne: boolean): SledOutcome {
  if (isOne) return withoutRun(newest.outcome);
  const outcome = { ...newest.outcome, runId: newest.run.id };
  if (outcome.status === 'answered' || answer === null || answer.run.id === newest.run.id) return outcome;
  const ageMs = Math.max(0, newest.run.finishedAt.getTime() - answer.run.finishedAt.getTime());
  return { ...outcome, earlier: { answer: { ...answer.outcome, runId: answer.run.id }, ageMs } };
}

function withoutRun(outcome: SledOutcome): SledOutcome {
  const { runId: _, ...own } = outcome;
  return own;
}

/** An interrupted run makes a report less than whole only where its sleds are still what they were at its end. */
function isCutShort({ newest: { run, outcome } }: Known): boolean {
  return run.interrupted && (outcome.status === 'failed' || outcome.issues.length > 0);
}

function factsOf(runs: readonly MergedRun[], selectedInAll: number): RunFacts {
  const [only, ...others] = runs;
  if (only !== undefined && others.length === 0) {
    return { id: only.id, shard: only.shard, selectedInAll: only.selectedInAll };
  }
  return { id: idOfRuns(runs), shard: null, selectedInAll, merged: runs };
}

/** What was selected in all of them, as people say it. */
function selectionOf(runs: readonly MergedRun[], missing: readonly MissingShards[]): string {
  const [only, ...others] = runs;
  if (only !== undefined && others.length === 0) return withShard(only.selection, only.shard);
  const selections = [...new Set(runs.map(({ selection }) => selection))].sort(naturally);
  return selections
    .map((selection) => {
      const lacks = missing.find((each) => each.selection === selection);
      return lacks === undefined ? selection : `${selection} without ${shardNames(lacks)}`;
    })
    .join('; ');
}

/** Its distributions by sled, with the runs that they are of: of a recording as its sleds gave them. */
function partOf(
  report: ReadReport,
  known: readonly (readonly [string, Known])[],
  runs: ReadonlySet<string>,
): GroupPart {
  const runOf = new Map(
    known.flatMap(([id, { answer }]) => (answer === null ? [] : [[id, answer.run.id] as const])),
  );
  const ofSleds = report.outcomes.flatMap((outcome): readonly Distribution[] => {
    const { id, rack, serial, cubby } = outcome.sled;
    const own = answerOf(outcome)?.distributions ?? [];
    return own.map(({ keys, histogram }) => ({
      keys: { rack, sled: id, serial, cubby, ...keys },
      histogram,
    }));
  });
  return {
    name: report.name,
    runs,
    runOf,
    distributions: report.groups === null ? ofSleds : report.groups.distributions,
  };
}
