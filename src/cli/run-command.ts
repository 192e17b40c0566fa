import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { makeBundle, readBundle } from '../fleet/bundle.ts';
import { runCommand } from '../fleet/deliver.ts';
import { mergeReport, SLED_COLUMNS } from '../fleet/merge.ts';
import { recordedOutcomes, type Recording } from '../fleet/recording-reader.ts';
import { createRowFeed, type ArrivedRow } from '../fleet/row-feed.ts';
import { nearest } from '../inventory/nearest.ts';
import type { Column, Row } from '../model/column.ts';
import { formatDuration } from '../model/duration.ts';
import { FleetError } from '../model/error.ts';
import { globMatcher } from '../model/glob.ts';
import type { Bundle } from '../model/job.ts';
import type { ProbeSettings, ProbeSpec } from '../model/probe.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';
import { rowJson } from '../outputs/report-json.ts';
import { rowLines } from '../outputs/table.ts';
import { PROBES } from '../probes/index.ts';
import { columnsOfRows, destructiveReason, ownScript, withTimeLimit } from '../probes/own-script.ts';
import { addConnectionOptions, RUN_MARGIN_MS } from './connection-options.ts';
import {
  addDistributionOptions,
  checkView,
  distributionView,
  type DistributionOptions,
} from './distribution-options.ts';
import { EXIT_HELP, exitCodeOfReport } from './exit-code.ts';
import { textsIn } from './filters.ts';
import { addRecordOption, runOnFleet, type FleetOptions, type FleetRun } from './fleet-run.ts';
import { intervalValue, listValue, pidValue, uuidValue, windowValue } from './option-values.ts';
import { addOutputOptions, checkColumns, printReport, type OutputOptions } from './output-options.ts';
import { addSelectionOptions } from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';

interface RunOptions extends FleetOptions, OutputOptions, DistributionOptions {
  readonly for?: number;
  readonly interval?: number;
  readonly pid?: number;
  readonly volume?: string;
  readonly zone?: readonly string[];
  readonly totals?: boolean;
  readonly rates?: boolean;
  readonly destructive?: boolean;
}

/** Bytes that one sled may send on each of its streams in a run that may be long. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Adds `run NAME`: any probe, or a D script of the user's own. */
export function addRunCommand(
  program: Command,
  around: Surroundings,
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command('run')
    .summary("run any probe, or a D script of one's own")
    .description(
      'Runs a probe (cruc-fleet probes lists them) or a D script on the selected sleds, merged into one answer.',
    )
    .addArgument(new Argument('<name>', 'a probe, or the path of a D script'))
    .addArgument(new Argument('[arguments...]', "arguments of a script of one's own"));
  addSelectionOptions(command);
  command
    .optionsGroup('Probe:')
    .option('--for <time>', 'how long to watch, in whole seconds (default: the probe says)', windowValue)
    .option('--interval <time>', 'how often to print; 0 prints a distribution at the end only', intervalValue)
    .option('--pid <pid>', 'one process', pidValue)
    .option('--volume <uuid>', 'one volume', uuidValue)
    .option('--zone <glob>', 'only what is of zones of this name', listValue)
    .option('--totals', 'counts of the whole run instead of the last interval')
    .option('--rates', 'counts a second')
    .option('--destructive', "run a script of one's own although it may change the sleds");
  addDistributionOptions(command);
  addConnectionOptions(command);
  addOutputOptions(command);
  addRecordOption(command);
  command.addHelpText('after', `\n${EXIT_HELP}\n\n${EXAMPLES}`);
  command.action(async (name: string, args: readonly string[], options: RunOptions) => {
    const report = await runNamed(name, args, options, around);
    printReport(report, options, around, distributionView(options));
    setExitCode(exitCodeOfReport(report));
  });
}

const EXAMPLES = `Examples:
  cruc-fleet run perf-vol --rack 3 --for 30s                  one latency distribution for the rack
  cruc-fleet run perf-ds-net --by sled --heatmap --compare    the sled that stands out
  cruc-fleet run all_downstairs --interval 4s --for 1m        counts that redraw
  cruc-fleet run upstairs_raw --for 10s -o ndjson             every record, a line each, as it comes
  cruc-fleet run ./mine.d --sled 3/14 -- 5                    a script of your own`;

