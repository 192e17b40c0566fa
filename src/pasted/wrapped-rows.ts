import { readChatter } from '../parse/chatter.ts';
import { isBlank, linesOf, wordsOf } from '../parse/lines.ts';
import { isCutZone, readStatusWords, startsWithZone, type StatusKind } from './status-dialects.ts';

export interface UnwrappedText {
  readonly text: string;
  /** Rows that stood on several lines. */
  readonly joined: number;
}

/** Lines on which one row stands at most: one of today has 93 characters, and a narrow terminal 40. */
const MOST_LINES = 3;

/**
 * A text whose rows are one line each where a terminal wrapped them within a word, or a mail between two. Lines are joined
 * only where the first begins with a zone, none of the next is a row by itself, and one way alone to join them is a row.
 */
export function unwrappedRows(text: string, kind: StatusKind): UnwrappedText {
  const { lines, lastIsOpen } = linesOf(text);
  const kept: string[] = [];
  let joined = 0;
  for (let i = 0; i < lines.length;) {
    const found = rowFrom(lines, i, kind);
    // The end of the text may be within the row.
    const isCut = lastIsOpen && found !== null && i + found.count === lines.length;
    kept.push(found === null || isCut ? (lines[i] ?? '') : found.line);
    i += found === null || isCut ? 1 : found.count;
    if (found !== null && !isCut) joined++;
  }
  return joined === 0 ? { text, joined } : { text: kept.join('\n') + (lastIsOpen ? '' : '\n'), joined };
}

/** The row of several lines that begins in this one; null where none does. */
function rowFrom(
  lines: readonly string[],
  start: number,
  kind: StatusKind,
): { readonly line: string; readonly count: number } | null {
  const first = (lines[start] ?? '').trimEnd();
  if (!startsWithZone(first)) return null;
  // What is a row already may lack the end of its last word alone; of a counter nothing tells that it does.
  const isRow = isRowOf(first, kind);
  if (isRow && /\d$/.test(first)) return null;
  let ways: readonly string[] = [first];
  for (let count = 2; count <= MOST_LINES; count++) {
    const next = (lines[start + count - 1] ?? '').trim();
    if (!mayGoOn(next, kind)) return null;
    ways = ways.flatMap((way) => (isRow ? [way + next] : [way + next, `${way} ${next}`]));
    const rows = ways.filter((way) => isRowOf(way, kind));
    if (rows.length === 1 && rows[0] !== undefined) return { line: rows[0], count };
    if (rows.length > 1 || isRow) return null;
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
