import type { Command } from 'commander';
import { cleanJob, pushJob, readPush } from '../../fleet/by-hand.ts';
import { readAllScripts } from '../../fleet/bundle.ts';
import { mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import { recordedOutcomes, type Recording } from '../../fleet/recording-reader.ts';
import type { Column } from '../../model/column.ts';
import type { Job } from '../../model/job.ts';
import type { CommandContext } from '../command-context.ts';
import { addConnectionOptions, addExplainOption } from '../options/connection-options.ts';
import { EXIT_HELP, exitCodeOfReport } from '../exit-code.ts';
import { textsIn } from '../options/filters.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import { runOnFleet, type FleetOptions, type FleetRun } from '../ask/fleet-run.ts';
import { addRecordOption } from '../options/record-option.ts';
import {
  addOutputOptions,
  checkColumns,
  printReport,
  type OutputOptions,
} from '../options/output-options.ts';
import { addSelectionOptions, requireSelection } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

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

/** What a command leaves a row a sled of, and how the row is read. */
export interface SledCommand {
  readonly name: 'push' | 'clean';
  readonly columns: readonly Column[];
  readonly read: Job['read'];
}

export const PUSH: SledCommand = {
  name: 'push',
  columns: [PATH, stateColumn('new: put there now; unchanged: there before, and whole')],
  read: readPush,
};

export const CLEAN: SledCommand = {
  name: 'clean',
  columns: [PATH, stateColumn('removed, or absent: nothing was there'), FILES],
  read: cleanJob.read,
};

/** Adds `push`: all scripts on the sleds, for use by hand. */
export function addPushCommand(command: Command, context: CommandContext): void {
  command.description(
    'Puts all scripts on the selected sleds, in ~/.cruc-fleet/scripts, and checks that they are whole. clean removes them.',
  );
  addSledCommand(command, PUSH, context, async () =>
    pushJob(await readAllScripts(context.surroundings.scriptsFolder)),
  );
}

/** Adds `clean`: everything of ours away from the sleds. */
export function addCleanCommand(command: Command, context: CommandContext): void {
  command.description(
    'Removes ~/.cruc-fleet from the selected sleds: all that cruc-fleet puts on a sled. A run that is under way there may fail.',
  );
  addSledCommand(command, CLEAN, context, async () => cleanJob);
}

/** A row a sled, with what was done there. */
function addSledCommand(
  command: Command,
  spec: SledCommand,
  { surroundings, setExitCode }: CommandContext,
  makeJob: () => Promise<Job>,
): void {
  addFailedLastOption(addSelectionOptions(command, 'refused'));
  addExplainOption(addConnectionOptions(command));
  addRecordOption(addOutputOptions(command, 'rows')).addHelpText('after', `\n${EXIT_HELP}`);
  command.action(async (options: PushOptions) => {
    checkColumns([...SLED_COLUMNS, ...spec.columns], options);
    requireSelection(options, spec.name);
    const run = await runOnFleet(options, surroundings, {
      job: await makeJob(),
      recorded: {
        command: spec.name,
        probe: spec.name,
        settings: {},
        view: { sort_by: options.sortBy ?? [] },
      },
      runTimeoutMs: TIMEOUT_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    setExitCode(await printRun(spec, run, options, surroundings));
  });
}

async function printRun(
  spec: SledCommand,
  run: FleetRun,
  options: OutputOptions,
  surroundings: Surroundings,
): Promise<number> {
  const report = mergeReport(run.outcomes, {
    ...run,
    probe: { name: spec.name, shape: 'rows', check: () => [] },
    probeColumns: spec.columns,
    filter: null,
    sortBy: options.sortBy ?? [],
  });
  const narrow = ['sled', ...spec.columns.map((column) => column.name)];
  await printReport(report, options, surroundings, { narrow });
  return exitCodeOfReport(report);
}

/** Those that leave a row a sled. */
export const SLED_COMMANDS: readonly SledCommand[] = [PUSH, CLEAN];

/** Prints recorded runs of push and clean again and gives their exit status. */
export const SLED_REPLAYS = Object.fromEntries(
  SLED_COMMANDS.map((spec) => [
    spec.name,
    (recording: Recording, options: OutputOptions, surroundings: Surroundings): Promise<number> => {
      checkColumns([...SLED_COLUMNS, ...spec.columns], options);
      const sortBy = options.sortBy ?? textsIn(recording.facts.view['sort_by']) ?? [];
      const outcomes = recordedOutcomes(recording, spec.read);
      return printRun(
        spec,
        { ...recording, ...recording.facts, outcomes },
        { ...options, sortBy },
        surroundings,
      );
    },
  ]),
);
