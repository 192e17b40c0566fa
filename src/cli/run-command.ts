import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { makeBundle, readBundle } from '../fleet/bundle.ts';
import { runCommand } from '../fleet/deliver.ts';
import { mergeReport, SLED_COLUMNS } from '../fleet/merge.ts';
import { createRowFeed } from '../fleet/row-feed.ts';
import { nearest } from '../inventory/nearest.ts';
import type { Column, Row } from '../model/column.ts';
import { formatDuration } from '../model/duration.ts';
import { FleetError } from '../model/error.ts';
import { globMatcher } from '../model/glob.ts';
import type { Bundle } from '../model/job.ts';
import type { ProbeSettings, ProbeSpec } from '../model/probe.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';
import type { DistributionView } from '../outputs/output.ts';
import { rowLines } from '../outputs/table.ts';
import { PROBES } from '../probes/index.ts';
import { columnsOfRows, destructiveReason, ownScript, withTimeLimit } from '../probes/own-script.ts';
import { addConnectionOptions, RUN_MARGIN_MS } from './connection-options.ts';
import { EXIT_HELP, exitCodeOfReport } from './exit-code.ts';
import { runOnFleet, type FleetOptions } from './fleet-run.ts';
import { intervalValue, listValue, pidValue, uuidValue, windowValue } from './option-values.ts';
import { addOutputOptions, checkColumns, printReport, type OutputOptions } from './output-options.ts';
import { addSelectionOptions } from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';

interface RunOptions extends FleetOptions, OutputOptions {
  readonly for?: number;
  readonly interval?: number;
  readonly pid?: number;
  readonly volume?: string;
  readonly zone?: readonly string[];
  readonly totals?: boolean;
  readonly rates?: boolean;
  readonly by?: readonly string[];
  readonly heatmap?: boolean;
  readonly summary?: boolean;
  readonly estimate?: boolean;
  readonly compare?: boolean;
  readonly ascii?: boolean;
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
    .option('--destructive', "run a script of one's own although it may change the sleds")
    .optionsGroup('Distributions:')
    .option('--by <keys>', 'groups: fleet, rack, sled, zone, pid, client, volume, type, part', listValue)
    .option('--summary', 'percentiles only, no pictures')
    .option('--heatmap', 'sleds down, buckets across, shade by share')
    .option('--estimate', 'percentiles as estimates instead of the bounds of their bucket')
    .option('--compare', 'name the groups that depart most from the rest')
    .option('--ascii', 'no characters beyond ASCII');
  addConnectionOptions(command);
  addOutputOptions(command);
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

/** How the options want distributions shown. */
export function distributionView(options: RunOptions): DistributionView {
  return {
    by: options.by ?? (options.heatmap === true ? ['sled'] : []),
    view: options.heatmap === true ? 'heatmap' : options.summary === true ? 'summary' : 'pictures',
    percentile: options.estimate === true ? 'estimate' : 'range',
    compare: options.compare === true,
    unicode: options.ascii !== true,
  };
}

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
  const matchers = (options.zone ?? []).map((pattern) => globMatcher(pattern));
  const isOfZone = (row: Row) =>
    matchers.length === 0 || matchers.some((matches) => matches(String(row['zone'])));
  const filter =
    options.zone === undefined ? null : { text: `zone ${options.zone.join(',')}`, keeps: isOfZone };
  const live = await openLive(probe, settings, options, around, isOfZone);
  const run = await runOnFleet(options, around, {
    job: { bundle, command, holdStdin: true, read: (result) => probe.read(result, settings) },
    runTimeoutMs: settings.seconds * 1000 + RUN_MARGIN_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...live.settings,
  });
  live.close();
  missPid(run.outcomes, options);
  const rows = run.outcomes.flatMap((outcome) => (outcome.status === 'answered' ? outcome.rows : []));
  const probeColumns = probe.columns.length > 0 ? probe.columns : columnsOfRows(rows);
  const report = mergeReport(run.outcomes, {
    ...run,
    probe,
    probeColumns,
    filter,
    sortBy: options.sortBy ?? [],
  });
  return {
    ...report,
    // What was streamed is not said twice.
    rows: live.streamed ? [] : report.rows,
    distributions: report.distributions.filter(({ keys }) => isOfZone(keys)),
  };
}

/** A PID that no sled has is said: an empty answer would look like an idle process. */
function missPid(outcomes: readonly SledOutcome[], options: RunOptions): void {
  if (options.pid === undefined || outcomes.some((outcome) => outcome.status === 'failed')) return;
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
  if (probe.stream === undefined || settings.interval === 0) return none;
  const { out } = around.terminal;
  const feed = createRowFeed(probe, probe.key);
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
    return {
      streamed: true,
      close() {},
      settings: {
        onText: (sled, text) => {
          const at = around.now();
          for (const { row } of feed.push(sled, text, at)) {
            if (isWanted(row))
              out.write(`${JSON.stringify({ type: 'row', time: at.toISOString(), ...flat(sled, row) })}\n`);
          }
        },
      },
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
