import { Command, CommanderError, Help } from 'commander';
import { describeError, FleetError } from '../model/error.ts';
import type { CommandContext } from './command-context.ts';
import { COMMANDS, wantedCommand, wordsOf } from './commands.ts';
import { EXIT, EXIT_HELP, exitCodeOfError } from './exit-code.ts';
import { helpLine } from './help-line.ts';
import { widthValue } from './options/option-values.ts';
import { isPlugin, noVerdict, pluginStatus } from './plugin-exit.ts';
import type { Surroundings } from './surroundings.ts';
import { withWidth } from '../term/terminal.ts';

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
  const program = new Command('cruc-fleet')
    .description(
      'Finds unhealthy Crucible upstairs in a rack of sleds: it runs DTrace on every sled over SSH and merges the ' +
        'results into one answer. An upstairs serves a disk of a VM, in the zone of that VM. It keeps three copies of ' +
        'the disk, its downstairs. A copy that has fallen behind is repaired while the VM runs: live repair. An ' +
        'inventory file lists the sleds; cruc-fleet inventory init writes one.',
    )
    .version(version, '-V, --version', 'print the version')
    .option('--width <columns>', 'print at this width, whatever the terminal; with any command', widthValue)
    .hook('preSubcommand', (command) => {
      width = command.opts<{ readonly width?: number | null }>().width ?? null;
    })
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('(--help explains the options)')
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      getOutHelpWidth: () => out.width() ?? 100,
      getErrHelpWidth: () => err.width() ?? 100,
      getOutHasColors: () => out.color,
      getErrHasColors: () => err.color,
    })
    .exitOverride()
    .addHelpText('after', `\n${EXIT_HELP}\n\n${EXAMPLES}`);
  await addCommands(program, {
    argv,
    version,
    surroundings,
    setExitCode,
    run: (line, others) => runProgram(line, version, others),
  });
  try {
    await refuseProbe(argv);
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
    for (const line of errorLines(error)) err.write(`cruc-fleet: ${line}\n`);
    return pluginStatus(argv, exitCodeOfError(error));
  }
}

const EXAMPLES = `Examples:
  cruc-fleet ds-state --rack 3                                the health of every disk of rack 3
  cruc-fleet repairs --rack 3                                 which zones are in live repair, and how far
  cruc-fleet run perf-vol --rack 3                            how long guests wait, until Ctrl-C
  cruc-fleet run perf-ds-net -r 3 --by pid,client --compare   which downstairs is slow
  cruc-fleet check --rack 3                                   one line for a monitoring system
  cruc-fleet inventory check                                  whether the list of sleds is right`;

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
  program.configureHelp({
    subcommandTerm: (command) => terms.get(command) ?? new Help().subcommandTerm(command),
  });
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
