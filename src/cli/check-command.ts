import { Option, type Command } from 'commander';
import { ping } from '../alert/heartbeat.ts';
import { printConfig } from '../config/print.ts';
import type { CheckResolution } from '../config/resolve.ts';
import { SLED_COLUMNS } from '../fleet/merge.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { describeError, FleetError } from '../model/error.ts';
import { RULES, RULE_NAMES } from '../model/rules.ts';
import { OUTPUTS } from '../outputs/index.ts';
import { checkJson } from '../outputs/check-json.ts';
import { pluginText, pluginVerdict } from '../outputs/plugin.ts';
import { checkProbe } from '../probes/check.ts';
import { mailText } from './check-mails.ts';
import { runCheck, type CheckAnswer } from './check-run.ts';
import { addConfigFileOptions, addConfigOptions, openConfig, type ConfigOptions } from './config-options.ts';
import { addConnectionOptions } from './connection-options.ts';
import { EXIT, exitCodeOfError, exitCodeOfLevel } from './exit-code.ts';
import type { FleetOptions } from './fleet-run.ts';
import { listValue } from './option-values.ts';
import { addTalkOptions, checkColumns, printReport } from './output-options.ts';
import { randomHex } from './random-hex.ts';
import { addSelectionOptions, openInventory } from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';

type CheckOptions = FleetOptions &
  ConfigOptions & {
    readonly output: string;
    readonly columns?: readonly string[];
    readonly cron?: boolean;
    readonly dryRun?: boolean;
    readonly printConfig?: boolean;
  };

const FORMATS = ['plugin', ...OUTPUTS.map((output) => output.name)];

/** Adds `check`: judge, remember, tell. */
export function addCheckCommand(
  program: Command,
  version: string,
  around: Surroundings,
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command('check')
    .summary('judge the fleet, and mail what is new: for cron, Nagios, Icinga and node_exporter')
    .description(DESCRIPTION);
  addSelectionOptions(command);
  addConfigFileOptions(command.optionsGroup('Configuration:')).option(
    '--print-config',
    'print what is in force and where each value comes from, and do nothing',
  );
  addConfigOptions(command);
  addConnectionOptions(command);
  addTalkOptions(command.optionsGroup('Output:'))
    .addOption(
      new Option('-o, --output <format>', 'how to print the answer').choices(FORMATS).default('plugin'),
    )
    .option('--columns <names>', 'the columns to show, in this order; labels of -o prometheus', listValue)
    .option('--cron', 'print nothing when all is well, and else only when something is new')
    .option('--dry-run', 'print the mails; record, send, post and write nothing')
    .addHelpText('after', `\n${HELP}`);
  command.action(async (options: CheckOptions) => {
    setExitCode(await check(options, version, around));
  });
}

async function check(options: CheckOptions, version: string, around: Surroundings): Promise<number> {
  const { out, err } = around.terminal;
  checkColumns([...SLED_COLUMNS, ...checkProbe.columns], options);
  let inventory: Inventory | null = null;
  let unusable: FleetError | null = null;
  try {
    inventory = await openInventory(options, around);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    unusable = error;
  }
  const resolution = await openConfig(options, inventory, around);
  for (const { line } of resolution.problems) err.write(`cruc-fleet: ${line}\n`);
  if (options.printConfig === true) {
    out.write(printConfig(resolution));
    return exitCodeOfProblems(resolution) ?? EXIT.ok;
  }
  const ended = await withHeartbeat(resolution, options, around, async () => {
    try {
      if (inventory === null) throw unusable ?? new FleetError('inventory', 'there is no inventory');
      const answer = await runCheck(
        {
          config: resolution.config,
          problems: resolution.problems.map(({ line }) => `configuration: ${line}`),
          wantsMail: resolution.values.some(isOfMail),
          options: options.cron === true ? { ...options, quiet: true } : options,
          inventory,
          programVersion: version,
          isDryRun: options.dryRun === true,
        },
        around,
      );
      const text = pluginText(answer.result, answer.report, { width: null });
      return { status: exitCodeOf(answer, resolution), text, outcome: answer };
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      const text = `${pluginVerdict('unknown', describeError(error))}\n`;
      return { status: exitCodeOfError(error), text, outcome: error };
    }
  });
  const { outcome, status, text } = ended;
  if (outcome instanceof FleetError) {
    // A monitoring system shows standard output alone.
    if (options.output === 'plugin') out.write(text);
    throw outcome;
  }
  print(outcome, options, around);
  return status;
}

/** How a check ended, as its heartbeat is told. */
interface Ended {
  readonly status: number;
  readonly text: string;
  readonly outcome: CheckAnswer | FleetError;
}

