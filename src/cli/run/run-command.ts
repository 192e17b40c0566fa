import { Argument, Option, type Command } from 'commander';
import { SLED_COLUMNS } from '../../fleet/merge.ts';
import { NO_REPORT } from '../../kinds/running-processes.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { writeDuration } from '../../model/duration.ts';
import type { ProbeSpec } from '../../model/probe.ts';
import type { FleetReport } from '../../model/report.ts';
import type { CommandContext } from '../command-context.ts';
import {
  addConnectionOptions,
  addExplainOption,
  addForceOption,
  addSushOption,
  RUN_MARGIN_MS,
} from '../options/connection-options.ts';
import { addDistributionOptions, distributionView } from '../options/distribution-options.ts';
import { EXIT_HELP, exitCodeOfReport } from '../exit-code.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import { runOnFleet } from '../ask/fleet-run.ts';
import { addFilterOptions } from '../options/filter-options.ts';
import { pickFilters, rowFilter } from '../options/filters.ts';
import { addRelayOptions } from '../options/relay-options.ts';
import { addRecordOption } from '../options/record-option.ts';
import { openLive } from './arriving-rows.ts';
import { mostTime, programSeconds, renewalOf } from './long-run.ts';
import { intervalValue, pidValue, uuidValue, windowValue } from '../options/option-values.ts';
import { addOutputOptions, checkColumns, printReport } from '../options/output-options.ts';
import { findProbe, prepare, RUN_FILTERS } from './prepare-run.ts';
import type { RunOptions } from './run-options.ts';
import { runReport, type RunView } from './run-report.ts';
import { addSelectionOptions, openInventory } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { missNamed, sayNotes } from '../options/unseen.ts';

/** Bytes that one sled may send on each of its streams in a run that may be long. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Adds `run NAME`: any probe, or a D script of the user's own. */
export function addRunCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Runs a probe (cruc-fleet probes lists them) or a D script on the selected sleds, merged into one answer.',
    )
    .addArgument(new Argument('<name>', 'a probe, or the path of a D script'))
    .addArgument(
      new Argument('[arguments...]', 'the PID of a probe of one process, or what your own script takes'),
    );
  addFailedLastOption(addSelectionOptions(command));
  command
    .optionsGroup('Probe:')
    .option(
      '-w, --window <time>',
      'how long each sled is watched, in whole seconds; also called --for (default: depends on the probe; on a terminal, until Ctrl-C)',
      windowValue,
    )
    .addOption(new Option('--for <time>').argParser(windowValue).conflicts('window').hideHelp())
    .option('--interval <time>', 'how often to print; 0 prints a distribution at the end only', intervalValue)
    .option('--pid <pid>', 'one process', pidValue)
    .option('--volume <uuid>', 'one volume', uuidValue)
    .option('--totals', 'counts of the whole run instead of the last interval')
    .option('--rates', 'counts per second')
    .addOption(new Option('--program <time>').argParser(windowValue).hideHelp())
    .option('--destructive', 'run your own script even if it may change the sleds');
  addFilterOptions(command.optionsGroup('Rows:'), RUN_FILTERS);
  addDistributionOptions(command);
  addSushOption(addExplainOption(addForceOption(addConnectionOptions(command))));
  addRelayOptions(command);
  addOutputOptions(command, 'rows', 'distributions', 'texts');
  addRecordOption(command);
  command.addHelpText('after', `\n${EXIT_HELP}\n\n${EXAMPLES}`);
  command.action(async (name: string, args: readonly string[], options: RunOptions) => {
    const { report, probe } = await runNamed(name, args, options, surroundings);
    await printReport(report, options, surroundings, { distributions: distributionView(options, probe) });
    setExitCode(exitCodeOfReport(report));
  });
}

/**
 * The inventory of a run that goes on until Ctrl-C: on a terminal, where nobody says for how long. Null of others: of a
 * probe that takes a look alone, and where a rack's tool asks, which cannot be told to end.
 */
