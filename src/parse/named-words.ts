import { wordsOf } from './lines.ts';

/** Longest names that are read; ours are far below. */
const NAME = /^[a-z_][a-z0-9_]{0,63}$/;

/** Names that were seen to be such: a rack says the same few, sled after sled. */
const seen = new Set<string>();
const MOST_SEEN = 1_000;

function isName(text: string): boolean {
  if (seen.has(text)) return true;
  if (!NAME.test(text)) return false;
  if (seen.size < MOST_SEEN) seen.add(text);
  return true;
}

/**
 * The values of a line of `NAME=value` words, by name. The value of `rest`, where the line has it, goes on to the end of
 * the line, blanks included. Null where a word is not of this form, or a name comes twice.
 */
export function readNamedWords(line: string, rest?: string): ReadonlyMap<string, string> | null {
  if (!line.includes('=')) return null;
  const values = new Map<string, string>();
  const at = rest === undefined ? -1 : ` ${line}`.indexOf(` ${rest}=`);
  const head = at < 0 ? line : line.slice(0, at);
  if (rest !== undefined && at >= 0) values.set(rest, line.slice(at + rest.length + 1).trim());
  for (const word of wordsOf(head)) {
    const end = word.indexOf('=');
    const name = word.slice(0, end);
    if (end < 0 || values.has(name) || !isName(name)) return null;
    values.set(name, word.slice(end + 1));
  }
  return values.size === 0 ? null : values;
}