/** A probe by its name, `-` and `_` alike. */
export function probeNamed(name: string): ProbeSpec {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replaceAll('_', '-')
      .replace(/\.(d|sh)$/, '');
  const probe = PROBES.find((each) => plain(each.name) === plain(name));
  if (probe !== undefined) return probe;
  const near = nearest(
    name,
    PROBES.map((each) => each.name),
    3,
  );
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  throw new FleetError(
    'usage',
    `there is no probe '${name}'${hint} (cruc-fleet probes lists them; a script of your own is named with its path)`,
  );
}

interface Prepared {
  readonly probe: ProbeSpec;
  readonly bundle: Bundle;
  readonly settings: ProbeSettings;
  readonly command: string;
}

async function prepare(
  name: string,
  args: readonly string[],
  options: RunOptions,
  around: Surroundings,
): Promise<Prepared> {
  if (name.includes('/') || name.endsWith('.d')) return await prepareOwn(name, args, options, around);
  const probe = probeNamed(name);
  if (args.length > 0)
    throw new FleetError('usage', `the probe ${probe.name} takes no arguments, only options`);
  if (options.pid !== undefined && probe.takes.pid === 'no') {
    throw new FleetError('usage', `the probe ${probe.name} cannot be limited to a PID`);
  }
  if (options.pid === undefined && probe.takes.pid === 'needed') {
    throw new FleetError('usage', `the probe ${probe.name} is of one process; say which with --pid N`);
  }
  if (options.volume !== undefined && !probe.takes.volume) {
    throw new FleetError('usage', `the probe ${probe.name} cannot be limited to a volume`);
  }
  checkView(probe, options);
  const settings = {
    seconds: options.for ?? probe.seconds,
    interval: options.interval ?? probe.interval,
    pid: options.pid ?? null,
    volume: options.volume ?? null,
    totals: options.totals === true,
    rates: options.rates === true,
  };
  const bundle = await readBundle(around.scriptsFolder, [probe.script, ...probe.needs]);
  const command = probe.script.endsWith('.sh')
    ? runCommand(bundle, probe.script, probe.arguments(settings))
    : runCommand(bundle, 'run-d.sh', ['-k', probe.script, ...probe.arguments(settings)]);
  return { probe, bundle, settings, command };
}

async function prepareOwn(
  path: string,
  args: readonly string[],
  options: RunOptions,
  around: Surroundings,
): Promise<Prepared> {
  for (const option of ['interval', 'pid', 'volume', 'totals', 'rates'] as const) {
    if (options[option] === undefined) continue;
    throw new FleetError(
      'usage',
      `--${option} is for probes; give ${path} what it takes as arguments, after --`,
    );
  }
  let text: string;
  try {
    text = await readFile(resolve(around.cwd, path), 'utf8');
  } catch (cause) {
    throw new FleetError('usage', `the D script ${path} cannot be read`, { cause });
  }
  const reason = destructiveReason(text);
  if (reason !== null && options.destructive !== true) {
    throw new FleetError(
      'usage',
      `${path} may change the sleds: ${reason}; if that is what you want, say --destructive`,
    );
  }
  const seconds = options.for ?? 30;
  const file = basename(path)
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^[.-]+/, '');
  const runner = await readBundle(around.scriptsFolder, ['run-d.sh']);
  const bundle = makeBundle([
    ...runner.files,
    { name: file, content: Buffer.from(withTimeLimit(text, seconds)) },
  ]);
  const settings = { seconds, interval: 0, pid: null, volume: null, totals: false, rates: false };
  const flags = reason === null ? ['-k'] : ['-k', '-w'];
  return {
    probe: ownScript(basename(path), file, args),
    bundle,
    settings,
    command: runCommand(bundle, 'run-d.sh', [...flags, file, ...args]),
  };
}

