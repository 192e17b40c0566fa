import { LONGEST_LINE, MOST_ROWS } from './limits.ts';
import { eachLine, isBlank } from './lines.ts';

/** A kind of table, by the headings that it has in every release. */
export interface TableForm<Name extends string = string> {
  readonly name: Name;
  /** A row has a value under each of them, and begins a new word there. */
  readonly headings: readonly string[];
  /** Headings of more than one word that it may have besides. */
  readonly phrases?: readonly string[];
}

/** What a line of a text with tables is. Lines are counted from 1. */
export type TableLine<Name extends string = string> =
  | { readonly kind: 'headings'; readonly form: Name; readonly line: number }
  | {
      readonly kind: 'row';
      readonly form: Name;
      readonly line: number;
      readonly text: string;
      /** By heading; empty where nothing stands under it. */
      readonly cells: ReadonlyMap<string, string>;
      /** Headings of the form under which nothing stands: the row was cut, or is none. */
      readonly lacks: readonly string[];
      /** The text ends within it, before its last column: the value that stands last may be a part of one. */
      readonly isOpen: boolean;
    }
  /** What a program says beside its table: `note: …`, `WARN: …`. */
  | { readonly kind: 'note'; readonly line: number; readonly text: string }
  /** Any other line: a title, a prompt, a row that was wrapped or moved. */
  | { readonly kind: 'text'; readonly line: number; readonly text: string };

interface ColumnPlace {
  readonly heading: string;
  readonly start: number;
  readonly end: number;
}

interface Headings<Name extends string> {
  readonly form: TableForm<Name>;
  readonly columns: readonly ColumnPlace[];
  /** Columns are separated by `|`. */
  readonly isRuled: boolean;
}

const NOTE = /^(?:note|warn|warning|error):\s/i;
const RULE = /^[\s+-]*-[\s+-]*$/;

/**
 * Reads tables whose columns are found by their headings and cut where the headings stand, never by blanks: values may
 * be empty or hold blanks. Columns in any order, with others among them; one blank between columns, blanks on both
 * sides, or `|`. A line under headings whose words do not begin where the headings do is `text`: it was wrapped, or
 * is of something else. Empty lines are left out; a table goes on behind them.
 */
export function readHeadedTables<Name extends string>(
  text: string,
  forms: readonly TableForm<Name>[],
): readonly TableLine<Name>[] {
  const lines: TableLine<Name>[] = [];
  let under: Headings<Name> | null = null;
  let number = 0;
  for (const { line: whole, isOpen } of eachLine(text)) {
    number++;
    const line = whole.slice(0, LONGEST_LINE);
    if (isBlank(line) || lines.length > MOST_ROWS) continue;
    const place = { line: number, text: line.trim() };
    const headings = headingsIn(line, forms);
    if (headings !== null) {
      under = headings;
      lines.push({ kind: 'headings', form: under.form.name, line: number });
    } else if (NOTE.test(place.text)) lines.push({ kind: 'note', ...place });
    else if (under?.isRuled === true && RULE.test(line)) continue;
    else if (under === null || !fits(line, under)) lines.push({ kind: 'text', ...place });
    else {
      const cells = cellsOf(line, under.columns);
      const lacks = under.form.headings.filter((heading) => (cells.get(heading) ?? '') === '');
      const last = under.columns.at(-1)?.heading ?? '';
      const isPart = isOpen && (cells.get(last) ?? '') === '';
      lines.push({ kind: 'row', form: under.form.name, ...place, cells, lacks, isOpen: isPart });
    }
  }
  return lines;
}

/** The headings of a line, if it has those of a form; of several forms, the one that it has most of. */
function headingsIn<Name extends string>(
  line: string,
  forms: readonly TableForm<Name>[],
): Headings<Name> | null {
  let best: Headings<Name> | null = null;
  for (const form of forms) {
    if (!form.headings.every((heading) => line.includes(heading))) continue;
    const isRuled = line.includes('|');
    const columns = isRuled ? ruledColumns(line) : columnsOf(line, form.phrases ?? []);
    const has = new Set(columns.map(({ heading }) => heading));
    const isIt = form.headings.every((heading) => has.has(heading));
    if (isIt && (best === null || form.headings.length > best.form.headings.length)) {
      best = { form, columns, isRuled };
    }
  }
  return best;
}

function columnsOf(line: string, phrases: readonly string[]): readonly ColumnPlace[] {
  const starts: { heading: string; start: number }[] = [];
  for (let at = 0; at < line.length;) {
    if (line.charAt(at) === ' ' || line.charAt(at) === '\t') {
      at++;
      continue;
    }
    const start = at;
    const phrase = phrases.find((each) => line.startsWith(each, start));
    const word = phrase ?? /^\S+/.exec(line.slice(start))?.[0] ?? '';
    starts.push({ heading: word, start });
    at = start + Math.max(1, word.length);
  }
  return starts.map((each, index) => ({
    ...each,
    end: starts[index + 1]?.start ?? Number.POSITIVE_INFINITY,
  }));
}

function ruledColumns(line: string): readonly ColumnPlace[] {
  let start = 0;
  return line.split('|').map((part, index, parts) => {
    const end = index === parts.length - 1 ? Number.POSITIVE_INFINITY : start + part.length;
    const column = { heading: part.trim(), start, end };
    start += part.length + 1;
    return column;
  });
}

/** Whether a column of the form begins in the line where its heading does, and not in the middle of a word. */
function fits<Name extends string>(line: string, { form, columns, isRuled }: Headings<Name>): boolean {
  if (isRuled) {
    return columns.every(({ end }) => end === Number.POSITIVE_INFINITY || line.charAt(end) === '|');
  }
  const known = [...form.headings, ...(form.phrases ?? [])];
  return columns.every(
    ({ heading, start }) =>
      start === 0 || !known.includes(heading) || line.length < start || line.charAt(start - 1) === ' ',
  );
}

/** The first column goes on to the left: its values may be set to the right. */
function cellsOf(line: string, columns: readonly ColumnPlace[]): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  for (const [index, { heading, start, end }] of columns.entries()) {
    if (cells.has(heading)) continue;
    cells.set(heading, line.slice(index === 0 ? 0 : start, end).trim());
  }
  return cells;
}
