import type { Issue } from '../model/issue.ts';
import { readMessages } from './dtrace-messages.ts';

const PROMPT_WORD = /^[\w.@:~/+-]+$/;

/** A prompt stands within the first characters of a line. */
const PROMPT_REACH = 100;

/** Said by dtrace on a Mac, where upstairs are tried by hand: nothing is missing. */
const OTHER_SYSTEMS = /^dtrace: system integrity protection is on\b/;

/**
 * What a terminal shows between a command's lines: a prompt with a command, `^C`, a password's prompt, the notes
 * of dtrace. Null for any other line; else the issues that the line stands for, none where nothing is missing.
 */
export function readChatter(line: string): readonly Issue[] | null {
  const text = line.trim();
  if (text.startsWith('dtrace: ')) return OTHER_SYSTEMS.test(text) ? [] : readMessages(text);
  if (text === '^C' || text === 'Password:' || isPrompt(text)) return [];
  return null;
}

/** `root@BRM42220014:~# /tmp/get-ds-state.sh`, `final:crucible alan$ sudo dtrace …`, `$ dtrace …`. */
function isPrompt(text: string): boolean {
  const match = /[#$](?: |$)/.exec(text.slice(0, PROMPT_REACH));
  if (match === null) return false;
  const before = text.slice(0, match.index).trim();
  const words = before === '' ? [] : before.split(' ');
  return words.length <= 2 && words.every((word) => PROMPT_WORD.test(word));
}
