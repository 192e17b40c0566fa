import { readdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { cleanJob, pushJob } from '../fleet/by-hand.ts';
import { readBundle } from '../fleet/bundle.ts';
import { mergeReport, SLED_COLUMNS } from '../fleet/merge.ts';
import type { Column } from '../model/column.ts';
import type { Job } from '../model/job.ts';
import { addConnectionOptions } from './connection-options.ts';
import { EXIT_HELP, exitCodeOfReport } from './exit-code.ts';
import { runOnFleet, type FleetOptions } from './fleet-run.ts';
import { addOutputOptions, checkColumns, printReport, type OutputOptions } from './output-options.ts';
import { addSelectionOptions } from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';

type PushOptions = FleetOptions & OutputOptions;

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 64 * 1024;

const PATH: Column = { name: 'path', heading: 'PATH', kind: 'text', help: 'the folder', narrow: true };
const FILES: Column = {
  name: 'files',
  heading: 'FILES',
  kind: 'count',
  help: 'files that were removed',
  narrow: true,
};

function stateColumn(help: string): Column {
  return { name: 'state', heading: 'STATE', kind: 'text', help, narrow: true };
}

/** Adds `push`: all scripts on the sleds, for use by hand. */
export function addPushCommand(
  program: Command,
  around: Surroundings,
  setExitCode: (code: number) => void,
): void {
  const columns = [PATH, stateColumn('new: put there now; unchanged: there before, and whole')];
  const command = program
    .command('push')
    .summary('put the scripts on the sleds, for use by hand')
    .description(
      'Puts all scripts on the selected sleds, in ~/.cruc-fleet/scripts, and checks that they are whole. clean removes them.',
    );
  addSledCommand(command, around, setExitCode, columns, async () => {
    const names = (await readdir(around.scriptsFolder)).filter((name) => /^[^.].*\.(sh|d)$/.test(name));
    return pushJob(await readBundle(around.scriptsFolder, names.sort()));
  });
}

/** Adds `clean`: everything of ours away from the sleds. */
export function addCleanCommand(
  program: Command,
  around: Surroundings,
  setExitCode: (code: number) => void,
): void {
  const columns = [PATH, stateColumn('removed, or absent: nothing was there'), FILES];
  const command = program
    .command('clean')
    .summary('remove everything of ours from the sleds')
    .description(
      'Removes ~/.cruc-fleet from the selected sleds: all that cruc-fleet puts on a sled. A run that is under way there may fail.',
    );
  addSledCommand(command, around, setExitCode, columns, async () => cleanJob);
}

/** A row a sled, with what was done there. */
function addSledCommand(
  command: Command,
  around: Surroundings,
  setExitCode: (code: number) => void,
  columns: readonly Column[],
  makeJob: () => Promise<Job>,
): void {
  addSelectionOptions(command);
  addConnectionOptions(command);
  addOutputOptions(command).addHelpText('after', `\n${EXIT_HELP}`);
  command.action(async (options: PushOptions) => {
    checkColumns([...SLED_COLUMNS, ...columns], options);
    const run = await runOnFleet(options, around, {
      job: await makeJob(),
      runTimeoutMs: TIMEOUT_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    const report = mergeReport(run.outcomes, {
      ...run,
      probe: { name: command.name(), shape: 'rows', check: () => [] },
      probeColumns: columns,
      filter: null,
      sortBy: options.sortBy ?? [],
    });
    const shown = options.columns ?? ['sled', ...columns.map((column) => column.name)];
    printReport(report, options.output === 'table' ? { ...options, columns: shown } : options, around);
    setExitCode(exitCodeOfReport(report));
  });
}
