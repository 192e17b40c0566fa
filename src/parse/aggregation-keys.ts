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
    : Object.fromEntries(
        [...words].map(([name, text]): [string, Cell] => {
          const cell = cellOf(name, text);
          return [name, typeof cell === 'number' ? numberAsPrinted(text) : cell];
        }),
      );
}

/** Columns of a string key in dtrace's default format, in bytes; a longer one is not cut. */
const STRING_COLUMNS = 50;

/** Columns of integers of eight, four, two and one bytes, with the blank before them. */
const INTEGER_COLUMNS = [17, 9, 6, 4];

/** More than any line of keys has: keys of one, and bytes. */
const MOST_KEYS = 64;
const LONGEST_LINE = 4096;

/**
 * The keys of a line in dtrace's default format (`dt_print_datum` of illumos's libdtrace): strings in 50 columns
 * after two blanks, integers right-justified by their size. Null where the line does not have these columns: a
 * person may have moved them, see `readSpacedKeys`. The blanks that fill the last column may be gone.
 */
export function readDefaultKeys(line: string): readonly Cell[] | null {
  return readWholeKeys(line) ?? readColumns(line.trimEnd(), false);
}

/** As `readDefaultKeys`, of a text that has all columns of its keys, and nothing else. */
export function readWholeKeys(text: string): readonly Cell[] | null {
  return readColumns(text, true);
}

function readColumns(text: string, isWhole: boolean): readonly Cell[] | null {
  // dtrace counts bytes: a letter beyond ASCII has two or more.
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return bytes.length > LONGEST_LINE ? null : keysFrom({ bytes, isWhole, failed: new Set() }, 0, MOST_KEYS);
}

interface Columns {
  readonly bytes: string;
  /** The blanks that fill the last column are there. */
  readonly isWhole: boolean;
  /** Where the rest of the line cannot be keys: so the time does not grow with the ways to part it. */
  readonly failed: Set<number>;
}

/** The keys from a column on. */
function keysFrom(columns: Columns, at: number, most: number): readonly Cell[] | null {
  const { bytes, isWhole, failed } = columns;
  if (at === bytes.length) return [];
  if (most === 0 || at > bytes.length || failed.has(at)) return null;
  const integer = integerAt(bytes, at);
  const rest = integer === null ? null : keysFrom(columns, at + integer.length, most - 1);
  if (integer !== null && rest !== null) return [numberAsPrinted(integer.trim()), ...rest];
  const end = stringEnd(bytes, at, isWhole);
  const others = end === null ? null : keysFrom(columns, end, most - 1);
  if (end === null || others === null) {
    failed.add(at);
    return null;
  }
  // In the columns of a string digits are a name, which is not the process of that number.
  return [
    Buffer.from(bytes.slice(at + 2, end), 'latin1')
      .toString('utf8')
      .trimEnd(),
    ...others,
  ];
}

/** An integer in one of the four widths, or wider without blanks to fill. */
function integerAt(bytes: string, at: number): string | null {
  const match = /^ +-?\d{1,20}(?= |$)/.exec(bytes.slice(at, at + 22));
  if (match === null) return null;
  const [integer] = match;
  const widest = !integer.startsWith('  ') && integer.length > 4;
  return widest || INTEGER_COLUMNS.includes(integer.length) ? integer : null;
}

/** Where a string key ends that begins with the two blanks before it, those included that fill its columns. */
function stringEnd(bytes: string, at: number, isWhole: boolean): number | null {
  if (!bytes.startsWith('  ', at)) return null;
  const end = at + 2 + STRING_COLUMNS;
  if (!isWhole && bytes.charAt(at + 2) === ' ') return null;
  if (bytes.length < end) return isWhole ? null : bytes.length;
  if (bytes.length === end || bytes.charAt(end) === ' ') return end;
  const blank = bytes.indexOf(' ', end);
  return blank < 0 ? bytes.length : blank;
}

/** The keys of a line whose columns were moved: whatever two blanks or more part. */
export function readSpacedKeys(line: string): readonly Cell[] {
  return line
    .trim()
    .split(/\s{2,}/)
    .filter((field) => field !== '')
    .map((field) => numberAsPrinted(field));
}

/** A whole number as such where nothing of how it was printed is lost, else the text: `007` is a name. */
function numberAsPrinted(text: string): number | string {
  const cell = numberOrText(text);
  return String(cell) === text ? cell : text;
}

/** `key_1`, `key_2` … for keys whose meaning is not known. */
export function numberedKeys(keys: readonly Cell[]): Row {
  return Object.fromEntries(keys.map((key, i) => [`key_${i + 1}`, key]));
}
