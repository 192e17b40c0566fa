import { Argument, Option, type Command } from 'commander';
import { SHELL_SCRIPTS, SHELLS, type Shell } from '../../completion/shells.ts';
import type { CommandContext } from '../command-context.ts';

/** Adds `completion`: what a shell runs to complete command lines of cruc-fleet. */
export function addCompletionCommand(command: Command, context: CommandContext): void {
  command
    .description(
      'Prints what a shell runs to complete command lines of cruc-fleet: commands, options and their values, with ' +
        'racks, sleds and labels of the inventory and zones of the last run over it. No sled is visited.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    // The build keeps them, so that a tab loads no command.
    .addOption(new Option('--words', 'the words of all commands instead, as JSON').hideHelp())
    .addHelpText('after', `\n${HELP}`)
    .action(async (shell: Shell, { words }: { readonly words?: boolean }) => {
      const text = words === true ? await allWords(context) : SHELL_SCRIPTS[shell];
      context.surroundings.terminal.out.write(text);
    });
}

async function allWords(context: CommandContext): Promise<string> {
  const { commandWords } = await import('./command-words.ts');
  return `${JSON.stringify(commandWords(await context.wholeProgram()))}\n`;
}

const HELP = `Put one of these into the file that your shell reads at its start:
  source <(cruc-fleet completion bash)     ~/.bashrc
  source <(cruc-fleet completion zsh)      ~/.zshrc, after compinit
  cruc-fleet completion fish | source      ~/.config/fish/config.fish

At each tab the shell runs cruc-fleet, which must be in $PATH. The inventory is the one that a command would take: that
of -i if it stands before, of $CRUC_FLEET_INVENTORY, or inventory.yaml.

Exit status:
  0    printed
  64   wrong usage
  74   standard output could not be written`;
