import { wordsOf } from './lines.ts';

/** Longest names and most words of a line that are read; ours are far below. */
const NAME = /^([a-z_][a-z0-9_]{0,63})=(.*)$/s;

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
    const [, name, value] = NAME.exec(word) ?? [];
    if (name === undefined || value === undefined || values.has(name)) return null;
    values.set(name, value);
  }
  return values.size === 0 ? null : values;
}
