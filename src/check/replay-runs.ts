import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { News, Notice } from '../alert/incident.ts';
import { planRun } from '../alert/plan.ts';
import type { Policy } from '../alert/policy.ts';
import { emptyState, type CheckState } from '../alert/state.ts';
import { mergeReport } from '../fleet/merge.ts';
import {
  readRecording,
  readRecordingHead,
  recordedOutcomes,
  type Recording,
} from '../fleet/recording-reader.ts';
import { describeError, FleetError } from '../model/error.ts';
import type { Level } from '../model/level.ts';
import { coverageOf, type FleetReport } from '../model/report.ts';
import { checkProbe } from './check-probe.ts';

/** What one recorded run comes to, judged again. */
export type ReplayedRun =
  | {
      readonly kind: 'judged';
      readonly at: Date;
      readonly level: Level;
      readonly headline: string;
      readonly coverage: { readonly answered: number; readonly selected: number };
      readonly news: readonly News[];
      /** The mails that would have been sent. */
      readonly notices: readonly Notice[];
    }
  | { readonly kind: 'left_out'; readonly folder: string; readonly why: string };

/**
 * Judges recorded runs of `check` again, in their order, with a policy of today, as if it had been in force: from
 * nothing remembered, without silences. Nothing is recorded, sent, posted or written. One that cannot be read, was cut
 * short or is of another command is left out and said. Rejects with `usage` where the folder holds no recording.
 */
export async function* replayRuns(folder: string, policy: Policy): AsyncGenerator<ReplayedRun> {
  const heads = await headsIn(folder);
  const sleds = new Set<string>();
  let state = emptyState(INSTALL);
  for (const head of heads) {
    if ('why' in head) {
      yield { kind: 'left_out', ...head };
      continue;
    }
    const recording = await readOrWhy(head.folder);
    if (typeof recording === 'string') {
      yield { kind: 'left_out', folder: head.folder, why: recording };
      continue;
    }
    for (const { sled } of recording.visits) sleds.add(sled.id);
    const judged = judge(recording, policy, state, [...sleds]);
    state = judged.state;
    yield judged.run;
  }
}

/** Whose mails nobody gets: any will do. */
const INSTALL = '0000000000000000';
const DOMAIN = 'replay.invalid';

function judge(
  recording: Recording,
  policy: Policy,
  state: CheckState,
  sleds: readonly string[],
): { readonly state: CheckState; readonly run: ReplayedRun } {
  const report = reportOf(recording);
  const plan = planRun({
    state,
    report,
    // What was looked at again is not recorded: all that seem to be active twice count.
    activeTwice: null,
    clock: null,
    policy,
    silences: [],
    now: recording.finishedAt.getTime(),
    inventory: { file: 'the recordings', sleds },
    troubles: [],
    mail: { domain: DOMAIN, undelivered: new Set() },
  });
  const { level, headline, news } = plan.result;
  const coverage = coverageOf(report);
  const at = recording.finishedAt;
  return {
    state: plan.state,
    run: { kind: 'judged', at, level, headline, coverage, news, notices: plan.notices },
  };
}

function reportOf(recording: Recording): FleetReport {
  const { seconds } = recording.facts.settings;
  const settings = {
    seconds: typeof seconds === 'number' ? seconds : 0,
    interval: 0,
    pid: null,
    volume: null,
    totals: false,
    rates: false,
  };
  const outcomes = recordedOutcomes(recording, (result) => checkProbe.read(result, settings));
  return mergeReport(outcomes, {
    ...recording,
    ...recording.facts,
    probe: checkProbe,
    probeColumns: checkProbe.columns,
    filter: null,
    sortBy: [],
  });
}

interface Head {
  readonly folder: string;
  readonly startedAt: Date;
}

/** The recordings in a folder, or the folder itself where it is one, the oldest first. */
async function headsIn(
  folder: string,
): Promise<readonly (Head | { readonly folder: string; readonly why: string })[]> {
  const folders = await foldersIn(folder);
  const heads: Head[] = [];
  const unread: { readonly folder: string; readonly why: string }[] = [];
  for (const each of folders) {
    try {
      const { command, startedAt } = await readRecordingHead(each);
      if (command === 'check') heads.push({ folder: each, startedAt });
      else unread.push({ folder: each, why: `it is of ${command}, and not of check` });
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      unread.push({ folder: each, why: describeError(error) });
    }
  }
  return [...heads.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime()), ...unread];
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  let entries: readonly string[];
  try {
    entries = await readdir(folder);
  } catch (cause) {
    throw new FleetError('usage', `--replay: ${folder} cannot be read; give a folder of recordings`, {
      cause,
    });
  }
  if (entries.includes('recording.json')) return [folder];
  const folders: string[] = [];
  for (const name of entries.toSorted()) {
    const inside = await readdir(join(folder, name)).catch((): readonly string[] => []);
    if (inside.includes('recording.json')) folders.push(join(folder, name));
  }
  if (folders.length > 0) return folders;
  const how = 'record each run with: cruc-fleet check --record FOLDER/TIME';
  throw new FleetError('usage', `--replay: there is no recording in ${folder}; ${how}`);
}

/** A recording that is whole, or why it does not count. */
async function readOrWhy(folder: string): Promise<Recording | string> {
  try {
    const recording = await readRecording(folder);
    return recording.interrupted ? 'the run was cut short' : recording;
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return describeError(error);
  }
}