async function runNamed(
  name: string,
  args: readonly string[],
  options: RunOptions,
  around: Surroundings,
): Promise<FleetReport> {
  const { probe, bundle, settings, command } = await prepare(name, args, options, around);
  if (probe.columns.length > 0) checkColumns([...SLED_COLUMNS, ...probe.columns], options);
  const view: RunView = { zone: options.zone ?? null, sortBy: options.sortBy ?? [] };
  const live = await openLive(probe, settings, options, around, zoneTest(view));
  const run = await runOnFleet(options, around, {
    job: { bundle, command, holdStdin: true, read: (result) => probe.read(result, settings) },
    recorded: {
      command: 'run',
      probe: probe.name,
      settings: { ...settings, own: probe.columns.length === 0 },
      view: { zone: view.zone, sort_by: view.sortBy },
    },
    runTimeoutMs: settings.seconds * 1000 + RUN_MARGIN_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...live.settings,
  }).finally(() => live.close());
  const report = runReport(probe, settings, run, view);
  missPid(report.outcomes, options);
  // What was streamed is not said twice.
  return live.streamed ? { ...report, rows: [] } : report;
}

/** What the options leave of a run's rows and distributions, and in which order. */
interface RunView {
  readonly zone: readonly string[] | null;
  readonly sortBy: readonly string[];
}

function zoneTest({ zone }: RunView): (row: Row) => boolean {
  if (zone === null) return () => true;
  const matchers = zone.map((pattern) => globMatcher(pattern));
  return (row) => matchers.some((matches) => matches(String(row['zone'])));
}

function runReport(probe: ProbeSpec, settings: ProbeSettings, run: FleetRun, view: RunView): FleetReport {
  const outcomes = run.outcomes.map((outcome) => withArrived(outcome, probe, settings));
  const rows = outcomes.flatMap((outcome) => (outcome.status === 'answered' ? outcome.rows : []));
  const keeps = zoneTest(view);
  const report = mergeReport(outcomes, {
    ...run,
    probe,
    probeColumns: probe.columns.length > 0 ? probe.columns : columnsOfRows(rows),
    filter: view.zone === null ? null : { text: `zone ${view.zone.join(',')}`, keeps },
    sortBy: view.sortBy,
  });
  return { ...report, distributions: report.distributions.filter(({ keys }) => keeps(keys)) };
}

/** Prints a recorded run again and gives its exit status. */
export function replayRun(
  recording: Recording,
  options: OutputOptions &
    DistributionOptions & { readonly filters: boolean; readonly zone?: readonly string[] },
  around: Surroundings,
): number {
  const { facts } = recording;
  const { own, ...settings } = facts.settings;
  const probe = own === true ? ownScript(facts.probe, facts.probe, []) : probeNamed(facts.probe);
  const whole = { ...NO_SETTINGS, ...settings };
  // What a script of one's own gives is known only from what it gave.
  if (own !== true) checkView(probe, options);
  const recordedZone = options.filters ? textsIn(facts.view['zone']) : null;
  const view = {
    zone: options.zone ?? recordedZone,
    sortBy: options.sortBy ?? textsIn(facts.view['sort_by']) ?? [],
  };
  const outcomes = recordedOutcomes(recording, (result) => probe.read(result, whole));
  const report = runReport(probe, whole, { ...recording, ...facts, outcomes }, view);
  printReport(report, options, around, distributionView(options));
  return exitCodeOfReport(report);
}

const NO_SETTINGS: ProbeSettings = {
  seconds: 0,
  interval: 0,
  pid: null,
  volume: null,
  totals: false,
  rates: false,
};

/**
 * What a sled had given when the run was interrupted, as an answer in part; the outcome as it is where that is
 * nothing.
 */
export function withArrived(outcome: SledOutcome, probe: ProbeSpec, settings: ProbeSettings): SledOutcome {
  if (outcome.status === 'answered' || outcome.error.code !== 'interrupted') return outcome;
  const { partial } = outcome.error;
  if (partial === null || partial.stdout === '') return outcome;
  const ended = { ...partial, exitStatus: 0, signalName: null };
  const reading = probe.read(ended, { ...settings, cut: true });
  if (reading.status === 'failure') return outcome;
  const { rows, distributions = [], text = '', issues } = reading;
  if (rows.length + distributions.length + text.length === 0) return outcome;
  const message = `interrupted after ${formatDuration(outcome.elapsedMs)}: this is what had come by then`;
  const { sled, elapsedMs } = outcome;
  const answer = { sled, elapsedMs, via: null, rows, distributions, text, warnings: [] };
  return { status: 'answered', ...answer, issues: [{ code: 'warning', message }, ...issues] };
}

