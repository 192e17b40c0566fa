import { mailText } from '../../check/compose-mails.ts';
import { pluginText, pluginVerdict } from '../../outputs/plugin.ts';
import { runCheck, type CheckAnswer } from '../../check/run-check.ts';
import { withHeartbeat, type CheckEnd } from '../../check/with-heartbeat.ts';
import { EMPTY_CELLS } from '../../facts/join-rows.ts';
import { JOINED_COLUMNS } from '../../facts/joined-columns.ts';
import { printConfig } from '../../config/print.ts';
import type { CheckConfig } from '../../config/check-config.ts';
import type { CheckResolution } from '../../config/resolve.ts';
import type { RecordedCommand } from '../../fleet/recording.ts';
import { bySite } from './by-site.ts';
import { checkReplay } from './check-replay.ts';
import { lastVerdict, type LastVerdict } from './last-verdict.ts';
import { SLED_COLUMNS } from '../../fleet/merge.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { describeError, FleetError } from '../../model/error.ts';
import { checkProbe } from '../../check/check-probe.ts';
import { plugin } from '../../outputs/plugin.ts';
import type { FleetReport } from '../../model/report.ts';
import { hasFacts } from '../place/facts-folder.ts';
import { openJoinedFacts, type JoinedFacts } from '../place/joined-facts.ts';
import { placesOfIncidents } from './check-places.ts';
import type { ConfigOptions } from '../options/config-options.ts';
import { EXIT, exitCodeOfError, exitCodeOfLevel } from '../exit-code.ts';
import type { FleetOptions, FleetRunSettings } from '../ask/fleet-run.ts';
import { openConfig } from './open-config.ts';
import { checkColumns, outputNamed, printReport } from '../options/output-options.ts';
import { openInventory } from '../options/selection-options.ts';
import { openRounds } from '../ask/rounds.ts';
import { runStateProbe } from '../ask/state-run.ts';
import type { Surroundings } from '../surroundings.ts';

/** The options of `check`. */
export type CheckOptions = FleetOptions &
  ConfigOptions & {
    readonly output: string;
    readonly columns?: readonly string[];
    readonly cron?: boolean;
    readonly dryRun?: boolean;
    readonly printConfig?: boolean;
    /** A folder of recordings. */
    readonly replay?: string;
    /** Judges the reports that a hub keeps, in place of asking. */
    readonly fromStream?: boolean;
    /** `-o plugin` was written out: a verdict ends with its own status, whatever is wrong beside it. */
    readonly isPlugin?: boolean;
  };

/** Runs `check` and gives its exit status. */
export async function check(
  options: CheckOptions,
  version: string,
  surroundings: Surroundings,
): Promise<number> {
  const { out, err } = surroundings.terminal;
  const misnamed = await orError(async () =>
    checkColumns([...SLED_COLUMNS, ...checkProbe.columns, ...JOINED_COLUMNS], options),
  );
  if (misnamed instanceof FleetError) {
    if (options.output === plugin.name) out.write(`${pluginVerdict('unknown', describeError(misnamed))}\n`);
    throw misnamed;
  }
  const inventory = await orError(() => openInventory(options, surroundings));
  const resolution = await openConfig(
    options,
    inventory instanceof FleetError ? null : inventory,
    surroundings,
  );
  const sayProblems = () => {
    for (const { line } of resolution.problems) err.write(`cruc-fleet: configuration: ${line}\n`);
  };
  if (options.printConfig === true) {
    sayProblems();
    out.write(printConfig(resolution));
    return exitCodeOfProblems(resolution) ?? EXIT.ok;
  }
  if (options.replay !== undefined) {
    sayProblems();
    const status = await checkReplay(options.replay, resolution.config, options, surroundings);
    return exitCodeOfProblems(resolution) ?? status;
  }
  const url = options.dryRun === true ? null : resolution.config.heartbeatUrl;
  const work = () => judge(inventory, resolution, options, version, surroundings);
  const isQuiet = options.cron === true || options.quiet === true;
  const { answer, status, text } =
    url === null
      ? await work()
      : await withHeartbeat(
          url,
          {
            random: surroundings.random,
            statusOfBug: EXIT.bug,
            warn: (problem) => isQuiet || err.write(`warning: ${problem}\n`),
          },
          work,
        );
  // Only now, since a reader that goes away may end the program here.
  if ('standing' in answer) {
    if (!isQuiet) {
      if (options.output === plugin.name) out.write(text);
      else err.write(text);
    }
    return status;
  }
  if (answer instanceof FleetError) {
    sayProblems();
    // A monitoring system shows standard output alone.
    if (options.output === plugin.name) out.write(text);
    throw answer;
  }
  await print(answer, options, surroundings);
  return status;
}

