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
import { filtersIn, pickFilters, rowFilter, textsIn, type FilterOptions, type RowFilter } from './filters.ts';
import { addFailedLastOption } from './failed-last.ts';
import { type FleetOptions, type FleetRun } from './fleet-run.ts';
import { addKeepOptions, openKeep, type KeepOptions } from './keep-option.ts';
import { addRecordOption } from './record-option.ts';
import { addFilterOptions } from './filter-options.ts';
import { windowValue } from './option-values.ts';
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
    probe.seconds,
  );
  addSushOption(addExplainOption(addForceOption(addConnectionOptions(command))));
  addRecordOption(addOutputOptions(command, 'rows'));
  if (isKept(probe)) addKeepOptions(command);
  command.addHelpText('after', `\n${EXIT_HELP}\n\n${EXAMPLES[probe.name] ?? ''}`);
  command.action(async (options: ProbeOptions) => {
    const report = await runProbe(probe, options, surroundings);
    printReport(report, options, surroundings, { offersDegraded: true });
    setExitCode(exitCodeOfReport(report));
  });
}

/** The history is of states. */
function isKept({ columns }: ProbeSpec): boolean {
  return columns.some(({ kind }) => kind === 'health');
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
  sayNotes(missNamed(run.outcomes, options), options, surroundings);
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
    filter: shownRows(probe, options),
    sortBy: options.sortBy ?? [],
  });
}

/** What the options and the probe itself leave of its rows. */
function shownRows({ shows }: ProbeSpec, options: FilterOptions): RowFilter | null {
  const filter = rowFilter(options);
  if (shows === undefined || filter === null) return shows ?? filter;
  return {
    text: `${shows.text}; ${filter.text}`,
    keeps: (row) => shows.keeps(row) && filter.keeps(row),
  };
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
  printReport(report, options, surroundings, { offersDegraded: true });
  return exitCodeOfReport(report);
}

function describe(probe: ProbeSpec): string {
  const columns = probe.columns.map((column) => `  ${column.name.padEnd(26)}${column.help}`);
  return `Shows ${probe.summary}, of all the selected sleds in one answer.\n\nColumns:\n${columns.join('\n')}`;
}

const stateExamples = (name: string): string => `Examples:
  cruc-fleet ${name} --rack 3                       every upstairs of rack 3
  cruc-fleet ${name} --rack 3 --state live_repair   zones in live repair
  cruc-fleet ${name} --degraded -o json             what needs attention, for a program
  cruc-fleet ${name} --sled 3/14 --window 10s       one sled, watched longer`;

const EXAMPLES: Readonly<Record<string, string>> = {
  'ds-state': stateExamples('ds-state'),
  'lr-state': stateExamples('lr-state'),
  repairs: `A live repair mends one downstairs while the guest goes on; a reconciliation mends all three before it begins.
The counters of live repairs are of the whole session, and Crucible does not say how many extents there are: what is
left of a live repair is not known. A reconciliation counts its tasks, four for each extent, and what is left of them.

Examples:
  cruc-fleet repairs --rack 3                       which zones of rack 3 are under repair, and how far
  cruc-fleet repairs --rack 3 --window 30s          the rates over half a minute
  cruc-fleet repairs --state reconcile -o json      reconciliations alone, for a program`,
};