/** A PID that no sled has is said: an empty answer would look like an idle process. */
function missPid(outcomes: readonly SledOutcome[], options: RunOptions): void {
  const isWhole = outcomes.every((outcome) => outcome.status === 'answered' && outcome.issues.length === 0);
  if (options.pid === undefined || !isWhole) return;
  const seen = outcomes.some(
    (outcome) => outcome.status === 'answered' && outcome.rows.length + outcome.distributions.length > 0,
  );
  if (seen) return;
  throw new FleetError(
    'usage',
    `nothing was seen of PID ${options.pid} on the selected sleds: it is not there, or it did nothing of the kind`,
  );
}

interface Live {
  readonly settings: Partial<Parameters<typeof runOnFleet>[2]>;
  readonly streamed: boolean;
  close(): void;
}

/**
 * Rows while they arrive: drawn over themselves on a terminal, newest first, or a line each with `-o ndjson`. A row
 * whose next one is overdue is marked.
 */
async function openLive(
  probe: ProbeSpec,
  settings: ProbeSettings,
  options: RunOptions,
  around: Surroundings,
  isWanted: (row: Row) => boolean,
): Promise<Live> {
  const none: Live = { settings: {}, streamed: false, close() {} };
  const { stream } = probe;
  // Totals come at the end.
  if (stream === undefined || settings.interval === 0 || settings.totals) return none;
  const { out } = around.terminal;
  const feed = createRowFeed(() => stream.call(probe, settings), probe.key);
  const flat = (
    sled: { id: string; rack: string; serial: string | null; cubby: number | null },
    row: Row,
  ): Row => ({
    rack: sled.rack,
    sled: sled.id,
    serial: sled.serial,
    cubby: sled.cubby,
    ...row,
  });
  if (options.output === 'ndjson') {
    const write = (arrived: readonly ArrivedRow[]) => {
      for (const { sled, row, at } of arrived) {
        if (!isWanted(row)) continue;
        const cells = rowJson(flat(sled, row), options.columns ?? null);
        out.write(`${JSON.stringify({ type: 'row', time: at.toISOString(), ...cells })}\n`);
      }
    };
    return {
      streamed: true,
      close: () => write(feed.end(around.now())),
      settings: { onText: (sled, text) => write(feed.push(sled, text, around.now())) },
    };
  }
  if (!out.isTerminal || options.quiet === true || !['table', 'wide'].includes(options.output)) return none;
  const { openLiveView } = await import('../term/live-view.ts');
  const view = openLiveView(out.stream);
  const columns: readonly Column[] = [
    ...[...SLED_COLUMNS, ...probe.columns].filter(
      (column) => column.narrow === true && column.name !== 'note',
    ),
    { name: 'age', heading: 'AGE', kind: 'text', help: 'time since the row came' },
  ];
  let drawnMs = Number.NEGATIVE_INFINITY;
  const started = around.elapsed();
  return {
    streamed: false,
    close: () => view.clear(),
    settings: {
      ownDrawing: true,
      onText: (sled, text) => {
        const now = around.now();
        feed.push(sled, text, now);
        if (around.elapsed() - drawnMs < 250) return;
        drawnMs = around.elapsed();
        const rows = feed.newest().flatMap(({ sled, row, at }) => {
          if (!isWanted(row)) return [];
          const ageMs = now.getTime() - at.getTime();
          const isDead = ageMs > settings.interval * 2500;
          return [{ ...flat(sled, row), age: `${formatDuration(ageMs)}${isDead ? ' gone?' : ''}` }];
        });
        const head = `${probe.name}: ${formatDuration(around.elapsed() - started)} of ${settings.seconds} s, every ${settings.interval} s`;
        view.draw([head, ...(rows.length === 0 ? [] : rowLines(columns, rows, out.width()))]);
      },
    },
  };
}