/** A check with its exit status and its text as a monitoring plugin; of an expected failure too. */
async function judge(
  inventory: Inventory | FleetError,
  resolution: CheckResolution,
  options: CheckOptions,
  version: string,
  surroundings: Surroundings,
): Promise<CheckEnd & { readonly answer: CheckAnswer | Standing | FleetError }> {
  const rounds = openRounds(surroundings);
  const { config } = resolution;
  const stream =
    options.fromStream === true ? await openStream(options, resolution.config, surroundings) : null;
  if (stream instanceof FleetError) return endOfError(stream);
  const answer = await orError(async () => {
    if (inventory instanceof FleetError) throw inventory;
    const fleetOptions = options.cron === true ? { ...options, quiet: true } : options;
    // A recording holds one run: what is asked again does not belong in it.
    const recorded = options.record === undefined ? [] : [recordedCheck(resolution.config)];
    const joined = await openPlaces(options, inventory, surroundings);
    const problems = resolution.problems.map(({ line }) => `configuration: ${line}`);
    const checked = await runCheck(
      {
        config: stream === null ? config : bySite(config, resolution),
        problems,
        wantsMail: resolution.wantsMail,
        inventory: {
          file: inventory.file,
          sleds: options.relay === undefined ? inventory.targets.map(({ sled }) => sled.id) : null,
        },
        program: surroundings.program,
        programVersion: version,
        hostName: surroundings.hostName,
        isDryRun: options.dryRun === true,
      },
      {
        now: surroundings.now,
        random: surroundings.random,
        bootClock: surroundings.bootClock,
        ...(stream === null ? {} : { recorded: stream.recorded }),
        ask: async (probe, seconds, only) => {
          if (stream !== null && only === null) return await stream.look();
          const once = recorded.shift();
          const run = (more: Pick<FleetRunSettings, 'recorded'>) =>
            runStateProbe(probe, seconds, fleetOptions, surroundings, {
              inventory,
              rounds,
              ...(only === null ? {} : { only }),
              ...more,
            });
          if (once === undefined) return await run({});
          const answered = await orError(() => run({ recorded: once }));
          if (!(answered instanceof FleetError)) return answered;
          // A folder that is not fit was found before a sled was asked: the verdict does not hang on it.
          if (!answered.message.startsWith('--record')) throw answered;
          problems.push(`nothing is kept for --replay: ${describeError(answered)}`);
          return await run({});
        },
        doneAsking: () => rounds.close(),
        placesOf: (report, incidents) =>
          joined === null ? null : placesOfIncidents(report, incidents, joined, surroundings.now().getTime()),
      },
    );
    const isNamed = JOINED_COLUMNS.some(({ name }) => options.columns?.includes(name));
    return joined === null && !isNamed ? checked : { ...checked, report: withJoined(checked.report, joined) };
  });
  if (answer instanceof FleetError) {
    const standing =
      stream?.isNothingNew() === true ? await lastVerdict(config.stateFile, surroundings) : null;
    if (standing === null) return endOfError(answer);
    const { level, headline, ago } = standing;
    const text = `${pluginVerdict(level, `${headline}; judged ${ago} ago, ${describeError(answer)}`)}\n`;
    const isPlugin = options.output === plugin.name;
    return { answer: { standing }, text, status: isPlugin ? exitCodeOfLevel(level) : EXIT.incomplete };
  }
  const text = pluginText(answer.result, answer.report, { width: null });
  return { answer, text, status: exitCodeOf(answer, resolution, options) };
}

