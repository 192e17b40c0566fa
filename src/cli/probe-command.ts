import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { readBundle } from '../fleet/bundle.ts';
import { collect } from '../fleet/collect.ts';
import { mergeReport, SLED_COLUMNS } from '../fleet/merge.ts';
import { FleetError } from '../model/error.ts';
import type { ProbeSpec } from '../model/probe.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import { printable } from '../model/printable.ts';
import { plainProgress, silentProgress, type Progress } from '../term/progress.ts';
import { createTransport } from '../transport/ssh-transport.ts';
import {
  addConnectionOptions,
  RUN_MARGIN_MS,
  withConnectionOptions,
  type ConnectionOptions,
} from './connection-options.ts';
import { EXIT_HELP, exitCodeOfReport } from './exit-code.ts';
import { rowFilter, type FilterOptions, type RowFilter } from './filters.ts';
import { listValue, windowValue } from './option-values.ts';
import { addOutputOptions, checkColumns, printReport, type OutputOptions } from './output-options.ts';
import {
  addSelectionOptions,
  chooseSleds,
  openInventory,
  type SelectionOptions,
} from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';

type ProbeOptions = SelectionOptions &
  ConnectionOptions &
  OutputOptions &
  FilterOptions & { readonly window: number };

/** Bytes that one sled may send on each of its streams: some ten thousand sessions. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Adds the command of a probe: it selects, collects, merges and prints. */
export function addProbeCommand(
  program: Command,
  probe: ProbeSpec,
  around: Surroundings,
  setExitCode: (code: number) => void,
): void {
  const command = program.command(probe.name).summary(probe.summary).description(describe(probe));
  addSelectionOptions(command);
  command
    .optionsGroup('Rows:')
    .option(
      '--state <words>',
      'sessions with a downstairs in one of these states (live_repair,faulted)',
      listValue,
    )
    .option('--degraded', 'sessions that need attention: all but ok and inactive')
    .option('--zone <glob>', 'sessions in zones of this name', listValue)
    .option('--pid <pids>', 'sessions of these processes', listValue)
    .option('--upstairs <prefix>', 'sessions whose upstairs id begins so', listValue)
    .option('--session <prefix>', 'sessions whose session id begins so', listValue)
    .option('-w, --window <time>', 'how long each sled is watched, in whole seconds', windowValue, 3);
  addConnectionOptions(command);
  addOutputOptions(command);
  command.addHelpText('after', `\n${EXIT_HELP}\n\n${examples(probe.name)}`);
  command.action(async (options: ProbeOptions) => {
    const report = await runProbe(probe, options, around);
    printReport(report, options, around);
    setExitCode(exitCodeOfReport(report));
  });
}

async function runProbe(probe: ProbeSpec, options: ProbeOptions, around: Surroundings): Promise<FleetReport> {
  checkColumns([...SLED_COLUMNS, ...probe.columns], options);
  const filter: RowFilter | null = rowFilter(options);
  const inventory = await openInventory(options, around);
  const { sleds: selected, description } = chooseSleds(inventory, options);
  const sleds = withConnectionOptions(selected, options);
  const bundle = await readBundle(around.scriptsFolder, probe.script, probe.needs);

  const warn = (message: string) => {
    if (options.quiet !== true) around.terminal.err.write(`warning: ${printable(message)}\n`);
  };
  const warnings = new Set<string>();
  const transport = createTransport({
    handshakesAtOnce: options.handshakes,
    passphraseFor: () => passphrase(around),
    random: around.random,
    onWarning: (message) => warnings.add(message),
  });
  const abort = new AbortController();
  const stopListening = around.onInterrupt(() => abort.abort());
  const progress = await openProgress(sleds, options, around);
  const startedAt = around.now();
  let outcomes: readonly SledOutcome[];
  try {
    outcomes = await collect(
      transport,
      sleds,
      {
        probe,
        bundle,
        windowSeconds: options.window,
        uploadTimeoutMs: options.uploadTimeout,
        runTimeoutMs: options.timeout ?? options.window * 1000 + RUN_MARGIN_MS,
        maxOutputBytes: MAX_OUTPUT_BYTES,
        concurrency: options.concurrency,
        now: around.elapsed,
        onStage: (sled, stage) => progress.stage(sled, stage),
        onOutcome: (outcome) => progress.outcome(outcome),
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
  for (const warning of warnings) warn(warning);
  return mergeReport(outcomes, {
    probe,
    selection: description,
    startedAt,
    finishedAt: around.now(),
    interrupted: abort.signal.aborted,
    filter,
    sortBy: options.sortBy ?? [],
  });
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
    throw new FleetError(
      'key_unreadable',
      `the file of $CRUC_FLEET_PASSPHRASE_FILE, ${file}, cannot be read`,
      { cause },
    );
  }
}

/** A drawing on a terminal, lines with -v, silence otherwise. */
async function openProgress(
  sleds: readonly Sled[],
  options: OutputOptions,
  around: Surroundings,
): Promise<Progress> {
  const { err } = around.terminal;
  if (options.quiet === true) return silentProgress;
  if (options.verbose === true) return plainProgress((text) => err.write(printableLines(text)));
  if (!err.isTerminal) return silentProgress;
  const { rackProgress } = await import('../term/rack-progress.ts');
  return rackProgress(err.stream, sleds, around.elapsed);
}

function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}

function describe(probe: ProbeSpec): string {
  const columns = probe.columns.map((column) => `  ${column.name.padEnd(26)}${column.help}`);
  return `Shows ${probe.summary}, of all the selected sleds in one answer.\n\nColumns:\n${columns.join('\n')}`;
}

function examples(name: string): string {
  return `Examples:
  cruc-fleet ${name} --rack 3                       every upstairs of rack 3
  cruc-fleet ${name} --rack 3 --state live_repair   zones in live repair
  cruc-fleet ${name} --degraded -o json             what needs attention, for a program
  cruc-fleet ${name} --sled 3/14 --window 10s       one sled, watched longer`;
}
