import type { Issue } from '../model/issue.ts';
import { readChatter } from './chatter.ts';
import { cutTo, LONGEST_CELL, LONGEST_LINE, MOST_OTHER_LINES, MOST_ROWS } from './limits.ts';
import { boundedCell, createIssueLog, isTooLong, wordsOf } from './lines.ts';
import { quoteLine } from './quote-line.ts';

/** The rows under one occurrence of the headings: an interval, or the rows until the headings come again. */
export interface TableSection {
  readonly headings: readonly string[];
  /** As many words a row as there are headings; `-` is not known. */
  readonly rows: readonly (readonly string[])[];
}

export interface TableText {
  readonly sections: readonly TableSection[];
  readonly issues: readonly Issue[];
  /** Lines that belong to no table and mean nothing for it: prompts, notes of dtrace. */
  readonly other: readonly string[];
}

export type TableEvent =
  | { readonly kind: 'header'; readonly headings: readonly string[] }
  | { readonly kind: 'row'; readonly headings: readonly string[]; readonly cells: readonly string[] }
  | { readonly kind: 'issue'; readonly issue: Issue }
  | { readonly kind: 'other'; readonly line: string };

export interface TableOptions {
  /** Rows before any heading are read under these, and other headings are an issue. */
  readonly expectedHeadings?: readonly string[];
  /** Headings that stand for several columns: `LR_COMPLETED` for three. Default: each for itself. */
  readonly expand?: (heading: string) => readonly string[];
  /** Whether words may be a row under the headings, beside their number. Default: any may. */
  readonly fits?: (headings: readonly string[], cells: readonly string[]) => boolean;
}

export interface TableReader {
  push(chunk: string): readonly TableEvent[];
  end(): readonly TableEvent[];
}

/** `/S` stands behind rates a second in tables of ours. */
const HEADING = /^[A-Z][A-Z0-9_]*[<>]?(?:\/S)?$/;

/** Words that stand in rows and look like headings: states as the hand-run scripts print them. */
const STATE_CODES = new Set('ACT WQ REC LRR NEW FLT OFL LR RPC RPL DIS DAV NF WA CON'.split(' '));

/**
 * The headings of a line of upper-case words, or null where it is none. `DS STATE 0` of the older scripts is one
 * heading. One word alone, and a row of three states, are not headings.
 */
export function headingsOf(line: string): readonly string[] | null {
  if (line.length > LONGEST_LINE) return null;
  const words = wordsOf(line);
  const headings: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const client = words[i + 2] ?? '';
    if (word === 'DS' && words[i + 1] === 'STATE' && /^[0-2]$/.test(client)) {
      headings.push(`DS STATE ${client}`);
      i += 2;
    } else if (HEADING.test(word)) headings.push(word);
    else return null;
  }
  if (headings.length < 2 || headings.every((heading) => STATE_CODES.has(heading))) return null;
  return headings;
}

/** Reads tables whose headings come first and may come again, from the whole output. */
export function parseTable(text: string, expectedHeadings?: readonly string[]): TableText {
  return readTable(text, expectedHeadings === undefined ? {} : { expectedHeadings });
}

/** As `parseTable`, with all options. */
export function readTable(text: string, options: TableOptions): TableText {
  const sections: { headings: readonly string[]; rows: (readonly string[])[] }[] = [];
  const issues: Issue[] = [];
  const other: string[] = [];
  const reader = createTableReader(options);
  let kept = 0;
  let leftOut = 0;
  const take = (events: readonly TableEvent[]): void => {
    for (const event of events) {
      switch (event.kind) {
        case 'header':
          if (kept < MOST_ROWS) sections.push({ headings: event.headings, rows: [] });
          kept++;
          break;
        case 'row':
          if (kept < MOST_ROWS) sections.at(-1)?.rows.push(event.cells);
          else leftOut++;
          kept++;
          break;
        case 'issue':
          issues.push(event.issue);
          break;
        case 'other':
          if (other.length < MOST_OTHER_LINES) other.push(event.line);
          break;
      }
    }
  };
  for (let at = 0; at < text.length; at += PIECE) take(reader.push(text.slice(at, at + PIECE)));
  take(reader.end());
  if (leftOut > 0) {
    const message = `${leftOut} more rows are left out: the first ${MOST_ROWS} rows and headings are read`;
    issues.push({ code: 'warning', message });
  }
  return { sections, issues, other };
}

/** Characters that are read at once, so that their events are few. */
const PIECE = 65_536;

