import { readChatter } from '../parse/chatter.ts';
import { isBlank, linesOf, wordsOf } from '../parse/lines.ts';
import { isCutZone, readStatusWords, startsWithZone, type StatusKind } from './status-dialects.ts';

export interface UnwrappedText {
  readonly text: string;
  /** Rows that stood on several lines. */
  readonly joined: number;
}

/** A row that stands on several lines. */
interface WrappedRow {
  readonly start: number;
  readonly count: number;
  readonly line: string;
  /** Its first line ends within a word. */
  readonly isWithinWord: boolean;
}

/** Lines on which one row stands at most: one of today has 93 characters, and a narrow terminal 40. */
const MOST_LINES = 3;

/**
 * A text whose rows are one line each where a terminal wrapped them within a word, or a mail between two. Lines are joined
 * only where the first begins with a zone, none of the next is a row by itself, and one way alone to join them is a row.
 * Two lines around a hole in a text look the same, so that all of the text must be wrapped: more than one row, at one
 * column where it is within words, and none is longer than what stands on the first line of another.
 */
export function unwrappedRows(text: string, kind: StatusKind): UnwrappedText {
  const { lines, lastIsOpen } = linesOf(text);
  const rows = ofOneWidth(
    wrappedRows(lines, kind).filter(
      // The end of the text may be within the row.
      ({ start, count }) => !lastIsOpen || start + count < lines.length,
    ),
    lines,
  );
  if (!areWrapped(rows, lines, kind)) return { text, joined: 0 };
  const kept: string[] = [];
  let next = 0;
  for (const { start, count, line } of rows) {
    for (const each of lines.slice(next, start)) kept.push(each);
    kept.push(line);
    next = start + count;
  }
  for (const each of lines.slice(next)) kept.push(each);
  return { text: kept.join('\n') + (lastIsOpen ? '' : '\n'), joined: rows.length };
}

function wrappedRows(lines: readonly string[], kind: StatusKind): readonly WrappedRow[] {
  const rows: WrappedRow[] = [];
  for (let start = 0; start < lines.length;) {
    const row = rowFrom(lines, start, kind);
    if (row !== null) rows.push(row);
    start += row?.count ?? 1;
  }
  return rows;
}

/** Without the first of a text where it alone has another width: the heading of a sled stood before it. */
function ofOneWidth(rows: readonly WrappedRow[], lines: readonly string[]): readonly WrappedRow[] {
  const width = rows.find(({ start, isWithinWord }) => isWithinWord && start > 0);
  if (width === undefined) return rows;
  const isOther = ({ start, isWithinWord }: WrappedRow): boolean =>
    start === 0 && isWithinWord && lines[0]?.length !== lines[width.start]?.length;
  return rows.filter((row) => !isOther(row));
}

function areWrapped(rows: readonly WrappedRow[], lines: readonly string[], kind: StatusKind): boolean {
  if (rows.length < 2) return false;
  const widthOf = ({ start }: WrappedRow): number => lines[start]?.length ?? 0;
  const widths = new Set(rows.filter(({ isWithinWord }) => isWithinWord).map(widthOf));
  if (widths.size > 1) return false;
  const widest = rows.reduce((most, row) => Math.max(most, widthOf(row)), 0);
  return lines.every((line) => line.length <= widest || !isRowOf(line.trim(), kind));
}

/** The row of several lines that begins in this one; null where none does. */
function rowFrom(lines: readonly string[], start: number, kind: StatusKind): WrappedRow | null {
  const first = (lines[start] ?? '').trimEnd();
  if (!startsWithZone(first)) return null;
  // What is a row already may lack the end of its last word alone; of a counter nothing tells that it does.
  const isRow = isRowOf(first, kind);
  if (isRow && /\d$/.test(first)) return null;
  let ways = [{ line: first, isWithinWord: false }];
  for (let count = 2; count <= MOST_LINES; count++) {
    const next = (lines[start + count - 1] ?? '').trim();
    if (!mayGoOn(next, kind)) return null;
    ways = ways.flatMap(({ line, isWithinWord }) => [
      { line: line + next, isWithinWord: isWithinWord || count === 2 },
      ...(isRow ? [] : [{ line: `${line} ${next}`, isWithinWord }]),
    ]);
    const rows = ways.filter(({ line }) => isRowOf(line, kind));
    const [row, ...others] = rows;
    if (row !== undefined && others.length === 0) return { start, count, ...row };
    if (row !== undefined || isRow) return null;
  }
  return null;
}

function mayGoOn(line: string, kind: StatusKind): boolean {
  if (isBlank(line) || startsWithZone(line) || readChatter(line) !== null) return false;
  const alone = readStatusWords(wordsOf(line), kind);
  return alone === null || !alone.hasZone || isCutZone(alone.row.zone);
}

/** Whether a line is a row whose states are all known ones: of another it cannot be told where it ends. */
function isRowOf(line: string, kind: StatusKind): boolean {
  const read = readStatusWords(wordsOf(line), kind);
  return read !== null && read.hasZone && read.areKnown;
}
