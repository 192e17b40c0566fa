import type { Command } from 'commander';
import { FleetError } from '../model/error.ts';
import { wordsOf } from './commands.ts';

/**
 * The command line that prints the help that was asked for: `silence add --help` of `help silence add`; every other one
 * as it is. Throws `usage` where help is wanted of a command that is not there.
 */
export async function helpLine(argv: readonly string[], program: Command): Promise<readonly string[]> {
  const words = wordsOf(argv);
  const [first] = words;
  const isHelp = first === 'help';
  const wantsHelp = isHelp || argv.includes('--help') || argv.includes('-h');
  if (!wantsHelp || first === undefined) return argv;
  if (!isHelp) {
    // What stands behind a command's name may be its argument.
    await findIn(program, first);
    return argv;
  }
  const path = words.slice(1).filter((word) => word !== 'help');
  let command = program;
  for (const name of path) command = await findIn(command, name);
  return [...path, '--help'];
}

async function findIn(parent: Command, name: string): Promise<Command> {
  const found = parent.commands.find((each) => each.name() === name);
  if (found !== undefined) return found;
  const names = parent.commands.map((each) => each.name());
  const whose = parent.parent === null ? '' : `${parent.name()} `;
  if (names.length === 0) throw new FleetError('usage', `${parent.name()} has no command '${name}'`);
  // Loaded only where somebody mistyped: --help stays cheap.
  const { nearest } = await import('../yaml/nearest.ts');
  const [near] = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean ${whose}${near}?`;
  const where = parent.parent === null ? 'cruc-fleet --help' : `cruc-fleet ${whose}--help`;
  throw new FleetError('usage', `there is no command '${whose}${name}'${hint} (${where} lists them)`);
}
