import { shellWord } from '../model/shell-word.ts';

/** What stands for something of the sled, or of the gateway, in a command of the file. */
const COMMAND_WORDS = ['host', 'port', 'cubby', 'serial', 'rack', 'user'] as const;

export type CommandWord = (typeof COMMAND_WORDS)[number];

/** The value of each word; null for what a sled does not have. */
export type CommandValues = Readonly<Record<CommandWord, string | null>>;

/** What `isCommand` takes, for error messages. */
export const COMMAND =
  'a command on one line, in which {host}, {port}, {cubby}, {serial}, {rack} and {user} stand for the ones of the sled ' +
  '(not %h or %p), and {{ for a brace';

// `${NAME}` is the shell's.
const PART = /\{\{|(?<!\$)\{([^{}]*)\}?/g;

/** Whether every word in braces is one that is known. */
export function isCommand(text: string): boolean {
  if (/\p{Cc}/u.test(text) || /(?<!%)%[hpnr](?!\w)/.test(text)) return false;
  return [...text.matchAll(PART)].every(([part, word]) => part === '{{' || isWord(word));
}

/** The words that stand in a command, each once. */
export function wordsIn(command: string): readonly CommandWord[] {
  const found = [...command.matchAll(PART)].map(([, word]) => word);
  return COMMAND_WORDS.filter((word) => found.includes(word));
}

/** The command with each value in its place, as one word of the shell. Every word that stands in it has a value. */
export function fillCommand(command: string, values: CommandValues): string {
  return command.replaceAll(PART, (part, word: string | undefined) => {
    if (part === '{{') return '{';
    return isWord(word) ? shellWord(values[word] ?? '') : part;
  });
}

function isWord(word: string | undefined): word is CommandWord {
  return COMMAND_WORDS.some((each) => each === word);
}