/** The verdict of the last check, where this one has nothing new to judge. */
interface Standing {
  readonly standing: LastVerdict;
}

function endOfError(answer: FleetError) {
  const text = `${pluginVerdict('unknown', describeError(answer))}\n`;
  return { answer, text, status: exitCodeOfError(answer) };
}

async function openStream(options: CheckOptions, config: CheckConfig, surroundings: Surroundings) {
  const { openStreamLook } = await import('../sites/stream-look.ts');
  return await orError(async () => openStreamLook(options, config, surroundings));
}

/** What is kept of places; null where nothing is, or nobody may read it: the verdict does not hang on it. */
async function openPlaces(
  options: CheckOptions,
  inventory: Inventory,
  surroundings: Surroundings,
): Promise<JoinedFacts | null> {
  if (!(await hasFacts(surroundings))) return null;
  const isSilent = options.cron === true || options.quiet === true;
  return await openJoinedFacts({ isNeeded: false, isSilent }, inventory, surroundings);
}

/** The report with what kept facts say of each row, for whoever reads rows; nothing where none are kept. */
function withJoined(report: FleetReport, joined: JoinedFacts | null): FleetReport {
  return {
    ...report,
    columns: [...report.columns, ...JOINED_COLUMNS],
    rows: report.rows.map((row) => ({ ...row, ...(joined?.cells(row) ?? EMPTY_CELLS) })),
  };
}

function recordedCheck({ windowMs }: CheckConfig): RecordedCommand {
  return { command: 'check', probe: checkProbe.name, settings: { seconds: windowMs / 1000 }, view: {} };
}

async function orError<T>(work: () => Promise<T>): Promise<T | FleetError> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return error;
  }
}

async function print(answer: CheckAnswer, options: CheckOptions, surroundings: Surroundings): Promise<void> {
  const { out, err } = surroundings.terminal;
  const { result, report, mails, posts, historyProblems, isWorthSaying } = answer;
  const isWell = result.level === 'ok' && result.troubles.length === 0;
  if (options.cron === true && options.dryRun !== true && (isWell || !isWorthSaying)) return;
  for (const trouble of result.troubles) err.write(`cruc-fleet: ${trouble}\n`);
  for (const problem of historyProblems) err.write(`warning: ${problem}\n`);
  const ofCheck = outputNamed(options.output).check;
  if (ofCheck === 'report') {
    await printReport(report, { ...options, headers: true, quiet: true, all: true }, surroundings);
  } else {
    const columns = options.columns ?? null;
    const context = {
      width: out.width(),
      color: out.color,
      unicode: out.unicode,
      headers: true,
      columns,
    };
    for (const text of ofCheck(result, report, context)) out.write(text);
  }
  if (options.dryRun !== true) return;
  // What a program reads stays what it is.
  const stream = options.output === plugin.name ? out : err;
  if (mails.length === 0 && posts.length === 0) stream.write('\nno mail would be sent\n');
  for (const mail of mails) stream.write(`\n${mailText(mail)}`);
  for (const { post } of posts) stream.write(`\npost.${post.shape}: ${post.body}\n`);
}

function exitCodeOf(
  { result, report }: CheckAnswer,
  resolution: CheckResolution,
  { isPlugin }: CheckOptions,
): number {
  if (report.interrupted) return EXIT.interrupted;
  // What is wrong with the configuration makes it UNKNOWN, and never hides that a disk is CRITICAL.
  if (isPlugin === true) return exitCodeOfLevel(result.level);
  return exitCodeOfProblems(resolution) ?? exitCodeOfLevel(result.level);
}

/** 64 for what is wrong on the command line, 78 for the rest; null where nothing is. */
function exitCodeOfProblems({ problems }: CheckResolution): number | null {
  if (problems.length === 0) return null;
  return problems.some(({ from }) => from === 'command line') ? EXIT.usage : EXIT.inventory;
}