async function inventoryUntilInterrupt(
  name: string,
  options: RunOptions,
  surroundings: Surroundings,
): Promise<Inventory | null> {
  if (!surroundings.terminal.out.isTerminal || options.relay !== undefined) return null;
  if (options.window !== undefined || options.for !== undefined) return null;
  if (findProbe(name)?.script.endsWith('.sh') === true) return null;
  const inventory = await openInventory(options, surroundings);
  return inventory.targets.some(({ tool }) => tool !== undefined) ? null : inventory;
}

const EXAMPLES = `Examples:
  cruc-fleet run perf-vol --rack 3 -w 30s                     how long guests wait, by volume
  cruc-fleet run perf-ds-net -r 3 --by pid,client --compare   the one downstairs that is slow
  cruc-fleet run perf-ds-net --by sled --heatmap --compare    the sled that stands out
  cruc-fleet run perf-vol -r 3 -w 10m --interval 1m --by time which minute was slow
  cruc-fleet run all_downstairs --interval 4s -w 1m           counts that redraw
  cruc-fleet run upstairs_raw -w 10s -o ndjson                every record, a line each, as it comes
  cruc-fleet run ./mine.d --sled 3/14 -- 5                    a script of your own`;

async function runNamed(
  name: string,
  args: readonly string[],
  options: RunOptions,
  surroundings: Surroundings,
): Promise<{ readonly report: FleetReport; readonly probe: ProbeSpec }> {
  const inventory = await inventoryUntilInterrupt(name, options, surroundings);
  const isOpen = inventory !== null;
  const most = mostTime(findProbe(name), options);
  const asked = isOpen ? { ...options, window: most.seconds } : options;
  const prepared = await prepare(name, args, asked, surroundings);
  if (isOpen && options.quiet !== true) {
    surroundings.terminal.err.write(
      `until Ctrl-C, at most ${writeDuration(most.seconds * 1000)}${most.because}; --window 30s ends by itself\n`,
    );
  }
  const { probe, settings, habits, mayRepeat, asText } = prepared;
  if (probe.columns.length > 0) checkColumns([...SLED_COLUMNS, ...probe.columns], options);
  const filters = pickFilters(options, RUN_FILTERS);
  const view: RunView = { filters, sortBy: options.sortBy ?? [] };
  const live = await openLive(probe, settings, options, surroundings, rowFilter(filters));
  const known = inventory ?? (await openInventory(options, surroundings));
  const program = programSeconds(probe, settings, options, known);
  const { what, bundle, payload } =
    program === null ? prepared : await prepare(name, args, { ...asked, window: program }, surroundings);
  const run = await runOnFleet(options, surroundings, {
    job: {
      what,
      bundle,
      payload,
      mayRepeat,
      ...(asText === null ? {} : { asText }),
      read: (result) => probe.read(result, settings),
    },
    ...(habits === null ? { question: { probe: probe.name, settings } } : {}),
    recorded: {
      command: 'run',
      probe: probe.name,
      settings: { ...settings, own: habits !== null, ...(habits === null ? {} : { prints: habits }) },
      view: { filters, sort_by: view.sortBy },
    },
    windowMs: settings.seconds * 1000,
    runTimeoutMs: (program ?? settings.seconds) * 1000 + RUN_MARGIN_MS,
    ...(program === null ? {} : { renewal: renewalOf(probe, settings, program, surroundings) }),
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...(options.relay === undefined ? { inventory: known } : {}),
    ...(isOpen ? { untilInterrupt: true } : {}),
    ...live.settings,
  }).finally(() => live.close());
  const report = runReport(probe, settings, run, view);
  // What a script of the user's own prints is not for us to judge.
  if (habits === null) {
    const { pid } = settings;
    const named = { ...filters, volume: options.volume, ...(pid === null ? {} : { pid: [String(pid)] }) };
    const notes = missNamed(report.outcomes, named);
    sayNotes(notes, options, surroundings);
  }
  // What was streamed is not said twice.
  const unsaid = live.streamed
    ? { ...report, rows: report.rows.filter(({ note }) => note === NO_REPORT) }
    : report;
  return { report: unsaid, probe };
}
