import { tmpdir } from 'node:os';
import { askFleet, type FleetAnswer } from '../../fleet/ask.ts';
import { readGuard, type Guard } from '../../fleet/guard.ts';
import type { RecordedCommand } from '../../fleet/recording.ts';
import type { Renewal } from '../../fleet/renewed-visit.ts';
import type { Visit } from '../../fleet/visit.ts';
import { warningLine } from '../../fleet/warnings.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { formatDuration, writeDuration } from '../../model/duration.ts';
import type { Row } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import type { EndedInterval } from '../../model/probe.ts';
import type { Job } from '../../model/job.ts';
import { printable } from '../../model/printable.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { RunFacts } from '../../model/run-facts.ts';
import type { Sled } from '../../model/sled.ts';
import type { Selected } from '../../inventory/select.ts';
import type { Target } from '../../model/target.ts';
import { createHostKeys, type HostKeys } from '../../trust/host-keys.ts';
import { silentProgress } from '../../term/progress-lines.ts';
import type { Asked } from '../../relay/question.ts';
import { createAskTool } from '../../rack-tools/ask-tool.ts';
import { connectionToHere } from '../../transport/local-command.ts';
import { createOpenSshTransport } from '../../transport/openssh/openssh-transport.ts';
import { createTransport } from '../../transport/ssh-transport.ts';
import { refuseForTools } from './refuse-for-tools.ts';
import { capacityFor } from './capacity.ts';
import { withConnectionOptions, type ConnectionOptions } from '../options/connection-options.ts';
import { chooseFailedLast, type FailedLastOption } from './failed-last.ts';
import { openProgress } from './open-progress.ts';
import type { OwnDrawing } from './own-drawing.ts';
import type { TalkOptions } from '../options/output-options.ts';
import { refuseWithoutRelay, type RelayOptions } from '../options/relay-options.ts';
import { passphrase } from './passphrase.ts';
import { randomHex } from '../../model/random-hex.ts';
import { openRecords } from './run-records.ts';
import type { Connections } from './connections.ts';
import type { Rounds } from './rounds.ts';
import { openInventory, type SelectionOptions } from '../options/selection-options.ts';
import { chosenSshConfig, withSshConfiguration } from './ssh-configuration.ts';
import type { Surroundings } from '../surroundings.ts';

export type FleetOptions = SelectionOptions &
  RelayOptions &
  FailedLastOption &
  ConnectionOptions &
  TalkOptions &
  RecordOptions;

/** What all sleds may have sent and not been read of: it bounds the program's memory, whatever they send. */
const TOTAL_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The option by which what the sleds gave is kept. */
export interface RecordOptions {
  readonly record?: string;
}

/** What a run over the selected sleds came to. */
export interface FleetRun {
  readonly selection: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly interrupted: boolean;
  readonly outcomes: readonly SledOutcome[];
  /** Not there in a recording of an older version. */
  readonly run?: RunFacts;
}

/** A run, and how its sleds were reached, in the order of the outcomes. */
export interface ReachedRun extends FleetRun {
  readonly targets: readonly Target[];
}

export interface FleetRunSettings {
  readonly job: Job;
  /** The same as a question that the runners of sites understand; a command without it takes no --relay. */
  readonly question?: Asked;
  /** The id of the run, where somebody else gave it one. */
  readonly runId?: string;
  /** Where it was read already. */
  readonly inventory?: Inventory;
  /** Where they were chosen already, and the options say nothing of them. */
  readonly selected?: Selected;
  /** Of those that the options choose these only, by their ids. */
  readonly only?: ReadonlySet<string>;
  /** What it goes over, which stays open; absent: connections of its own. */
  readonly over?: Connections;
  /** It is one of several rounds, which share their connections. */
  readonly rounds?: Rounds;
  /** What --record writes beside what the sleds gave; a command without it takes no --record. */
  readonly recorded?: RecordedCommand;
  /** How long each sled is watched, which progress counts down; absent: nothing is watched. */
  readonly windowMs?: number;
  /** Limit for the command on a sled. */
  readonly runTimeoutMs: number;
  readonly maxOutputBytes: number;
  /** What became of each step of the way is the answer: both sides' algorithms are told too. */
  readonly tellsAlgorithms?: boolean;
  /** No drawing of progress, since something else is drawn. */
  readonly ownDrawing?: boolean;
  /** The same, where that must know the sleds. */
  readonly drawing?: OwnDrawing;
  /** Ctrl-C is the usual end of the commands, and what they gave until then their whole answer. */
  readonly untilInterrupt?: boolean;
  readonly onText?: (sled: Sled, text: string) => void;
  /** The same of a sled that a runner asks, who reads it; no rows: its program has begun. */
  readonly onRows?: (sled: Sled, rows: readonly Row[], at: Date) => void;
  /** The same of an interval of distributions that has ended. */
  readonly onInterval?: (sled: Sled, interval: EndedInterval) => void;
  /** It goes on for longer than one program of the job. */
  readonly renewal?: Renewal;
  readonly onVisited?: (visit: Visit) => void;
}

