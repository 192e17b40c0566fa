import type { Command, Help } from 'commander';
import { wrapped } from '../../drawing/wrap.ts';
import { JOINED_COLUMNS } from '../../facts/joined-columns.ts';
import type { UpstairsPlace } from '../../facts/place.ts';
import { fleetRow, mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import { recordedOutcomes, type Recording } from '../../fleet/recording-reader.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { inColumns } from '../../kinds/in-columns.ts';
import type { Row } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import type { ProbeSpec } from '../../model/probe.ts';
import type { FleetReport } from '../../model/report.ts';
import type { CommandContext } from '../command-context.ts';
import {
  addConnectionOptions,
  addExplainOption,
  addForceOption,
  addSushOption,
} from '../options/connection-options.ts';
import { addFactFilterOptions, type FactFilterOptions } from '../options/fact-filter-options.ts';
import { hasFacts } from '../place/facts-folder.ts';
import type { JoinedFacts } from '../place/joined-facts.ts';
import { EXIT_HELP, exitCodeOfReport } from '../exit-code.ts';
import {
  filtersIn,
  pickFilters,
  rowFilter,
  textsIn,
  type FilterOptions,
  type RowFilter,
} from '../options/filters.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import { type FleetOptions, type FleetRun, type FleetRunSettings } from '../ask/fleet-run.ts';
import { addKeepOptions, openKeep, type KeepOptions } from '../history/keep-option.ts';
import { addRelayOptions } from '../options/relay-options.ts';
import { addRecordOption } from '../options/record-option.ts';
import { addFilterOptions } from '../options/filter-options.ts';
import { windowValue } from '../options/option-values.ts';
import {
  addOutputOptions,
  checkColumns,
  printReport,
  type OutputOptions,
} from '../options/output-options.ts';
import { addSelectionOptions, openInventory } from '../options/selection-options.ts';
import { runStateProbe, stateSettings } from '../ask/state-run.ts';
import type { Surroundings } from '../surroundings.ts';
import { missNamed, sayNotes } from '../options/unseen.ts';

export type ProbeOptions = FleetOptions &
  OutputOptions &
  FilterOptions &
  KeepOptions &
  FactFilterOptions & { readonly window: number; readonly byCause?: boolean };

/** One look at the selected sleds. */
export type Once = (options: ProbeOptions, more?: Pick<FleetRunSettings, 'rounds'>) => Promise<FleetRun>;

/** What a command does beyond one look. */
interface Beyond {
  readonly addOptions: (command: Command) => void;
  readonly look: (
    options: ProbeOptions,
    surroundings: Surroundings,
    once: Once,
    joined: JoinedFacts | null,
  ) => Promise<FleetRun>;
}

/** Adds the command of a probe: it selects, collects, merges and prints. */
export function addProbeCommand(
  command: Command,
  probe: ProbeSpec,
  { surroundings, setExitCode }: CommandContext,
  beyond?: Beyond,
): void {
  command.description(`Shows ${probe.summary}.`);
  command.configureHelp({
    ...command.configureHelp(),
    // Known only when the help is printed: --width may say another.
    commandDescription(this: Help) {
      return describe(probe, this.helpWidth ?? 100);
    },
  });
  addFailedLastOption(addSelectionOptions(command));
  addFactFilterOptions(addFilterOptions(command.optionsGroup('Rows:'))).option(
    '-w, --window <time>',
    'how long each sled is watched, in whole seconds',
    windowValue,
    probe.seconds,
  );
  if (probe.name === 'ds-state') {
    command.option('--by-cause', 'degraded sessions by the disk or sled that their sick downstairs share');
  }
  addSushOption(addExplainOption(addForceOption(addConnectionOptions(command))));
  addRelayOptions(command);
  addRecordOption(addOutputOptions(command, 'rows'));
  if (isKept(probe)) addKeepOptions(command);
  beyond?.addOptions(command);
  command.addHelpText('after', `\n${EXIT_HELP}\n\n${EXAMPLES[probe.name] ?? ''}`);
  command.action(async (options: ProbeOptions) => {
    const report = await runProbe(probe, options, surroundings, beyond);
    await printReport(report, options, surroundings, { offersDegraded: true });
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
  beyond: Beyond | undefined,
): Promise<FleetReport> {
  const ofCause = options.byCause === true ? [(await import('../place/by-cause.ts')).CAUSE_COLUMN] : [];
  checkColumns([...SLED_COLUMNS, ...probe.columns, ...JOINED_COLUMNS, ...ofCause], options);
  // Wrong filters are said before a sled is visited.
  rowFilter(options);
  const inventory = await openInventory(options, surroundings);
  const joined = await joinedFacts(options, inventory, surroundings);
  const read = joined === null ? probe : (probe.forPlaces?.() ?? probe);
  const keep = await openKeep(probe, options, surroundings);
  const recorded = {
    command: probe.name,
    probe: probe.name,
    settings: { seconds: options.window },
    view: { filters: pickFilters(options), sort_by: options.sortBy ?? [] },
  };
  const once: Once = async (asked, more) =>
    await runStateProbe(read, asked.window, asked, surroundings, { inventory, recorded, ...more });
  const run =
    beyond === undefined ? await once(options) : await beyond.look(options, surroundings, once, joined);
  await keep(run);
  sayNotes(missNamed(run.outcomes, options), options, surroundings);
  if (options.byCause !== true || joined === null) return stateReport(probe, run, options, joined);
  const { BY_CAUSE, groupedByCause } = await import('../place/by-cause.ts');
  const places = placesOf(run, joined);
  const report = stateReport(probe, run, options, joined, BY_CAUSE);
  return groupedByCause(report, { ...joined, placeOf: (row) => places.get(sessionKey(row)) ?? null });
}

/** By what the rows of the report are called: they lack what only places need. */
function placesOf(run: FleetRun, { placeOf }: JoinedFacts): ReadonlyMap<string, UpstairsPlace | null> {
  return new Map(
    run.outcomes.flatMap((outcome) =>
      outcome.status === 'failed'
        ? []
        : outcome.rows.map((row) => [sessionKey(fleetRow(outcome.sled, row)), placeOf(row)] as const),
    ),
  );
}

function sessionKey(row: Row): string {
  return JSON.stringify(['sled', 'zone', 'pid', 'upstairs_id', 'session_id'].map((name) => row[name]));
}

/** Null where nothing is kept and nothing of it was asked for: then it is not even loaded. */
async function joinedFacts(
  options: ProbeOptions,
  inventory: Inventory,
  surroundings: Surroundings,
): Promise<JoinedFacts | null> {
  const names = [...(options.columns ?? []), ...(options.sortBy ?? []).map((name) => name.replace(/^-/, ''))];
  const isNeeded = options.byCause === true || JOINED_COLUMNS.some(({ name }) => names.includes(name));
  const isNamed = options.disk !== undefined || options.instance !== undefined;
  if (isNamed && options.record !== undefined) {
    throw new FleetError(
      'usage',
      '--disk and --instance are in no recording, which holds every row: leave them out of a run with --record',
    );
  }
  if (!isNeeded && !isNamed && !(await hasFacts(surroundings))) return null;
  const { openJoinedFacts } = await import('../place/joined-facts.ts');
  return await openJoinedFacts({ ...options, isNeeded }, inventory, surroundings);
}

function stateReport(
  probe: ProbeSpec,
  run: FleetRun,
  options: FilterOptions & Pick<OutputOptions, 'sortBy'>,
  joined: JoinedFacts | null = null,
  only: RowFilter | null = null,
): FleetReport {
  const outcomes =
    joined === null
      ? run.outcomes
      : run.outcomes.map((outcome) =>
          outcome.status === 'failed'
            ? outcome
            : {
                ...outcome,
                rows: outcome.rows.map((row) => ({ ...withoutUnshown(row, probe), ...joined.cells(row) })),
              },
        );
  return mergeReport(outcomes, {
    ...run,
    probe,
    probeColumns: joined === null ? probe.columns : [...probe.columns, ...JOINED_COLUMNS],
    filter: allOf([only, shownRows(probe, options), joined?.filter ?? null]),
    sortBy: options.sortBy ?? [],
  });
}

/** The row without what only places need. */
function withoutUnshown(row: Row, { columns }: ProbeSpec): Row {
  return inColumns(
    columns.map(({ name }) => name),
    row,
  );
}

/** What the options and the probe itself leave of its rows. */
export function shownRows({ shows }: ProbeSpec, options: FilterOptions): RowFilter | null {
  return allOf([shows ?? null, rowFilter(options)]);
}

function allOf(filters: readonly (RowFilter | null)[]): RowFilter | null {
  const given = filters.filter((filter) => filter !== null);
  if (given.length === 0) return null;
  return {
    text: given.map(({ text }) => text).join('; '),
    keeps: (row) => given.every((filter) => filter.keeps(row)),
  };
}

/** Prints a recorded run of the probe's command again and gives its exit status. */
export async function replayProbe(
  probe: ProbeSpec,
  recording: Recording,
  options: OutputOptions & FilterOptions & { readonly filters: boolean },
  surroundings: Surroundings,
): Promise<number> {
  checkColumns([...SLED_COLUMNS, ...probe.columns], options);
  const { settings, view } = recording.facts;
  const seconds = typeof settings['seconds'] === 'number' ? settings['seconds'] : 0;
  const given = pickFilters(options);
  const filters = Object.keys(given).length > 0 || !options.filters ? given : filtersIn(view['filters']);
  const sortBy = options.sortBy ?? textsIn(view['sort_by']) ?? [];
  const outcomes = recordedOutcomes(recording, (result) => probe.read(result, stateSettings(seconds)));
  const report = stateReport(probe, { ...recording, ...recording.facts, outcomes }, { ...filters, sortBy });
  await printReport(report, options, surroundings, { offersDegraded: true });
  return exitCodeOfReport(report);
}

const HELP_INDENT = 28;

function describe(probe: ProbeSpec, width: number): string {
  const columns = probe.columns.flatMap(({ name, help }) =>
    wrapped(`  ${name.padEnd(HELP_INDENT - 2)}${help}`, width, ' '.repeat(HELP_INDENT)),
  );
  return `Shows ${probe.summary}. All selected sleds are in one answer.\n\nColumns:\n${columns.join('\n')}`;
}

const stateExamples = (name: string): string => `Examples:
  cruc-fleet ${name} --rack 3                       every upstairs of rack 3
  cruc-fleet ${name} --rack 3 --state live_repair   zones in live repair
  cruc-fleet ${name} --degraded -o json             what needs attention, for a program
  cruc-fleet ${name} --sled 3/14 --window 10s       one sled, watched longer`;

const EXAMPLES: Readonly<Record<string, string>> = {
  'ds-state': `${stateExamples('ds-state')}
  cruc-fleet ds-state --rack 3 --by-cause            which disk or sled is sick`,
  'lr-state': stateExamples('lr-state'),
  repairs: `A live repair repairs one downstairs while the guest runs. A reconciliation repairs all three before the guest starts.
Crucible does not report how many extents a live repair goes over. The total comes from a completed repair of another
downstairs of the session, or of the same upstairs in the history, and TOTAL_FROM says which; otherwise it is ?.
A reconciliation counts its tasks, four for each extent, and those left. ETA is a range, since extents take unequal
times: the shorter the watch, the wider the range. A replay has no history.

Examples:
  cruc-fleet repairs --rack 3                       which zones of rack 3 are under repair, and how far
  cruc-fleet repairs --rack 3 --for 5m              the rates of five minutes, and what stands still
  cruc-fleet repairs --state reconcile -o json      reconciliations alone, for a program`,
};