/** Pings before and after; before anything is printed, which a reader that goes away may end. */
async function withHeartbeat(
  { config }: CheckResolution,
  options: CheckOptions,
  around: Surroundings,
  work: () => Promise<Ended>,
): Promise<Ended> {
  const url = options.dryRun === true ? null : config.heartbeatUrl;
  if (url === null) return await work();
  const runId = uuid(around.random);
  const started = ping(url, 'start', { runId });
  const end = async (status: number, body: string) => {
    const problems = [await started, await ping(url, status, { runId, body })];
    // Whether anybody hears it changes nothing.
    if (options.cron === true || options.quiet === true) return;
    for (const problem of new Set(problems)) {
      if (problem !== null) around.terminal.err.write(`warning: ${problem}\n`);
    }
  };
  let ended: Ended;
  try {
    ended = await work();
  } catch (bug) {
    await end(EXIT.bug, 'a bug in cruc-fleet');
    throw bug;
  }
  await end(ended.status, ended.text);
  return ended;
}

function print(answer: CheckAnswer, options: CheckOptions, around: Surroundings): void {
  const { out, err } = around.terminal;
  const { result, report, mails, isWorthSaying } = answer;
  const isWell = result.level === 'ok' && result.troubles.length === 0;
  if (options.cron === true && options.dryRun !== true && (isWell || !isWorthSaying)) return;
  for (const trouble of result.troubles) err.write(`cruc-fleet: ${trouble}\n`);
  if (options.output === 'plugin') {
    out.write(pluginText(result, report, { width: out.width() }));
  } else if (options.output === 'json') {
    const context = { width: null, color: false, headers: true, columns: options.columns ?? null };
    out.write(`${JSON.stringify(checkJson(result, report, context), null, 2)}\n`);
  } else {
    const { output, columns } = options;
    printReport(
      report,
      { output, headers: true, quiet: true, ...(columns === undefined ? {} : { columns }) },
      around,
    );
  }
  if (options.dryRun !== true) return;
  // What a program reads stays what it is.
  const stream = options.output === 'plugin' ? out : err;
  if (mails.length === 0) stream.write('\nno mail would be sent\n');
  for (const mail of mails) stream.write(`\n${mailText(mail)}`);
}

function exitCodeOf({ result, report }: CheckAnswer, resolution: CheckResolution): number {
  if (report.interrupted) return EXIT.interrupted;
  return exitCodeOfProblems(resolution) ?? exitCodeOfLevel(result.level);
}

/** 64 for what is wrong on the command line, 78 for the rest; null where nothing is. */
function exitCodeOfProblems({ problems }: CheckResolution): number | null {
  if (problems.length === 0) return null;
  return problems.some(({ from }) => from === 'command line') ? EXIT.usage : EXIT.inventory;
}

/** A value by which somebody is to be mailed, given anywhere. */
function isOfMail({ name, origin }: CheckResolution['values'][number]): boolean {
  return ['mail.to', 'mail.smtp', 'mail.sendmail'].includes(name) && origin !== 'default';
}

/** A random UUID (version 4). */
function uuid(random: () => number): string {
  const hex = (digits: number) => randomHex(random, digits);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}

const DESCRIPTION =
  'Asks every selected sled once for the states and live repair counters of its upstairs, judges them by rules, ' +
  'prints one line for a monitoring system with the rows that it is about, and mails what is new: one mail when ' +
  'something breaks, others when it changes, one when it is over. docs/alerting.md explains the rules, the ' +
  'configuration, and how to put it into cron, systemd, Nagios and Prometheus.';

const HELP = `Rules:
${RULE_NAMES.map((name) => `  ${name.padEnd(17)}${RULES[name].summary}`).join('\n')}

Exit status:
  0    OK
  1    WARNING
  2    CRITICAL
  3    UNKNOWN: the picture is not whole, or something is wrong with the check itself; outranks 0 and 1
  64   wrong usage
  70   a bug in cruc-fleet
  78   the inventory or the configuration is wrong; the verdict is printed all the same where there is one
  130  interrupted; nothing was recorded or mailed

Examples:
  cruc-fleet check --rack 3                                       a verdict, as a monitoring plugin
  cruc-fleet check --cron --mail-to storage@example.com --smtp smtp://mail.example.com
                                                                  in a crontab, every five minutes
  cruc-fleet check --dry-run --mail-to storage@example.com --sendmail
                                                                  the mail that would be sent
  cruc-fleet check --textfile /var/lib/prometheus/node-exporter/cruc_fleet.prom
  cruc-fleet check --print-config                                 what is in force, and why`;
