import type { Command } from 'commander';
import { mergeReport, SLED_COLUMNS } from '../fleet/merge.ts';
import { recordedOutcomes, type Recording } from '../fleet/recording-reader.ts';
import type { ProbeSpec } from '../model/probe.ts';
import type { FleetReport } from '../model/report.ts';
import type { CommandContext } from './command-context.ts';
import {
  addConnectionOptions,
  addExplainOption,
  addForceOption,
  addSushOption,
} from './connection-options.ts';
import { EXIT_HELP, exitCodeOfReport } from './exit-code.ts';
import { filtersIn, pickFilters, rowFilter, textsIn, type FilterOptions } from './filters.ts';
import { addFailedLastOption } from './failed-last.ts';
import { type FleetOptions, type FleetRun } from './fleet-run.ts';
import { addKeepOptions, openKeep, type KeepOptions } from './keep-option.ts';
import { addRecordOption } from './record-option.ts';
import { listValue, windowValue } from './option-values.ts';
import { addOutputOptions, checkColumns, printReport, type OutputOptions } from './output-options.ts';
import { addSelectionOptions } from './selection-options.ts';
import { runStateProbe, stateSettings } from './state-run.ts';
import type { Surroundings } from './surroundings.ts';
import { missNamed, sayNotes } from './unseen.ts';

type ProbeOptions = FleetOptions & OutputOptions & FilterOptions & KeepOptions & { readonly window: number };

/** Adds the command of a probe: it selects, collects, merges and prints. */
export function addProbeCommand(
  command: Command,
  probe: ProbeSpec,
  { surroundings, setExitCode }: CommandContext,
): void {
  command.description(describe(probe));
  addFailedLastOption(addSelectionOptions(command));
  addFilterOptions(command.optionsGroup('Rows:')).option(
    '-w, --window <time>',
    'how long each sled is watched, in whole seconds',
    windowValue,
    3,
  );
  addSushOption(addExplainOption(addForceOption(addConnectionOptions(command))));
  addRecordOption(addOutputOptions(command, 'rows'));
  if (isKept(probe)) addKeepOptions(command);
  command.addHelpText('after', `\n${EXIT_HELP}\n\n${examples(probe.name)}`);
  command.action(async (options: ProbeOptions) => {
    const report = await runProbe(probe, options, surroundings);
    printReport(report, options, surroundings);
    setExitCode(exitCodeOfReport(report));
  });
}

/** The history is of states. */
function isKept({ columns }: ProbeSpec): boolean {
  return columns.some(({ kind }) => kind === 'health');
}

/** The options by which rows of upstairs sessions are filtered. */
export function addFilterOptions(command: Command): Command {
  return command
    .option(
      '--state <words>',
      'sessions with a downstairs in one of these states (live_repair,faulted)',
      listValue,
    )
    .option('--degraded', 'sessions that need attention: all but ok and inactive')
    .option('--zone <glob>', 'sessions in zones of this name', listValue)
    .option('--pid <pids>', 'sessions of these processes', listValue)
    .option('--upstairs <prefix>', 'sessions whose upstairs id begins so', listValue)
    .option('--session <prefix>', 'sessions whose session id begins so', listValue);
}

async function runProbe(
  probe: ProbeSpec,
  options: ProbeOptions,
  surroundings: Surroundings,
): Promise<FleetReport> {
  checkColumns([...SLED_COLUMNS, ...probe.columns], options);
  // Wrong filters are said before a sled is visited.
  rowFilter(options);
  const keep = await openKeep(probe, options, surroundings);
  const run = await runStateProbe(probe, options.window, options, surroundings, {
    recorded: {
      command: probe.name,
      probe: probe.name,
      settings: { seconds: options.window },
      view: { filters: pickFilters(options), sort_by: options.sortBy ?? [] },
    },
  });
  await keep(run);
  const { zone, pid = [] } = options;
  sayNotes(missNamed(run.outcomes, { zone, pid: pid.map(Number) }), options, surroundings);
  return stateReport(probe, run, options);
}

function stateReport(
  probe: ProbeSpec,
  run: FleetRun,
  options: FilterOptions & Pick<OutputOptions, 'sortBy'>,
): FleetReport {
  return mergeReport(run.outcomes, {
    ...run,
    probe,
    probeColumns: probe.columns,
    filter: rowFilter(options),
    sortBy: options.sortBy ?? [],
  });
}

/** Prints a recorded run of the probe's command again and gives its exit status. */
export function replayProbe(
  probe: ProbeSpec,
  recording: Recording,
  options: OutputOptions & FilterOptions & { readonly filters: boolean },
  surroundings: Surroundings,
): number {
  checkColumns([...SLED_COLUMNS, ...probe.columns], options);
  const { settings, view } = recording.facts;
  const seconds = typeof settings['seconds'] === 'number' ? settings['seconds'] : 0;
  const given = pickFilters(options);
  const filters = Object.keys(given).length > 0 || !options.filters ? given : filtersIn(view['filters']);
  const sortBy = options.sortBy ?? textsIn(view['sort_by']) ?? [];
  const outcomes = recordedOutcomes(recording, (result) => probe.read(result, stateSettings(seconds)));
  const report = stateReport(probe, { ...recording, ...recording.facts, outcomes }, { ...filters, sortBy });
  printReport(report, options, surroundings);
  return exitCodeOfReport(report);
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
