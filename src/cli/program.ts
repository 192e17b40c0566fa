import { Command, CommanderError } from 'commander';
import { describeError, FleetError } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import type { CommandContext } from './command-context.ts';
import { COMMANDS, wantedCommand, wordsOf } from './commands.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import { fitHelp } from './fit-help.ts';
import { helpLine } from './help-line.ts';
import { isPlugin, noVerdict, pluginStatus } from './plugin-exit.ts';
import { refuseRelay } from './refuse-relay.ts';
import { describeProgram, listTerms } from './program-command.ts';
import type { Surroundings } from './surroundings.ts';
import { withWidth } from '../term/terminal.ts';

/** Where nobody looks at a terminal. */
const HELP_WIDTH = 100;

/** Runs one command line (without the program's name) and gives the exit status. Only a bug throws. */
export async function runProgram(
  argv: readonly string[],
  version: string,
  given: Omit<Surroundings, 'version'>,
): Promise<number> {
  let width: number | null = null;
  const surroundings = { ...given, version, terminal: withWidth(given.terminal, () => width) };
  let exitCode: number = EXIT.ok;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const { out, err } = surroundings.terminal;
  const program = describeProgram(new Command('cruc-fleet'), version)
    .hook('preSubcommand', (command) => {
      width = command.opts<{ readonly width?: number | null }>().width ?? null;
    })
    .showHelpAfterError('(--help explains the options)')
    .showSuggestionAfterError(true)
    .configureOutput({
      // Help, and the version.
      writeOut: (text) => out.write(fitHelp(text, out.width() ?? HELP_WIDTH)),
      writeErr: (text) => err.write(printableLines(text)),
      getOutHelpWidth: () => out.width() ?? HELP_WIDTH,
      getErrHelpWidth: () => err.width() ?? HELP_WIDTH,
      getOutHasColors: () => out.color,
      getErrHasColors: () => err.color,
    })
    .exitOverride();
  const context: CommandContext = {
    argv,
    version,
    surroundings,
    wholeProgram: async () => await (await import('./command-tree.ts')).commandTree(context),
    setExitCode,
    run: (line, others) => runProgram(line, version, others),
  };
  await addCommands(program, context);
  try {
    await refuseProbe(argv);
    refuseRelay(argv, wantedCommand(argv));
    await program.parseAsync(await helpLine(argv, program), { from: 'user' });
    return pluginStatus(argv, exitCode);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      // A monitoring system shows standard output alone.
      if (isPlugin(argv)) out.write(noVerdict(error.message.replace(/^error: /, '')));
      return pluginStatus(argv, EXIT.usage);
    }
    if (!(error instanceof FleetError)) throw error;
    for (const line of errorLines(error)) err.write(`cruc-fleet: ${printable(line)}\n`);
    return pluginStatus(argv, exitCodeOfError(error));
  }
}

/** A probe is not a command: whoever types one as a command gets an answer. */
async function refuseProbe(argv: readonly string[]): Promise<void> {
  const [name] = wordsOf(argv);
  if (name === undefined || name === 'help' || COMMANDS.some((command) => command.name === name)) return;
  const { findProbe } = await import('./run/prepare-run.ts');
  const probe = findProbe(name);
  if (probe === null) return;
  const own = COMMANDS.some((command) => command.name === probe.name);
  const line = own ? probe.name : `run ${probe.name}`;
  throw new FleetError('usage', `${name} is a probe, not a command: cruc-fleet ${line}`);
}

/** Adds every command as the list shows it, and all of the one that is wanted: the others are not even loaded. */
async function addCommands(program: Command, context: CommandContext): Promise<void> {
  const wanted = wantedCommand(context.argv);
  const terms = new Map<Command, string>();
  listTerms(program, terms);
  for (const { name, takes, summary, load } of COMMANDS) {
    const command = program.command(name).summary(summary);
    terms.set(command, `${name} ${takes}`.trimEnd());
    if (name === wanted) (await load())(command, context);
  }
}

/** A message of several lines stays so: an inventory may have many errors. Causes follow the last one. */
function errorLines(error: FleetError): readonly string[] {
  const lines = error.message.split('\n');
  if (error.cause !== undefined) lines.push(`${lines.pop() ?? ''}: ${describeError(error.cause)}`);
  return lines;
}

/** What was typed is in a message as well, and may have been copied from anywhere. */
function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}
