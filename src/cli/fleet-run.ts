import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { askFleet, type FleetAnswer } from '../fleet/ask.ts';
import { readGuard, type Guard } from '../fleet/guard.ts';
import { openRecording, type RecordedCommand, type Recorder } from '../fleet/recording.ts';
import type { Visit } from '../fleet/visit.ts';
import { warningLine } from '../fleet/warnings.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { writeDuration } from '../model/duration.ts';
import { FleetError } from '../model/error.ts';
import type { Job } from '../model/job.ts';
import { printable } from '../model/printable.ts';
import type { Progress } from '../model/progress.ts';
import type { SledOutcome } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import type { Selected } from '../inventory/select.ts';
import type { Target } from '../model/target.ts';
import type { Transport } from '../model/transport.ts';
import type { HostKeys } from '../trust/host-keys.ts';
import { plainProgress, silentProgress } from '../term/progress-lines.ts';
import { createTransport } from '../transport/ssh-transport.ts';
import { capacityFor } from './capacity.ts';
import { withConnectionOptions, type ConnectionOptions } from './connection-options.ts';
import type { TalkOptions } from './output-options.ts';
import { randomHex } from '../model/random-hex.ts';
import { chooseSleds, openInventory, type SelectionOptions } from './selection-options.ts';
import { withSshConfiguration } from './ssh-configuration.ts';
import type { Surroundings } from './surroundings.ts';

export type FleetOptions = SelectionOptions & ConnectionOptions & TalkOptions & RecordOptions;

/** What all sleds may have sent and not been read of: it bounds the program's memory, whatever they send. */
const TOTAL_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The option by which what the sleds gave is kept. */
export interface RecordOptions {
  readonly record?: string;
}

/** For commands that say what they are in `FleetRunSettings.recorded`, so that `replay` can make their answer again. */
export function addRecordOption(command: Command): Command {
  return command.option(
    '--record <folder>',
    'keep what each sled gave in a folder that is new or empty, for replay',
  );
}

/** What a run over the selected sleds came to. */
export interface FleetRun {
  readonly selection: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly interrupted: boolean;
  readonly outcomes: readonly SledOutcome[];
}

export interface FleetRunSettings {
  readonly job: Job;
  /** Where it was read already. */
  readonly inventory?: Inventory;
  /** Where they were chosen already, and the options say nothing of them. */
  readonly selected?: Selected;
  /** Of those that the options choose these only, by their ids. */
  readonly only?: ReadonlySet<string>;
  /** What it goes over, which stays open; absent: connections of its own. */
  readonly over?: Connections;
  /** What --record writes beside what the sleds gave; a command without it takes no --record. */
  readonly recorded?: RecordedCommand;
  /** Limit for the command on a sled. */
  readonly runTimeoutMs: number;
  readonly maxOutputBytes: number;
  /** No drawing of progress, since something else is drawn. */
  readonly ownDrawing?: boolean;
  readonly onText?: (sled: Sled, text: string) => void;
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
): Promise<FleetRun> {
  const abort = new AbortController();
  const stopListening = surroundings.onInterrupt(() => abort.abort());
  const stopCounting = startDeadline(options, abort);
  try {
    return await runUntil(abort.signal, options, surroundings, settings);
  } finally {
    stopListening();
    stopCounting();
  }
}

