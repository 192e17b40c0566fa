import { Command, CommanderError } from 'commander';
import { describeError, FleetError } from '../model/error.ts';
import { STATE_PROBES } from '../probes/index.ts';
import { addCheckCommand } from './check-command.ts';
import { addExecCommand, replayExec } from './exec-command.ts';
import { EXIT, EXIT_HELP, exitCodeOfError } from './exit-code.ts';
import { addInventoryCommand } from './inventory-command.ts';
import { addParseCommand } from './parse-command.ts';
import { addProbeCommand, replayProbe } from './probe-command.ts';
import { addProbesCommand } from './probes-command.ts';
import { addCleanCommand, addPushCommand, SLED_REPLAYS } from './push-command.ts';
import { addReplayCommand, TAKES, type Replay } from './replay-command.ts';
import { addRunCommand } from './run-command.ts';
import { replayRun } from './run-report.ts';
import { addSilenceCommand } from './silence-command.ts';
import { addDemoCommand, addSimCommand } from './sim-command.ts';
import type { Surroundings } from './surroundings.ts';

/** How the recordings of each command are printed again. */
const REPLAYS: Readonly<Record<string, Replay>> = {
  ...Object.fromEntries(
    STATE_PROBES.map((probe): [string, Replay] => [
      probe.name,
      { takes: TAKES.sessions, print: (...given) => replayProbe(probe, ...given) },
    ]),
  ),
  run: { takes: TAKES.anyProbe, print: replayRun },
  exec: { takes: TAKES.printed, print: replayExec },
  ...Object.fromEntries(
    Object.entries(SLED_REPLAYS).map(([name, print]): [string, Replay] => [
      name,
      { takes: TAKES.table, print },
    ]),
  ),
};

/** Runs one command line (without the program's name) and gives the exit status. Only a bug throws. */
export async function runProgram(
  argv: readonly string[],
  version: string,
  surroundings: Surroundings,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const { out, err } = surroundings.terminal;
  const program = new Command('cruc-fleet')
    .description(
      'Finds unhealthy Crucible upstairs across a rack of sleds: DTrace over SSH, merged into one answer.',
    )
    .version(version, '-V, --version', 'print the version')
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
    .addHelpText(
      'after',
      `\n${EXIT_HELP}\n\nExamples:\n  cruc-fleet ds-state --rack 3\n  cruc-fleet check --rack 3\n  cruc-fleet inventory check`,
    );
  for (const probe of STATE_PROBES) addProbeCommand(program, probe, surroundings, setExitCode);
  addCheckCommand(program, version, surroundings, setExitCode);
  addSilenceCommand(program, surroundings);
  addRunCommand(program, surroundings, setExitCode);
  addProbesCommand(program, surroundings);
  addExecCommand(program, argv, surroundings, setExitCode);
  addPushCommand(program, surroundings, setExitCode);
  addCleanCommand(program, surroundings, setExitCode);
  addReplayCommand(program, surroundings, setExitCode, REPLAYS);
  addParseCommand(program, surroundings, setExitCode);
  addInventoryCommand(program, surroundings);
  addSimCommand(program, surroundings);
  addDemoCommand(program, surroundings, (line) => runProgram(line, version, surroundings), setExitCode);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof FleetError)) throw error;
    for (const line of errorLines(error)) err.write(`cruc-fleet: ${line}\n`);
    return exitCodeOfError(error);
  }
}

/** A message of several lines stays so: an inventory may have many errors. Causes follow the last one. */
function errorLines(error: FleetError): readonly string[] {
  const lines = error.message.split('\n');
  if (error.cause !== undefined) lines.push(`${lines.pop() ?? ''}: ${describeError(error.cause)}`);
  return lines;
}
