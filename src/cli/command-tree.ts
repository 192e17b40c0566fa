import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { COMMANDS } from './commands.ts';
import { describeProgram, listTerms } from './program-command.ts';

/** The program with every command in full, for what tells of all of them. None of them is ever run. */
export async function commandTree(context: CommandContext): Promise<Command> {
  const program = describeProgram(new Command('cruc-fleet'), context.version);
  const terms = new Map<Command, string>();
  listTerms(program, terms);
  for (const { name, takes, summary, load } of COMMANDS) {
    const command = program.command(name).summary(summary);
    terms.set(command, `${name} ${takes}`.trimEnd());
    (await load())(command, context);
  }
  return program;
}