async function runUntil(
  signal: AbortSignal,
  options: FleetOptions,
  surroundings: Surroundings,
  settings: FleetRunSettings,
): Promise<FleetRun> {
  const inventory = settings.inventory ?? (await openInventory(options, surroundings));
  const { targets: all, description } = settings.selected ?? chooseSleds(inventory, options);
  const { only } = settings;
  const chosen = only === undefined ? all : all.filter(({ sled }) => only.has(sled.id));
  // Who chose them has asked already.
  const configured =
    settings.selected === undefined
      ? await withSshConfiguration(chosen, options, surroundings, signal)
      : chosen;
  const targets = withConnectionOptions(configured, options);
  const startedAt = surroundings.now();
  const recorder = await openRecorder(targets, description, startedAt, options, surroundings, settings);
  const over = settings.over ?? openConnections(targets, options, surroundings);
  const { transport, warnings, concurrency } = over;
  const { ownDrawing, onText, onVisited } = settings;
  let answer: FleetAnswer;
  try {
    answer = await askFleet(targets, settings.job, {
      transport,
      clock: surroundings,
      guard: await openGuard(options, startedAt, surroundings),
      limits: {
        concurrency,
        uploadTimeoutMs: options.uploadTimeout,
        runTimeoutMs: options.timeout ?? settings.runTimeoutMs,
        maxOutputBytes: settings.maxOutputBytes,
        totalOutputBytes: TOTAL_OUTPUT_BYTES,
      },
      signal,
      progress: ownDrawing === true ? silentProgress : await openProgress(targets, options, surroundings),
      recorder,
      ...(onText === undefined ? {} : { onText }),
      ...(onVisited === undefined ? {} : { onVisited }),
    });
  } finally {
    if (settings.over === undefined) await transport.close();
  }
  const { finishedAt, interrupted, outcomes } = answer;
  const ofSleds = answer.warnings.filter(({ text }) => !warnings.has(text)).map(warningLine);
  const notes = options.quiet === true ? [] : [...warnings, ...ofSleds];
  // Said even with --quiet: a recording that is not whole is no note.
  for (const warning of [...notes, ...answer.unrecorded]) {
    surroundings.terminal.err.write(`warning: ${printable(warning)}\n`);
  }
  return { selection: description, startedAt, finishedAt, interrupted, outcomes };
}

/** What a run goes over. */
export interface Connections {
  readonly transport: Transport;
  /** What was to be said of them so far. */
  readonly warnings: Set<string>;
  /** Sleds that may be visited at the same time. */
  readonly concurrency: number;
}

/** Opens nothing yet: connections are made as they are needed. Who opens it closes the transport. */
export function openConnections(
  targets: readonly Target[],
  options: ConnectionOptions,
  surroundings: Surroundings,
  hostKeys?: HostKeys,
): Connections {
  const capacity = capacityFor(targets, options, surroundings.resources);
  const warnings = new Set(capacity.warning === null ? [] : [capacity.warning]);
  const transport = createTransport({
    handshakesAtOnce: capacity.handshakes,
    maxAuthFailures: options.maxAuthFailures,
    passphraseFor: () => passphrase(surroundings),
    ...(hostKeys === undefined ? {} : { hostKeys }),
    elapsed: surroundings.elapsed,
    now: surroundings.now,
    random: surroundings.random,
    onWarning: (message) => warnings.add(message),
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
async function openGuard(
  { force }: ConnectionOptions,
  startedAt: Date,
  { scriptsFolder, random, user, hostName }: Surroundings,
): Promise<Guard> {
  const owner = `${user} on ${hostName}, since ${startedAt.toISOString()}`;
  return await readGuard(scriptsFolder, { word: randomHex(random, 12), owner, force: force === true });
}

async function openRecorder(
  targets: readonly Target[],
  selection: string,
  startedAt: Date,
  options: RecordOptions,
  surroundings: Surroundings,
  settings: FleetRunSettings,
): Promise<Recorder | null> {
  if (options.record === undefined || settings.recorded === undefined) return null;
  const facts = { ...settings.recorded, selection, startedAt };
  return await openRecording(resolve(surroundings.cwd, options.record), facts, targets, () =>
    surroundings.now(),
  );
}

/**
 * The passphrase of encrypted keys: the first line of the file that $CRUC_FLEET_PASSPHRASE_FILE names. Null where
 * there is none; it is never an argument, which every user of a machine can read.
 */
async function passphrase(surroundings: Surroundings): Promise<string | null> {
  const file = surroundings.env['CRUC_FLEET_PASSPHRASE_FILE'] ?? '';
  if (file === '') return null;
  try {
    const [first = ''] = (await readFile(file, 'utf8')).split(/\r?\n/);
    return first;
  } catch (cause) {
    const message = `the file of $CRUC_FLEET_PASSPHRASE_FILE, ${file}, cannot be read`;
    throw new FleetError('key_unreadable', message, { cause });
  }
}

/** A drawing on a terminal, lines with -v, silence otherwise. */
async function openProgress(
  targets: readonly Target[],
  options: TalkOptions,
  surroundings: Surroundings,
): Promise<Progress> {
  const { err } = surroundings.terminal;
  if (options.quiet === true) return silentProgress;
  if (options.verbose === true) return plainProgress((line) => err.write(`${printable(line)}\n`));
  if (!err.isTerminal) return silentProgress;
  const { rackProgress } = await import('../term/rack-progress.ts');
  const sleds = targets.map(({ sled }) => sled);
  return rackProgress(err.stream, sleds, surroundings.elapsed);
}
