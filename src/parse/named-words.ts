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

/** The values of a line's words, by name. */
export type LineWords = Pick<ReadonlyMap<string, string>, 'get' | 'has'>;

/** The names of a line, in its order, and their places in it. */
type Layout = ReadonlyMap<string, number>;

/** Layouts that are remembered, by their first name. */
const MOST_LAYOUTS = 16;

/**
 * As `readNamedWords` with this `rest`, for lines that follow each other with the same names in the same order, as the
 * rows of a rack do: then only the values that somebody asks for are cut out of the line.
 */
export function createWordReader(rest: string): (line: string) => LineWords | null {
  const layouts = new Map<string, Layout>();
  return (line) => {
    const first = line.slice(0, line.indexOf('='));
    const known = layouts.get(first);
    const fitting = known === undefined ? null : wordsAs(known, line);
    if (fitting !== null) return fitting;
    const words = readNamedWords(line, rest);
    if (words === null || words.has(rest) || !words.has(first)) return words;
    if (known !== undefined || layouts.size < MOST_LAYOUTS) {
      layouts.set(first, new Map([...words.keys()].map((name, place) => [name, place])));
    }
    return words;
  };
}

/** The words of a line that has these names in this order, one blank between two words, and nothing else; else null. */
function wordsAs(layout: Layout, line: string): LineWords | null {
  if (/[^\S ]/.test(line)) return null;
  const values: number[] = [];
  let at = 0;
  for (const name of layout.keys()) {
    const value = at + name.length + 1;
    if (at > line.length || line[value - 1] !== '=' || !line.startsWith(name, at)) return null;
    values.push(value);
    at = endOfWord(line, value) + 1;
  }
  if (at !== line.length + 1) return null;
  return {
    has: (name) => layout.has(name),
    get(name) {
      const from = values[layout.get(name) ?? -1];
      return from === undefined ? undefined : line.slice(from, endOfWord(line, from));
    },
  };
}

function endOfWord(line: string, from: number): number {
  const end = line.indexOf(' ', from);
  return end < 0 ? line.length : end;
}
