import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readRecording, type Recording } from '../fleet/recording-reader.ts';
import { groupWarnings, warningLine } from '../fleet/warnings.ts';
import { FleetError } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import { addDistributionOptions, type DistributionOptions } from './distribution-options.ts';
import type { FilterOptions } from './filters.ts';
import { addOutputOptions, type OutputOptions } from './output-options.ts';
import { addFilterOptions } from './probe-command.ts';
import type { Surroundings } from './surroundings.ts';

export type ReplayOptions = OutputOptions &
  DistributionOptions &
  FilterOptions & {
    /** False: those of the recording are left out. */
    readonly filters: boolean;
    readonly fold: boolean;
  };

/** Prints a recorded run of one command again and gives its exit status. */
export type Replay = (
  recording: Recording,
  options: ReplayOptions,
  surroundings: Surroundings,
) => number | Promise<number>;

const HELP = `Filters and --sort-by of the recorded command hold unless others are given here.

Exit status: that of the recorded command, and
  64   wrong usage, no recording there, or one of a probe that is no more
  70   a bug in cruc-fleet
  78   the recording is damaged, or of a newer version`;

/** Adds `replay`; `replays` has one for each command that takes --record, by its name. Gives the command. */
export function addReplayCommand(
  program: Command,
  surroundings: Surroundings,
  setExitCode: (code: number) => void,
  replays: Readonly<Record<string, Replay>>,
): Command {
  const command = program
    .command('replay')
    .summary('print a recorded run again')
    .description(
      'Reads a folder that --record has written and gives the same answer again, in any format. No sled is visited.',
    )
    .argument('<folder>', 'what --record was given');
  addFilterOptions(command.optionsGroup('Rows:')).option(
    '--no-filters',
    'leave out the filters that the recorded command had',
  );
  addDistributionOptions(command);
  addOutputOptions(command)
    .option('--no-fold', 'of exec: print each sled by itself')
    .addHelpText('after', `\n${HELP}`);
  command.action(async (folder: string, options: ReplayOptions) => {
    const recording = await readRecording(resolve(surroundings.cwd, folder));
    const name = recording.facts.command;
    const replay = Object.hasOwn(replays, name) ? replays[name] : undefined;
    if (replay === undefined) {
      const known = Object.keys(replays).join(', ');
      const message = `the recording is of '${name}', which this cruc-fleet does not know; it replays ${known}`;
      throw new FleetError('usage', message);
    }
    if (options.quiet !== true) sayWarnings(recording, surroundings);
    setExitCode(await replay(recording, options, surroundings));
  });
  return command;
}

/** What the run said of its connections, such as an unverified host key, is as true of its recording. */
function sayWarnings(recording: Recording, surroundings: Surroundings): void {
  const ended = recording.visits.filter((visit) => visit.result !== null);
  for (const warning of groupWarnings(ended)) {
    surroundings.terminal.err.write(`warning: ${printable(warningLine(warning))}\n`);
  }
}
