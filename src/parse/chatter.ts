import type { Issue } from '../model/issue.ts';
import { readMessages } from './dtrace-messages.ts';
import { isBlank } from './lines.ts';

const PROMPT_WORD = /^[\w.@:~/+-]+$/;

/** A prompt stands within the first characters of a line. */
const PROMPT_REACH = 100;

/** Said by dtrace on a Mac, where upstairs are tried by hand: nothing is missing. */
const OTHER_SYSTEMS = /^dtrace: system integrity protection is on\b/;

/** Keys that a terminal shows: `^C`, `^C^C`, `^D`. */
const KEYS = /^(?:\^[A-Z\\]){1,20}$/;

/**
 * What a terminal shows between a command's lines: a prompt with a command, `^C`, a password's prompt, the notes
 * of dtrace. Null for any other line; else the issues that the line stands for, none where nothing is missing.
 */
export function readChatter(line: string): readonly Issue[] | null {
  const text = line.trim();
  if (text.startsWith('dtrace: ')) return OTHER_SYSTEMS.test(text) ? [] : readMessages(text);
  if (KEYS.test(text) || text === 'Password:' || readPrompt(text) !== null) return [];
  return null;
}

/** Whether a line says something, even what dtrace could not do: it is neither blank nor chatter without a meaning. */
export function saysSomething(line: string): boolean {
  return !isBlank(line) && readChatter(line)?.length !== 0;
}

/** What stands before the command, of `root@BRM42220014:~# /tmp/x.sh`, `final:crucible alan$ sudo …`, `$ dtrace …`. */
export function readPrompt(line: string): string | null {
  const text = line.trimStart().slice(0, PROMPT_REACH).trimEnd();
  const match = /[#$](?: |$)/.exec(text);
  if (match === null) return null;
  const before = text.slice(0, match.index).trim();
  const words = before === '' ? [] : before.split(' ');
  return words.length <= 2 && words.every((word) => PROMPT_WORD.test(word)) ? before : null;
}
