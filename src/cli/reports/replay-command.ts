import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkProbe } from '../../check/check-probe.ts';
import { readRecording, type Recording } from '../../fleet/recording-reader.ts';
import { groupWarnings, warningLine } from '../../fleet/warnings.ts';
import { FleetError } from '../../model/error.ts';
import { STATE_PROBES } from '../../probes/index.ts';
import { repairs } from '../../probes/repairs.ts';
import type { CommandContext } from '../command-context.ts';
import { addDistributionOptions, type DistributionOptions } from '../options/distribution-options.ts';
import { replaySleds } from '../overview/sleds-command.ts';
import { replayExec } from '../run/exec-command.ts';
import { addFilterOptions } from '../options/filter-options.ts';
import { FILTER_NAMES, type FilterOptions } from '../options/filters.ts';
import { addOutputOptions, type OutputOptions } from '../options/output-options.ts';
import { replayProbe } from '../run/probe-command.ts';
import { SLED_REPLAYS } from '../run/push-command.ts';
import { replayRun } from '../run/run-report.ts';
import type { Surroundings } from '../surroundings.ts';

type ReplayOptions = OutputOptions &
  DistributionOptions &
  FilterOptions & {
    /** False: those of the recording are left out. */
    readonly filters: boolean;
    readonly fold: boolean;
  };

/** How a recorded run of one command is printed again. */
interface Replay {
  /** Of the options that choose among what there is, those that mean something here. */
  readonly takes: readonly Choice[];
  /** Prints it and gives its exit status. */
  readonly print: (
    recording: Recording,
    options: ReplayOptions,
    surroundings: Surroundings,
  ) => number | Promise<number>;
}

const COLUMNS = ['columns', 'sortBy'] as const;
const DISTRIBUTIONS = ['by', 'summary', 'heatmap', 'estimate', 'compare'] as const;
const CHOICES = [...FILTER_NAMES, ...COLUMNS, ...DISTRIBUTIONS];

type Choice = (typeof CHOICES)[number];

/** What recordings of each kind of command take. */
const TAKES = {
  sessions: [...FILTER_NAMES, ...COLUMNS],
  anyProbe: [...FILTER_NAMES, ...COLUMNS, ...DISTRIBUTIONS],
  table: COLUMNS,
  printed: [],
} as const satisfies Readonly<Record<string, readonly Choice[]>>;

const HELP = `Filters and --sort-by of the recorded command hold unless others are given here.

Exit status: that of the recorded command, and
  64   wrong usage, no recording there, or one of a probe that no longer exists
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the recording is damaged, or of a newer version`;

/** How the recordings of each command that takes --record are printed again. */
const REPLAYS: Readonly<Record<string, Replay>> = {
  ...Object.fromEntries(
    [...STATE_PROBES, repairs].map((probe): [string, Replay] => [
      probe.name,
      { takes: TAKES.sessions, print: (...given) => replayProbe(probe, ...given) },
    ]),
  ),
  check: { takes: TAKES.sessions, print: (...given) => replayProbe(checkProbe, ...given) },
  run: { takes: TAKES.anyProbe, print: replayRun },
  exec: { takes: TAKES.printed, print: replayExec },
  sleds: { takes: TAKES.table, print: replaySleds },
  ...Object.fromEntries(
    Object.entries(SLED_REPLAYS).map(([name, print]): [string, Replay] => [
      name,
      { takes: TAKES.table, print },
    ]),
  ),
};

/** Adds `replay`: any of them, by the name of the command in the recording. */
export function addReplayCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Reads a folder that --record has written and gives the same answer again, in any format. No sled is visited.',
    )
    .argument('<folder>', 'what --record was given');
  addFilterOptions(command.optionsGroup('Rows:')).option(
    '--no-filters',
    'leave out the filters that the recorded command had',
  );
  addDistributionOptions(command);
  addOutputOptions(command, 'rows', 'printed', 'distributions', 'texts')
    .option('--no-fold', 'of exec: print each sled by itself')
    .addHelpText('after', `\n${HELP}`);
  command.action(async (folder: string, options: ReplayOptions) => {
    const recording = await readRecording(resolve(surroundings.cwd, folder));
    const name = recording.facts.command;
    const replay = Object.hasOwn(REPLAYS, name) ? REPLAYS[name] : undefined;
    if (replay === undefined) {
      const known = Object.keys(REPLAYS).join(', ');
      const message = `the recording is of '${name}', which this cruc-fleet does not know; it replays ${known}`;
      throw new FleetError('usage', message);
    }
    for (const choice of CHOICES) {
      if (options[choice] === undefined || replay.takes.includes(choice)) continue;
      throw new FleetError(
        'usage',
        `--${choice.replace('sortBy', 'sort-by')}: does not apply to a recording of ${name}`,
      );
    }
    if (options.quiet !== true) sayWarnings(recording, surroundings);
    setExitCode(await replay.print(recording, options, surroundings));
  });
}

/** What the run said of its connections, such as an unverified host key, is as true of its recording. */
function sayWarnings(recording: Recording, surroundings: Surroundings): void {
  const ended = recording.visits.filter((visit) => visit.result !== null);
  for (const warning of groupWarnings(ended)) {
    surroundings.terminal.err.write(`warning: ${warningLine(warning)}\n`);
  }
}
