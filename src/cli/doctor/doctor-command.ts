import type { Command } from 'commander';
import { createArrivals } from '../../doctor/arrivals.ts';
import { STEPS } from '../../doctor/steps.ts';
import { SLED_COLUMNS } from '../../fleet/merge.ts';
import type { CommandContext } from '../command-context.ts';
import { addConnectionOptions, setHelp } from '../options/connection-options.ts';
import { DOCTOR_OUTPUT_BYTES, DOCTOR_TIMEOUT_MS, doctorJob } from './doctor-job.ts';
import { doctorReport, hasFailedStep, STEP_COLUMNS, timeOfDay } from './doctor-report.ts';
import { EXIT, exitCodeOfReport } from '../exit-code.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import { runOnFleet, type FleetOptions } from '../ask/fleet-run.ts';
import {
  addOutputOptions,
  checkColumns,
  printReport,
  type OutputOptions,
} from '../options/output-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';

type DoctorOptions = FleetOptions & OutputOptions;

const TITLE_WIDTH = Math.max(...STEPS.map(({ title }) => title.length)) + 2;

const HELP = `Steps:
${STEPS.map(({ title, asks }) => `  ${title.padEnd(TITLE_WIDTH)}${asks}`).join('\n')}

Exit status:
  0    every step is ok on every selected sled; a notice counts as ok
  3    a step failed, or could not be tried
  64   wrong usage
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is missing or wrong, or OpenSSH's configuration is wrong
  130  interrupted

Examples:
  cruc-fleet doctor --rack 3                 a rack, equal answers once
  cruc-fleet doctor --sled 3/14 -o wide      a sled, with all that was seen
  cruc-fleet doctor -o name                  the sled and the step of each that failed`;

/** Adds `doctor`: the way to each sled, step by step. */
export function addDoctorCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command.description(
    'Checks the way to each selected sled step by step, and then what the scripts need there. For each step it says ' +
      'how it ended, how long it took and what to do. It only reads, and uploads nothing.',
  );
  addFailedLastOption(addSelectionOptions(command));
  addConnectionOptions(command);
  setHelp(command, '--timeout', 'limit for the questions on a sled (default: 30 s)');
  setHelp(command, '--upload-timeout', 'has no effect here: nothing is uploaded');
  addOutputOptions(command, 'steps');
  setHelp(command, '--columns', 'a table of every step of every sled, with these columns in this order');
  setHelp(command, '--sort-by', 'columns to sort by; a leading - is descending (default: sled and step)');
  command.addHelpText('after', `\n${HELP}`);
  command.action(async (options: DoctorOptions) => {
    checkColumns([...SLED_COLUMNS, ...STEP_COLUMNS], options);
    const arrivals = createArrivals(surroundings.elapsed);
    const run = await runOnFleet(options, surroundings, {
      job: await doctorJob(surroundings.scriptsFolder),
      runTimeoutMs: DOCTOR_TIMEOUT_MS,
      maxOutputBytes: DOCTOR_OUTPUT_BYTES,
      tellsAlgorithms: true,
      onText: (sled, text) => arrivals.hear(sled.id, text),
    });
    const report = doctorReport(run, { timeOfDay: timeOfDay(surroundings), arrivals }, options.sortBy);
    await printReport(report, options, surroundings);
    const status = exitCodeOfReport(report);
    setExitCode(status === EXIT.ok && hasFailedStep(report) ? EXIT.incomplete : status);
  });
}
