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

/** Characters of a line in which a host is looked for. */
export const HOST_REACH = 400;

/** How rows begin, and no command: output that was written behind a prompt. */
const ROW = /^(?:oxz_|zone=|\{"|\d+\s)/;

/**
 * What a terminal shows between a command's lines: a prompt with a command, `^C`, a password's prompt, the notes
 * of dtrace. Null for any other line; else the issues that the line stands for, none where nothing is missing.
 */
export function readChatter(line: string): readonly Issue[] | null {
  const text = line.trim();
  if (text.startsWith('dtrace: ')) return OTHER_SYSTEMS.test(text) ? [] : readMessages(text);
  if (KEYS.test(text) || text === 'Password:' || readHostLine(text) !== null) return [];
  const prompt = readPrompt(text);
  return prompt === null || ROW.test(prompt.command) ? null : [];
}

/** The end of a session on a host, or the head of a screen that watch draws there. */
export interface HostLine {
  readonly says: 'closed' | 'screen';
  /** Null where it was cut off. */
  readonly host: string | null;
}

/** What ssh and watch say with the name of a host; null for any other line. */
export function readHostLine(line: string): HostLine | null {
  const text = line.trim();
  const closed = /^Connection to (\S+) closed\.$/.exec(text)?.[1];
  if (closed !== undefined) return { says: 'closed', host: closed };
  const screen = /^Every \d+[.,]\ds: (.*)/s.exec(text.slice(0, HOST_REACH))?.[1];
  return screen === undefined
    ? null
    : { says: 'screen', host: /(\S+): \S+ \S+ {1,2}\d/.exec(screen)?.[1] ?? null };
}

/** Whether a line says something, even what dtrace could not do: it is neither blank nor chatter without a meaning. */
export function saysSomething(line: string): boolean {
  return !isBlank(line) && readChatter(line)?.length !== 0;
}

/** A prompt and what stands behind it. */
export interface Prompt {
  readonly before: string;
  readonly command: string;
}

/** `root@BRM42220014:~# /tmp/x.sh`, `final:crucible alan$ sudo …`, `$ dtrace …`, zsh's `root@sled14 ~ % x`. */
export function readPrompt(line: string): Prompt | null {
  const text = line.trimStart();
  const start = text.slice(0, PROMPT_REACH).trimEnd();
  const ofZsh = /^\S+@\S+ \S+ (?=%(?: |$))/.exec(start);
  const sign = ofZsh?.[0].length ?? start.search(/[#$](?: |$)/);
  if (sign < 0) return null;
  const before = start.slice(0, sign).trim();
  const words = before === '' ? [] : before.split(' ');
  if (words.length > 2 || !words.every((word) => PROMPT_WORD.test(word))) return null;
  return { before, command: text.slice(sign + 1).trim() };
}