/**
 * Runs one job on every selected sled: inventory, selection, connections, progress and Ctrl-C, the same for every
 * command. Notes go to standard error, unless --quiet.
 */
export async function runOnFleet(
  options: FleetOptions,
  surroundings: Surroundings,
  settings: FleetRunSettings,
): Promise<ReachedRun> {
  if (options.relay !== undefined) {
    const { question } = settings;
    if (question === undefined)
      throw new FleetError('usage', 'only probes are asked over --relay: run your own script at the site');
    const { runOnSites } = await import('../sites/site-run.ts');
    // The way to each sled is its site's.
    return { ...(await runOnSites(options, surroundings, { ...settings, question })), targets: [] };
  }
  refuseWithoutRelay(options);
  const abort = new AbortController();
  const finish = new AbortController();
  const stopListening = surroundings.onInterrupt((signal) => {
    if (settings.untilInterrupt === true && signal === 'SIGINT') finish.abort();
    else abort.abort();
  });
  const stopCounting = startDeadline(options, abort);
  try {
    return await runUntil({ signal: abort.signal, finish: finish.signal }, options, surroundings, settings);
  } finally {
    stopListening();
    stopCounting();
  }
}

async function runUntil(
  { signal, finish }: { readonly signal: AbortSignal; readonly finish: AbortSignal },
  options: FleetOptions,
  surroundings: Surroundings,
  settings: FleetRunSettings,
): Promise<ReachedRun> {
  const inventory = settings.inventory ?? (await openInventory(options, surroundings));
  const { only } = settings;
  const all =
    settings.selected === undefined
      ? await chooseFailedLast(inventory, options, surroundings)
      : { ...settings.selected, carried: [] };
  const chosen =
    only === undefined ? all : { ...all, targets: all.targets.filter(({ sled }) => only.has(sled.id)) };
  // Who chose them has asked already.
  const configured =
    settings.selected === undefined
      ? await withSshConfiguration(chosen.targets, options, surroundings, signal)
      : chosen.targets;
  const targets = withConnectionOptions(configured, options, surroundings.cwd);
  await refuseForTools(targets, settings.job, options);
  const startedAt = surroundings.now();
  const guard = await openGuard(options, startedAt, surroundings, settings.runId);
  const run: RunFacts = {
    id: guard.word,
    shard: chosen.shard ?? null,
    selectedInAll: chosen.selectedInAll ?? targets.length,
  };
  const tellsAlgorithms = settings.tellsAlgorithms === true;
  const { rounds } = settings;
  const open = () => openConnections(targets, options, surroundings, { tellsAlgorithms });
  const over = settings.over ?? rounds?.over(open) ?? open();
  const { transport, warnings, concurrency } = over;
  const records = await openRecords(
    { inventory, chosen, targets, startedAt, guard, run, recorded: settings.recorded ?? null },
    options,
    surroundings,
    (message) => void warnings.add(message),
  );
  const { ownDrawing, drawing, onText, onVisited } = settings;
  const common = { transport, clock: surroundings, guard, signal, finish, audit: records.audit };
  const limits = {
    concurrency,
    uploadTimeoutMs: options.uploadTimeout,
    runTimeoutMs: options.timeout ?? settings.runTimeoutMs,
    maxOutputBytes: settings.maxOutputBytes,
    totalOutputBytes: TOTAL_OUTPUT_BYTES,
  };
  let answer: FleetAnswer;
  let explanation: readonly string[] = [];
  let unkept: readonly string[] = [];
  try {
    drawing?.begin(
      targets.map(({ sled }) => sled),
      chosen.description,
    );
    answer = await askFleet(targets, settings.job, {
      ...common,
      askTool: createAskTool(transport, connectionToHere),
      limits,
      progress:
        ownDrawing === true || drawing !== undefined
          ? silentProgress
          : await openProgress(targets, options, surroundings, {
              ...limits,
              windowMs: settings.windowMs ?? null,
            }),
      recorder: records.recorder,
      ...(onText === undefined ? {} : { onText }),
      ...(settings.renewal === undefined
        ? {}
        : { renewal: { ...settings.renewal, ...(drawing === undefined ? {} : { onLost: drawing.lost }) } }),
      onVisited: (visit) => {
        records.visited(visit.outcome);
        const { outcome } = visit;
        if (outcome.status === 'failed') drawing?.lost(outcome.sled, outcome.error, null);
        onVisited?.(visit);
      },
    });
    drawing?.end();
    if (options.explain === true) {
      const { explainRun } = await import('./explain.ts');
      explanation = await explainRun(targets, answer, { ...common, limits }, surroundings);
    }
  } finally {
    if (settings.over === undefined && rounds === undefined) await transport.close();
    unkept = await records.close();
  }
  const { finishedAt, interrupted, outcomes } = answer;
  const ofSleds = answer.warnings.filter(({ text }) => !warnings.has(text)).map(warningLine);
  const notes =
    options.quiet === true ? [] : [...emptyNotes(chosen), ...[...warnings].map(printable), ...ofSleds];
  const { err } = surroundings.terminal;
  // Said even with --quiet: a recording or a log that is not whole is more than a note.
  for (const warning of [...notes, ...[...answer.unrecorded, ...unkept].map(printable)]) {
    err.write(`warning: ${warning}\n`);
  }
  if (finish.aborted && options.quiet !== true) {
    const after = formatDuration(finishedAt.getTime() - startedAt.getTime());
    const whole = outcomes.filter((each) => each.status === 'answered' && each.issues.length === 0);
    err.write(
      `ended by Ctrl-C after ${after}: ${whole.length} of ${outcomes.length} answers are whole up to then\n`,
    );
  }
  for (const text of explanation) err.write(text);
  // What the next round says is new then.
  if (rounds !== undefined) warnings.clear();
  return { selection: chosen.description, startedAt, finishedAt, interrupted, outcomes, targets, run };
}

