import type { Command } from 'commander';
import { SLED_COLUMNS } from '../../fleet/merge.ts';
import { recordedOutcomes, type Recording } from '../../fleet/recording-reader.ts';
import { SLEDS } from '../../relay/question.ts';
import { OVERVIEW_COLUMNS } from '../../overview/overview-columns.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import { runOnFleet, type FleetOptions, type FleetRun } from '../ask/fleet-run.ts';
import { stateSettings } from '../ask/state-run.ts';
import type { CommandContext } from '../command-context.ts';
import { timeOfDay } from '../doctor/doctor-report.ts';
import { EXIT_HELP, exitCodeOfReport } from '../exit-code.ts';
import { addConnectionOptions, addExplainOption, setHelp } from '../options/connection-options.ts';
import { textsIn } from '../options/filters.ts';
import {
  addOutputOptions,
  checkColumns,
  printReport,
  type OutputOptions,
} from '../options/output-options.ts';
import { addRecordOption } from '../options/record-option.ts';
import { addRelayOptions } from '../options/relay-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { readSleds, SLEDS_LIMITS, sledsJob } from './sleds-job.ts';
import { sledsReport, withRows } from './sleds-report.ts';

type SledsOptions = FleetOptions & OutputOptions;

const HELP = `A value that is not known is ?, and the note says why. The note also says which versions differ from those of most
selected sleds, and whose clock is surely off by more than two seconds. How far a clock may be wrong comes from the time
that the question took.

${EXIT_HELP}

Examples:
  cruc-fleet sleds                                      every sled of the inventory
  cruc-fleet sleds -r 3 --sort-by -uptime_seconds       who booted last stands last
  cruc-fleet sleds -r 3 --columns sled,helios,crucible  versions alone`;

/** Adds `sleds`: the first questions of whoever is on call, a row a sled. */
export function addSledsCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command.description(
    'Shows each selected sled: address, uptime, versions of Helios, Crucible and our scripts, how many propolis and ' +
      'downstairs processes run, and how far its clock is off. What differs from most sleds is marked. It only reads, ' +
      'and uploads nothing.',
  );
  addFailedLastOption(addSelectionOptions(command));
  addExplainOption(addConnectionOptions(command));
  addRelayOptions(command);
  setHelp(command, '--timeout', 'limit for the questions on a sled (default: 20 s)');
  setHelp(command, '--upload-timeout', 'has no effect here: nothing is uploaded');
  addRecordOption(addOutputOptions(command, 'rows')).addHelpText('after', `\n${HELP}`);
  command.action(async (options: SledsOptions) => {
    checkColumns([...SLED_COLUMNS, ...OVERVIEW_COLUMNS], options);
    const run = await runOnFleet(options, surroundings, {
      job: await sledsJob(surroundings.scriptsFolder),
      recorded: {
        command: 'sleds',
        probe: 'sleds',
        settings: {},
        view: { sort_by: options.sortBy ?? [] },
      },
      question: { probe: SLEDS, settings: stateSettings(1) },
      ...SLEDS_LIMITS,
    });
    // Of a site its runner has made the rows.
    const rows =
      options.relay === undefined ? await withRows(run, timeOfDay(surroundings), surroundings) : run;
    setExitCode(await printSleds(rows, options, surroundings));
  });
}

/** Prints a recorded `sleds` again and gives its exit status. */
export async function replaySleds(
  recording: Recording,
  options: OutputOptions,
  surroundings: Surroundings,
): Promise<number> {
  checkColumns([...SLED_COLUMNS, ...OVERVIEW_COLUMNS], options);
  const { facts } = recording;
  const sortBy = options.sortBy ?? textsIn(facts.view['sort_by']) ?? [];
  const outcomes = recordedOutcomes(recording, readSleds);
  const run = await withRows({ ...recording, ...facts, outcomes }, null, surroundings);
  return await printSleds(run, { ...options, sortBy }, surroundings);
}

async function printSleds(
  run: FleetRun,
  options: OutputOptions,
  surroundings: Surroundings,
): Promise<number> {
  const report = sledsReport(run, options.sortBy ?? []);
  await printReport(report, options, surroundings);
  return exitCodeOfReport(report);
}
