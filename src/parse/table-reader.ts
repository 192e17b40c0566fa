import type { Issue } from '../model/issue.ts';
import { readChatter } from './chatter.ts';
import { wordsOf } from './lines.ts';
import { quoteLine } from './status-rows.ts';

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
}

export interface TableReader {
  push(chunk: string): readonly TableEvent[];
  end(): readonly TableEvent[];
}

const HEADING = /^[A-Z][A-Z0-9_]*[<>]?$/;

/** Words that stand in rows and look like headings: states as the hand-run scripts print them. */
const STATE_CODES = new Set('ACT WQ REC LRR NEW FLT OFL LR RPC RPL DIS DAV NF WA CON'.split(' '));

/** Characters of a line that are kept while its end has not come. */
const LONGEST_LINE = 65_536;

/**
 * The headings of a line of upper-case words, or null where it is none. `DS STATE 0` of the older scripts is one
 * heading. One word alone, and a row of three states, are no headings.
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
  const take = (events: readonly TableEvent[]): void => {
    for (const event of events) {
      switch (event.kind) {
        case 'header':
          sections.push({ headings: event.headings, rows: [] });
          break;
        case 'row':
          sections.at(-1)?.rows.push(event.cells);
          break;
        case 'issue':
          issues.push(event.issue);
          break;
        case 'other':
          other.push(event.line);
          break;
      }
    }
  };
  take(reader.push(text));
  take(reader.end());
  return { sections, issues, other };
}

/** Lines that are quoted one by one; further ones are counted and said at the end. */
const QUOTED_LINES = 50;

/**
 * Reads the same from pieces of output as they arrive. A row is told when its line has ended; `end` tells what is
 * left. The last value of a line that never ended is `-`, since the line may be cut within it. Every line that is
 * not blank ends as a header, a row, `other`, or an issue (the later ones of many as a count).
 */
export function createTableReader(options: TableOptions = {}): TableReader {
  const expand = options.expand ?? ((heading: string) => [heading]);
  const expected = options.expectedHeadings?.flatMap((heading) => expand(heading)) ?? null;
  let pending = '';
  let tooLong = false;
  let headings: readonly string[] | null = null;
  let unparsed = 0;
  const unexpected = new Set<string>();

  function issue(code: Issue['code'], message: string): readonly TableEvent[] {
    return [{ kind: 'issue', issue: { code, message } }];
  }

  function notUnderstood(what: string, line: string): readonly TableEvent[] {
    unparsed++;
    return unparsed > QUOTED_LINES ? [] : issue('unparsed_line', `${what}: ${quoteLine(line)}`);
  }

  function header(read: readonly string[]): readonly TableEvent[] {
    headings = read.flatMap((heading) => expand(heading));
    const events: TableEvent[] = [{ kind: 'header', headings }];
    const text = headings.join(' ');
    if (expected !== null && text !== expected.join(' ') && !unexpected.has(text) && unexpected.size < 10) {
      unexpected.add(text);
      events.push(
        ...issue(
          'warning',
          `headings that were not expected, from another script perhaps: ${quoteLine(text)}`,
        ),
      );
    }
    return events;
  }

  function row(cells: readonly string[], line: string): readonly TableEvent[] {
    if (headings === null && expected?.length === cells.length) {
      headings = expected;
      return [
        { kind: 'header', headings },
        { kind: 'row', headings, cells },
      ];
    }
    if (headings === null) return notUnderstood('a line before any headings', line);
    if (cells.length === headings.length) return [{ kind: 'row', headings, cells }];
    return notUnderstood(`a row of ${cells.length} values under ${headings.length} headings`, line);
  }

  function read(text: string, isOpen: boolean): readonly TableEvent[] {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    const cells = wordsOf(line);
    if (cells.length === 0) return [];
    const chatter = readChatter(line);
    if (chatter !== null) {
      if (chatter.length === 0) return [{ kind: 'other', line }];
      return chatter.map((each): TableEvent => ({ kind: 'issue', issue: each }));
    }
    const cut = isOpen
      ? issue(
          'warning',
          `the last line has no line end, so that its last value may be cut: ${quoteLine(line)}`,
        )
      : [];
    const asHeadings = headingsOf(line);
    if (asHeadings !== null) return [...header(asHeadings), ...cut];
    if (!isOpen) return row(cells, line);
    const events = row([...cells.slice(0, -1), '-'], line);
    return events.some((event) => event.kind === 'row') ? [...events, ...cut] : events;
  }

  function extend(piece: string): readonly TableEvent[] {
    if (tooLong) return [];
    pending += piece;
    if (pending.length <= LONGEST_LINE) return [];
    const events = notUnderstood(`a line of more than ${LONGEST_LINE} characters`, pending);
    pending = '';
    tooLong = true;
    return events;
  }

  return {
    push(chunk) {
      const events: TableEvent[] = [];
      for (const [index, piece] of chunk.split('\n').entries()) {
        if (index > 0) {
          if (!tooLong) for (const event of read(pending, false)) events.push(event);
          pending = '';
          tooLong = false;
        }
        for (const event of extend(piece)) events.push(event);
      }
      return events;
    },
    end() {
      const events = [...read(pending, true)];
      pending = '';
      const more = unparsed - QUOTED_LINES;
      if (more > 0) events.push(...issue('unparsed_line', `${more} more lines of no known shape`));
      return events;
    },
  };
}
