import { Argument, Option, type Command } from 'commander';
import { SLED_COLUMNS } from '../fleet/merge.ts';
import { NO_REPORT } from '../kinds/running-processes.ts';
import type { FleetReport } from '../model/report.ts';
import type { CommandContext } from './command-context.ts';
import {
  addConnectionOptions,
  addExplainOption,
  addForceOption,
  addSushOption,
  RUN_MARGIN_MS,
} from './connection-options.ts';
import { addDistributionOptions, distributionView } from './distribution-options.ts';
import { EXIT_HELP, exitCodeOfReport } from './exit-code.ts';
import { addFailedLastOption } from './failed-last.ts';
import { runOnFleet } from './fleet-run.ts';
import { addRecordOption } from './record-option.ts';
import { openLive } from './live-rows.ts';
import { intervalValue, listValue, pidValue, uuidValue, windowValue } from './option-values.ts';
import { addOutputOptions, checkColumns, printReport } from './output-options.ts';
import { prepare } from './prepare-run.ts';
import type { RunOptions } from './run-options.ts';
import { runReport, zoneFilter, type RunView } from './run-report.ts';
import { addSelectionOptions } from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';
import { missNamed, sayNotes } from './unseen.ts';

/** Bytes that one sled may send on each of its streams in a run that may be long. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Adds `run NAME`: any probe, or a D script of the user's own. */
export function addRunCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Runs a probe (cruc-fleet probes lists them) or a D script on the selected sleds, merged into one answer.',
    )
    .addArgument(new Argument('<name>', 'a probe, or the path of a D script'))
    .addArgument(new Argument('[arguments...]', 'arguments of your own script'));
  addFailedLastOption(addSelectionOptions(command));
  command
    .optionsGroup('Probe:')
    .option(
      '-w, --window <time>',
      'how long each sled is watched, in whole seconds (default: the probe says); --for is its other name',
      windowValue,
    )
    .addOption(new Option('--for <time>').argParser(windowValue).conflicts('window').hideHelp())
    .option('--interval <time>', 'how often to print; 0 prints a distribution at the end only', intervalValue)
    .option('--pid <pid>', 'one process', pidValue)
    .option('--volume <uuid>', 'one volume', uuidValue)
    .option('--zone <glob>', 'only what is of zones of this name', listValue)
    .option('--totals', 'counts of the whole run instead of the last interval')
    .option('--rates', 'counts a second')
    .option('--destructive', 'run your own script although it may change the sleds');
  addDistributionOptions(command);
  addSushOption(addExplainOption(addForceOption(addConnectionOptions(command))));
  addOutputOptions(command, 'rows', 'distributions', 'texts');
  addRecordOption(command);
  command.addHelpText('after', `\n${EXIT_HELP}\n\n${EXAMPLES}`);
  command.action(async (name: string, args: readonly string[], options: RunOptions) => {
    const report = await runNamed(name, args, options, surroundings);
    printReport(report, options, surroundings, { distributions: distributionView(options) });
    setExitCode(exitCodeOfReport(report));
  });
}

const EXAMPLES = `Examples:
  cruc-fleet run perf-vol --rack 3 -w 30s                     one latency distribution for the rack
  cruc-fleet run perf-ds-net --by sled --heatmap --compare    the sled that stands out
  cruc-fleet run all_downstairs --interval 4s -w 1m           counts that redraw
  cruc-fleet run upstairs_raw -w 10s -o ndjson                every record, a line each, as it comes
  cruc-fleet run ./mine.d --sled 3/14 -- 5                    a script of your own`;

async function runNamed(
  name: string,
  args: readonly string[],
  options: RunOptions,
  surroundings: Surroundings,
): Promise<FleetReport> {
  const prepared = await prepare(name, args, options, surroundings);
  const { probe, what, bundle, settings, habits, payload, mayRepeat, asText } = prepared;
  if (probe.columns.length > 0) checkColumns([...SLED_COLUMNS, ...probe.columns], options);
  const view: RunView = { zone: options.zone ?? null, sortBy: options.sortBy ?? [] };
  const live = await openLive(probe, settings, options, surroundings, zoneFilter(view));
  const run = await runOnFleet(options, surroundings, {
    job: {
      what,
      bundle,
      payload,
      mayRepeat,
      ...(asText === null ? {} : { asText }),
      read: (result) => probe.read(result, settings),
    },
    recorded: {
      command: 'run',
      probe: probe.name,
      settings: { ...settings, own: habits !== null, ...(habits === null ? {} : { prints: habits }) },
      view: { zone: view.zone, sort_by: view.sortBy },
    },
    runTimeoutMs: settings.seconds * 1000 + RUN_MARGIN_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...live.settings,
  }).finally(() => live.close());
  const report = runReport(probe, settings, run, view);
  // What a script of the user's own prints is not for us to judge.
  if (habits === null) {
    const { zone, pid, volume } = options;
    const notes = missNamed(report.outcomes, { zone, volume, pid: pid === undefined ? [] : [pid] });
    sayNotes(notes, options, surroundings);
  }
  // What was streamed is not said twice.
  return live.streamed ? { ...report, rows: report.rows.filter(({ note }) => note === NO_REPORT) } : report;
}
