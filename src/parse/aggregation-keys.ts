import type { Cell, Row } from '../model/column.ts';
import { cellOf, numberOrText } from './cell.ts';
import { readNamedWords } from './named-words.ts';

/**
 * The keys of a line of our own scripts, `zone=… pid=28022 type=write-unwritten client=1`, by name; `-` is null.
 * Null where a word of the line is no `key=value`, or a key comes twice.
 */
export function readNamedKeys(line: string): Row | null {
  const words = readNamedWords(line);
  return words === null
    ? null
    : Object.fromEntries([...words].map(([name, text]): [string, Cell] => [name, cellOf(name, text)]));
}

/** Columns of a string key in dtrace's default format; a longer one is not cut. */
const STRING_COLUMNS = 50;

/** Columns of integers of eight, four, two and one bytes, with the blank before them. */
const INTEGER_COLUMNS = [17, 9, 6, 4];

/**
 * The keys of a line in dtrace's default format (`dt_print_datum` of illumos's libdtrace): strings in 50 columns
 * after two blanks, integers right-justified by their size. Null where the line does not have these columns: a
 * person may have moved them, see `readSpacedKeys`.
 */
export function readDefaultKeys(line: string): readonly Cell[] | null {
  const text = line.trimEnd();
  const keys: Cell[] = [];
  for (let at = 0; at < text.length;) {
    const integer = integerAt(text, at);
    if (integer !== null) {
      keys.push(numberOrText(integer.trim()));
      at += integer.length;
      continue;
    }
    const string = stringAt(text, at);
    if (string === null) return null;
    keys.push(numberOrText(string.trimEnd()));
    at += string.length + 2;
  }
  return keys;
}

/** An integer in one of the four widths, or wider without blanks to fill. */
function integerAt(text: string, at: number): string | null {
  const match = /^ +-?\d{1,20}(?= |$)/.exec(text.slice(at, at + 22));
  if (match === null) return null;
  const [integer] = match;
  const widest = !integer.startsWith('  ') && integer.length > 4;
  return widest || INTEGER_COLUMNS.includes(integer.length) ? integer : null;
}

/** A string key without the two blanks before it, with those that fill its columns. */
function stringAt(text: string, at: number): string | null {
  if (!text.startsWith('  ', at) || text.charAt(at + 2) === ' ') return null;
  const start = at + 2;
  const end = start + STRING_COLUMNS;
  if (text.length <= end || text.charAt(end) === ' ') return text.slice(start, end);
  const blank = text.indexOf(' ', end);
  return text.slice(start, blank < 0 ? text.length : blank);
}

/** The keys of a line whose columns were moved: whatever two blanks or more part. */
export function readSpacedKeys(line: string): readonly Cell[] {
  return line
    .trim()
    .split(/\s{2,}/)
    .filter((field) => field !== '')
    .map((field) => numberOrText(field));
}

/** `key_1`, `key_2` … for keys whose meaning is not known. */
export function numberedKeys(keys: readonly Cell[]): Row {
  return Object.fromEntries(keys.map((key, i) => [`key_${i + 1}`, key]));
}
