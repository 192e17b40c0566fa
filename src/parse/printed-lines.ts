import type { Issue } from '../model/issue.ts';
import { readMessages, takeOutMessages } from './dtrace-messages.ts';
import { isFiringHeader, readFiringPrefix, type FiringPrefix } from './firing-prefix.ts';
import { linesOf } from './lines.ts';

/** What a script printed, line by line: without what dtrace says, and without what it puts before a record. */
export interface PrintedLines {
  readonly lines: readonly string[];
  /** CPU and probe of the lines that begin a record of a script that is not quiet, by their number. */
  readonly firings: ReadonlyMap<number, FiringPrefix>;
  /** The text does not end with a line end, so that its last line may be cut. */
  readonly lastIsOpen: boolean;
  /** Drops and faults that dtrace said in between, and what was cut off. */
  readonly issues: readonly Issue[];
  /** Messages after which nothing is missing. */
  readonly messages: readonly string[];
  /** The headings of records, and the beginnings of their lines. */
  readonly prefixes: readonly string[];
}

/** Lines of one text that are read. */
const MOST_LINES = 400_000;

/** No line that a script prints for people or programs is longer; what is cut is said. */
const LONGEST_LINE = 65_536;

/** Reads the lines of a text that a script printed. Time and memory are in proportion to the text, up to a limit. */
export function printedLines(text: string): PrintedLines {
  const { rest, messages } = takeOutMessages(text);
  const issues: Issue[] = [...readMessages(messages.join('\n'))];
  const prefixes: string[] = [];
  const end = endOfLines(rest, MOST_LINES);
  const read = linesOf(rest.slice(0, end));
  if (end < rest.length) {
    const message = `the text goes on after ${MOST_LINES} lines: ${rest.length - end} more characters were not read`;
    issues.push({ code: 'warning', message });
  }
  const firings = new Map<number, FiringPrefix>();
  let cut = 0;
  const lines = read.lines.map((whole, i) => {
    const line = whole.length > LONGEST_LINE ? whole.slice(0, LONGEST_LINE) : whole;
    if (line !== whole) cut++;
    if (isFiringHeader(line)) {
      prefixes.push(line);
      return '';
    }
    const prefix = readFiringPrefix(line);
    if (prefix === null) return line;
    firings.set(i, prefix);
    prefixes.push(line.slice(0, line.length - prefix.rest.length));
    return prefix.rest;
  });
  if (cut > 0) {
    const message = `${cut} ${cut === 1 ? 'line' : 'lines'} of more than ${LONGEST_LINE} characters: the rest of each was not read`;
    issues.push({ code: 'warning', message });
  }
  return {
    lines,
    firings,
    lastIsOpen: read.lastIsOpen && end === rest.length,
    issues,
    messages: messages.filter((message) => readMessages(message).length === 0),
    prefixes,
  };
}

/** Where the line number `count` of a text ends, or its own end. */
function endOfLines(text: string, count: number): number {
  let at = 0;
  for (let i = 0; i < count; i++) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}
