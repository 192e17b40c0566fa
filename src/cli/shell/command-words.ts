import type { Argument, Command, Option } from 'commander';
import type { ArgumentWords, CommandWords, OptionWords } from '../../completion/command-words.ts';
import { listValue } from '../options/option-values.ts';
import { argumentValues, optionValues, plain } from './value-words.ts';

/** What shells may offer of a command, from the definition that its help is made of. */
export function commandWords(command: Command): CommandWords {
  const help = command.createHelp();
  // Commander gives a `help` to every command that has commands; ours knows all of them.
  const commands = help
    .visibleCommands(command)
    .filter((each) => command.parent === null || each.name() !== 'help');
  return {
    name: command.name(),
    help: command.summary(),
    options: help.visibleOptions(command).map((option) => optionWords(command, option)),
    arguments: command.registeredArguments.map((argument) => argumentWords(command, argument)),
    commands: commands.map(commandWords),
  };
}

/** `inventory check`: what is typed after the program's name. */
function wordsFrom(command: Command): string {
  const above = command.parent === null || command.parent.parent === null ? '' : wordsFrom(command.parent);
  return `${above} ${command.name()}`.trim();
}

function optionWords(command: Command, option: Option): OptionWords {
  const takesValue = option.required || option.optional;
  const valueName = /[<[](.*)[>\]]/.exec(option.flags)?.[1] ?? '';
  const value =
    option.argChoices === undefined
      ? optionValues(wordsFrom(command), option.long ?? '', valueName)
      : plain(option.argChoices);
  return {
    names: [option.short, option.long].filter((name) => name !== undefined),
    help: firstClause(option.description),
    // Where nothing is known of the value, it is taken all the same.
    value: takesValue ? (value ?? plain([])) : null,
    isList: option.parseArg === listValue,
  };
}

function argumentWords(command: Command, argument: Argument): ArgumentWords {
  const value =
    argument.argChoices === undefined
      ? argumentValues(wordsFrom(command), argument.name())
      : plain(argument.argChoices);
  return { value, isRest: argument.variadic };
}

/** A shell shows it on the line of the word. */
function firstClause(text: string): string {
  return text.replace(/\s*\((default|such as|unset)\b.*$/s, '').replaceAll(/\s+/g, ' ');
}