/** Lines before any headings that are kept until headings come. */
const MOST_HELD = 1000;

/**
 * Reads the same from pieces of output as they arrive. A row is told when its line has ended; `end` tells what is
 * left, and the issues. Rows before the first headings, where none are expected, are rows of those that follow. The
 * last value of a line that never ended is `-`, since the line may be cut within it. Every line that is not blank ends
 * as a header, a row, `other`, or an issue (equal and many ones as a count).
 */
export function createTableReader(options: TableOptions = {}): TableReader {
  const expand = options.expand ?? ((heading: string) => [heading]);
  const fits = options.fits ?? (() => true);
  const expected = options.expectedHeadings?.flatMap((heading) => expand(heading)) ?? null;
  const log = createIssueLog();
  let pending = '';
  let tooLong = false;
  let headings: readonly string[] | null = null;
  let held: { readonly cells: readonly string[]; readonly line: string }[] = [];

  function header(read: readonly string[]): readonly TableEvent[] {
    const before = headings;
    headings = read.flatMap((heading) => expand(heading));
    const text = headings.join(' ');
    if (expected !== null && text !== expected.join(' ')) {
      log.add('warning', `headings that were not expected, from another script perhaps: ${quoteLine(text)}`);
    }
    const event: TableEvent = { kind: 'header', headings };
    const earlier = before === null ? release(headings) : [];
    return earlier.length === 0 ? [event] : [event, ...earlier, event];
  }

  /** The rows that came before these headings. */
  function release(under: readonly string[] | null): readonly TableEvent[] {
    const rows = held.flatMap(({ cells, line }): readonly TableEvent[] => {
      if (under !== null && cells.length === under.length && fits(under, cells)) {
        return [{ kind: 'row', headings: under, cells: bounded(under, cells) }];
      }
      log.addLine('a line before any headings', line);
      return [];
    });
    held = [];
    return rows;
  }

  function bounded(under: readonly string[], cells: readonly string[]): readonly string[] {
    return cells.map((cell, i) => boundedCell(cell, under[i] === 'ZONE', log));
  }

  function row(cells: readonly string[], line: string): readonly TableEvent[] {
    if (headings === null && expected?.length === cells.length && fits(expected, cells)) {
      headings = expected;
      return [{ kind: 'header', headings }, ...row(cells, line)];
    }
    if (headings === null) {
      if (expected === null && held.length < MOST_HELD) held.push({ cells, line: cutTo(line, LONGEST_CELL) });
      else log.addLine('a line before any headings', line);
      return [];
    }
    if (cells.length !== headings.length) {
      log.addLine(`a row of ${cells.length} values under ${headings.length} headings`, line);
      return [];
    }
    if (!fits(headings, cells)) {
      log.addLine('a line whose words do not fit the headings', line);
      return [];
    }
    return [{ kind: 'row', headings, cells: bounded(headings, cells) }];
  }

  function read(text: string, isOpen: boolean): readonly TableEvent[] {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    const cells = wordsOf(line);
    if (cells.length === 0) return [];
    const chatter = readChatter(line);
    if (chatter !== null) {
      for (const issue of chatter) log.add(issue.code, issue.message);
      return chatter.length === 0 ? [{ kind: 'other', line }] : [];
    }
    const asHeadings = headingsOf(line);
    const events =
      asHeadings !== null ? header(asHeadings) : row(isOpen ? [...cells.slice(0, -1), '-'] : cells, line);
    if (isOpen && events.length > 0) {
      const what = 'the last line has no line end, so its last value may be cut';
      log.add('warning', `${what}: ${quoteLine(line)}`);
    }
    return events;
  }

  function extend(piece: string): void {
    if (tooLong) return;
    pending += piece;
    if (pending.length <= LONGEST_LINE) return;
    isTooLong(pending, log);
    pending = '';
    tooLong = true;
  }

  return {
    push(chunk) {
      const events: TableEvent[] = [];
      for (let start = 0; start <= chunk.length;) {
        const end = chunk.indexOf('\n', start);
        extend(chunk.slice(start, end < 0 ? chunk.length : end));
        if (end < 0) break;
        if (!tooLong) for (const event of read(pending, false)) events.push(event);
        pending = '';
        tooLong = false;
        start = end + 1;
      }
      return events;
    },
    end() {
      const events = [...read(pending, true), ...release(null)];
      pending = '';
      for (const issue of log.all()) events.push({ kind: 'issue', issue });
      return events;
    },
  };
}