/** That a shard is empty is an answer, and looks like a mistake where nobody says it. */
function emptyNotes({ targets, description, selectedInAll = 0 }: Selected): readonly string[] {
  if (targets.length > 0 || selectedInAll === 0) return [];
  const all = selectedInAll === 1 ? 'the one sled' : `the ${selectedInAll} sleds`;
  return [`${printable(description)}: none of ${all} selected is in this shard, so nothing was asked`];
}

export interface ConnectionsSettings {
  /** What is known of host keys, where it is not what the files say. */
  readonly hostKeys?: HostKeys;
  readonly tellsAlgorithms?: boolean;
}

/** Opens nothing yet: connections are made as they are needed. Who opens it closes the transport. */
export function openConnections(
  targets: readonly Target[],
  options: ConnectionOptions,
  surroundings: Surroundings,
  { hostKeys, tellsAlgorithms = false }: ConnectionsSettings = {},
): Connections {
  const capacity = capacityFor(targets, options, surroundings.resources);
  const warnings = new Set(capacity.warning === null ? [] : [capacity.warning]);
  const common = {
    handshakesAtOnce: capacity.handshakes,
    onWarning: (message: string) => warnings.add(message),
  };
  const transport =
    options.transport === 'openssh' && hostKeys === undefined
      ? createOpenSshTransport({
          ...common,
          start: surroundings.startProgram,
          agentSocket: surroundings.env['SSH_AUTH_SOCK'] ?? null,
          configFile: chosenSshConfig(options, surroundings),
          temporaryFolder: tmpdir(),
          hostKeys: createHostKeys(surroundings),
          patience: surroundings,
        })
      : createTransport({
          ...common,
          maxAuthFailures: options.maxAuthFailures,
          passphraseFor: () => passphrase(surroundings),
          ...(hostKeys === undefined ? {} : { hostKeys }),
          elapsed: surroundings.elapsed,
          now: surroundings.now,
          random: surroundings.random,
          onLoaded: surroundings.onSshLoaded,
          tellsAlgorithms,
        });
  return { transport, warnings, concurrency: capacity.concurrency };
}

/** Ends the run when its time has passed; a Ctrl-C that came first is the reason that counts. */
function startDeadline({ deadline }: ConnectionOptions, abort: AbortController): () => void {
  if (deadline === undefined) return () => {};
  const reason = new FleetError('deadline', `the deadline of ${writeDuration(deadline)} passed`);
  const timer = setTimeout(() => abort.abort(reason), deadline);
  return () => clearTimeout(timer);
}

/** What the commands of a run are guarded by; another run that meets its lock is told whose it is. */
export async function openGuard(
  { force }: ConnectionOptions,
  startedAt: Date,
  { scriptsFolder, random, user, hostName }: Surroundings,
  word = randomHex(random, 12),
): Promise<Guard> {
  const owner = `${user} on ${hostName}, since ${startedAt.toISOString()}`;
  return await readGuard(scriptsFolder, { word, owner, force: force === true });
}
