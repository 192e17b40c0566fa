import { ping } from '../delivery/heartbeat.ts';
import { printConfig } from '../config/print.ts';
import type { CheckResolution } from '../config/resolve.ts';
import { SLED_COLUMNS } from '../fleet/merge.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { describeError, FleetError } from '../model/error.ts';
import { plugin, pluginText, pluginVerdict } from '../outputs/plugin.ts';
import { checkProbe } from '../probes/check.ts';
import { mailText } from './check-mails.ts';
import { runCheck, type CheckAnswer } from './check-run.ts';
import type { ConfigOptions } from './config-options.ts';
import { EXIT, exitCodeOfError, exitCodeOfLevel } from './exit-code.ts';
import type { FleetOptions } from './fleet-run.ts';
import { openConfig } from './open-config.ts';
import { checkColumns, outputNamed, printReport } from './output-options.ts';
import { randomHex } from './random-hex.ts';
import { openInventory } from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';

/** The options of `check`. */
export type CheckOptions = FleetOptions &
  ConfigOptions & {
    readonly output: string;
    readonly columns?: readonly string[];
    readonly cron?: boolean;
    readonly dryRun?: boolean;
    readonly printConfig?: boolean;
  };

/** Runs `check` and gives its exit status. */
export async function check(
  options: CheckOptions,
  version: string,
  surroundings: Surroundings,
): Promise<number> {
  const { out, err } = surroundings.terminal;
  checkColumns([...SLED_COLUMNS, ...checkProbe.columns], options);
  let inventory: Inventory | null = null;
  let unusable: FleetError | null = null;
  try {
    inventory = await openInventory(options, surroundings);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    unusable = error;
  }
  const resolution = await openConfig(options, inventory, surroundings);
  const problems = resolution.problems.map(({ line }) => `configuration: ${line}`);
  const sayProblems = () => {
    for (const line of problems) err.write(`cruc-fleet: ${line}\n`);
  };
  if (options.printConfig === true) {
    sayProblems();
    out.write(printConfig(resolution));
    return exitCodeOfProblems(resolution) ?? EXIT.ok;
  }
  const ended = await withHeartbeat(resolution, options, surroundings, async () => {
    try {
      if (inventory === null) throw unusable ?? new FleetError('inventory', 'there is no inventory');
      const answer = await runCheck(
        {
          config: resolution.config,
          problems,
          wantsMail: resolution.values.some(isOfMail),
          options: options.cron === true ? { ...options, quiet: true } : options,
          inventory,
          programVersion: version,
          isDryRun: options.dryRun === true,
        },
        surroundings,
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
    sayProblems();
    // A monitoring system shows standard output alone.
    if (options.output === plugin.name) out.write(text);
    throw outcome;
  }
  print(outcome, options, surroundings);
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
  surroundings: Surroundings,
  work: () => Promise<Ended>,
): Promise<Ended> {
  const url = options.dryRun === true ? null : config.heartbeatUrl;
  if (url === null) return await work();
  const runId = uuid(surroundings.random);
  const started = ping(url, 'start', { runId });
  const end = async (status: number, body: string) => {
    const problems = [await started, await ping(url, status, { runId, body })];
    // Whether anybody hears it changes nothing.
    if (options.cron === true || options.quiet === true) return;
    for (const problem of new Set(problems)) {
      if (problem !== null) surroundings.terminal.err.write(`warning: ${problem}\n`);
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

function print(answer: CheckAnswer, options: CheckOptions, surroundings: Surroundings): void {
  const { out, err } = surroundings.terminal;
  const { result, report, mails, isWorthSaying } = answer;
  const isWell = result.level === 'ok' && result.troubles.length === 0;
  if (options.cron === true && options.dryRun !== true && (isWell || !isWorthSaying)) return;
  for (const trouble of result.troubles) err.write(`cruc-fleet: ${trouble}\n`);
  const ofCheck = outputNamed(options.output).check;
  if (ofCheck === 'report') {
    printReport(report, { ...options, headers: true, quiet: true }, surroundings);
  } else {
    const columns = options.columns ?? null;
    const context = { width: out.width(), color: out.color, headers: true, columns };
    for (const text of ofCheck(result, report, context)) out.write(text);
  }
  if (options.dryRun !== true) return;
  // What a program reads stays what it is.
  const stream = options.output === plugin.name ? out : err;
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
