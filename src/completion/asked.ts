import type { CommandWords, OptionWords, ValueWords, Word } from './command-words.ts';

/** What is wanted at the end of a command line. */
export type Asked =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'command'; readonly typed: string; readonly commands: readonly Word[] }
  | { readonly kind: 'option'; readonly typed: string; readonly command: CommandWords }
  | {
      readonly kind: 'value';
      readonly value: ValueWords;
      readonly typed: string;
      /** What stands before it in the same word, such as `--rack=`. */
      readonly before: string;
      readonly isList: boolean;
      /** The first argument of the command. */
      readonly argument: string | null;
      readonly inventory: string | null;
    };

/** Reads the words of a line behind the program's name; the last one is the one that is being typed. */
export function askedOf(program: CommandWords, words: readonly string[]): Asked {
  let command = program;
  let inventory: string | null = null;
  let pending: OptionWords | null = null;
  /** Behind `help` a command is only named. */
  let isNamed = false;
  const given: string[] = [];
  for (const word of words.slice(0, -1)) {
    if (pending !== null) {
      if (pending.names.includes('-i')) inventory = word;
      pending = null;
    } else if (word === '--') {
      return { kind: 'nothing' };
    } else if (word.startsWith('-') && word !== '-') {
      const [name = '', ...rest] = word.split('=');
      const option = optionNamed(command, name);
      const takes = option !== null && option.value !== null;
      if (takes && rest.length > 0 && option.names.includes('-i')) inventory = rest.join('=');
      pending = takes && rest.length === 0 ? option : null;
    } else {
      const inner = given.length === 0 ? command.commands.find(({ name }) => name === word) : undefined;
      if (inner === undefined) given.push(word);
      else if (takesCommands(inner)) {
        isNamed = true;
        command = { ...inner, commands: program.commands };
      } else command = inner;
    }
  }
  const typed = words.at(-1) ?? '';
  const shared = { argument: given[0] ?? null, inventory };
  if (pending !== null) return valueOf(pending, typed, '', shared);
  if (typed.startsWith('-')) {
    const at = typed.indexOf('=');
    if (at === -1) return { kind: 'option', typed, command };
    const option = optionNamed(command, typed.slice(0, at));
    if (option === null) return { kind: 'nothing' };
    return valueOf(option, typed.slice(at + 1), typed.slice(0, at + 1), shared);
  }
  if (isNamed || command.commands.length > 0) {
    return given.length === 0 ? commandsOf(command, typed) : { kind: 'nothing' };
  }
  const argument = command.arguments[given.length] ?? command.arguments.findLast(({ isRest }) => isRest);
  if (argument === undefined || argument.value === null) return { kind: 'nothing' };
  return { kind: 'value', value: argument.value, typed, before: '', isList: false, ...shared };
}

function optionNamed({ options }: CommandWords, name: string): OptionWords | null {
  return options.find(({ names }) => names.includes(name)) ?? null;
}

function valueOf(
  { value, isList }: OptionWords,
  typed: string,
  before: string,
  shared: { readonly argument: string | null; readonly inventory: string | null },
): Asked {
  return value === null ? { kind: 'nothing' } : { kind: 'value', value, typed, before, isList, ...shared };
}

function commandsOf({ commands }: CommandWords, typed: string): Asked {
  return { kind: 'command', typed, commands: commands.map(({ name, help }) => ({ word: name, help })) };
}

/** Whether it is `help`, or what shows pages of the manual. */
function takesCommands(command: CommandWords): boolean {
  return command.arguments.some(({ value }) => value?.kind === 'commands');
}
