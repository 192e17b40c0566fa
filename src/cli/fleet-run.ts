import { readFile } from 'node:fs/promises';
import { collect } from '../fleet/collect.ts';
import type { Visit } from '../fleet/visit.ts';
import { FleetError } from '../model/error.ts';
import type { Job } from '../model/job.ts';
import { printable } from '../model/printable.ts';
import type { SledOutcome } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import { plainProgress, silentProgress, type Progress } from '../term/progress.ts';
import { createTransport } from '../transport/ssh-transport.ts';
import { withConnectionOptions, type ConnectionOptions } from './connection-options.ts';
import type { TalkOptions } from './output-options.ts';
import { chooseSleds, openInventory, type SelectionOptions } from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';

export type FleetOptions = SelectionOptions & ConnectionOptions & TalkOptions;

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
  /** Limit for the command on a sled. */
  readonly runTimeoutMs: number;
  readonly maxOutputBytes: number;
  /** No drawing of progress, since something else is drawn. */
  readonly ownDrawing?: boolean;
  /** Called once, before the first sled is visited. */
  readonly onStart?: (sleds: readonly Sled[], selection: string) => void;
  readonly onText?: (sled: Sled, text: string) => void;
  readonly onVisited?: (visit: Visit) => void;
}

/**
 * Runs one job on every selected sled: inventory, selection, connections, progress and Ctrl-C, the same for every
 * command. Notes go to standard error, unless --quiet.
 */
export async function runOnFleet(
  options: FleetOptions,
  around: Surroundings,
  settings: FleetRunSettings,
): Promise<FleetRun> {
  const inventory = await openInventory(options, around);
  const { sleds: selected, description } = chooseSleds(inventory, options);
  const sleds = withConnectionOptions(selected, options);
  const warnings = new Set<string>();
  const transport = createTransport({
    handshakesAtOnce: options.handshakes,
    passphraseFor: () => passphrase(around),
    random: around.random,
    onWarning: (message) => warnings.add(message),
  });
  const abort = new AbortController();
  const stopListening = around.onInterrupt(() => abort.abort());
  settings.onStart?.(sleds, description);
  const progress = settings.ownDrawing === true ? silentProgress : await openProgress(sleds, options, around);
  const startedAt = around.now();
  let outcomes: readonly SledOutcome[];
  try {
    outcomes = await collect(
      transport,
      sleds,
      {
        job: settings.job,
        uploadTimeoutMs: options.uploadTimeout,
        runTimeoutMs: options.timeout ?? settings.runTimeoutMs,
        maxOutputBytes: settings.maxOutputBytes,
        concurrency: options.concurrency,
        now: around.elapsed,
        onStage: (sled, stage) => progress.stage(sled, stage),
        ...(settings.onText === undefined ? {} : { onText: settings.onText }),
        onVisited: (visit) => {
          progress.outcome(visit.outcome);
          settings.onVisited?.(visit);
        },
      },
      abort.signal,
    );
  } finally {
    await progress.finish();
    stopListening();
    await transport.close();
  }
  for (const outcome of outcomes) {
    if (outcome.status === 'answered') for (const each of outcome.warnings) warnings.add(each);
  }
  if (options.quiet !== true) {
    for (const warning of warnings) around.terminal.err.write(`warning: ${printable(warning)}\n`);
  }
  return {
    selection: description,
    startedAt,
    finishedAt: around.now(),
    interrupted: abort.signal.aborted,
    outcomes,
  };
}

/**
 * The passphrase of encrypted keys: the first line of the file that $CRUC_FLEET_PASSPHRASE_FILE names. Null where
 * there is none; it is never an argument, which every user of a machine can read.
 */
async function passphrase(around: Surroundings): Promise<string | null> {
  const file = around.env['CRUC_FLEET_PASSPHRASE_FILE'] ?? '';
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
  sleds: readonly Sled[],
  options: TalkOptions,
  around: Surroundings,
): Promise<Progress> {
  const { err } = around.terminal;
  if (options.quiet === true) return silentProgress;
  if (options.verbose === true) return plainProgress((line) => err.write(`${printable(line)}\n`));
  if (!err.isTerminal) return silentProgress;
  const { rackProgress } = await import('../term/rack-progress.ts');
  return rackProgress(err.stream, sleds, around.elapsed);
}
