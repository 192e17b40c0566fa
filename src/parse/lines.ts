import type { Issue } from '../model/issue.ts';
import { cutTo, LONGEST_CELL, LONGEST_LINE, LONGEST_ZONE } from './limits.ts';
import { quoteLine } from './quote-line.ts';

export interface Lines {
  readonly lines: readonly string[];
  /** The text does not end with a line end, so that its last line may be cut. */
  readonly lastIsOpen: boolean;
}

/** The lines of a text, without their line ends; a text that ends with one has no empty last line. */
export function linesOf(text: string): Lines {
  if (text === '') return { lines: [], lastIsOpen: false };
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const lastIsOpen = lines.at(-1) !== '';
  if (!lastIsOpen) lines.pop();
  return { lines, lastIsOpen };
}

export interface Line {
  /** Without its line end. */
  readonly line: string;
  /** It has no line end, so it may be cut. */
  readonly isOpen: boolean;
}

/** The lines of `linesOf` one after the other, so that a text of very many lines needs no list of them. */
export function* eachLine(text: string): Iterable<Line> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    const isCrLf = stop > start && text.charAt(stop - 1) === '\r';
    yield { line: text.slice(start, isCrLf ? stop - 1 : stop), isOpen: end < 0 };
    start = stop + 1;
  }
}

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** The words of a line, without regular expressions that a hostile line could slow down. */
export function wordsOf(line: string): readonly string[] {
  // One blank is what there nearly always is, and costs a third.
  const words = /[^\S ]/.test(line) ? line.split(/\s+/) : line.split(' ');
  return words.includes('') ? words.filter((word) => word !== '') : words;
}

/**
 * The same text, with memory of its own: a part of a text otherwise keeps the whole text as long as it lives, such as
 * all that a sled sent for the name of a zone.
 */
export function ownText(part: string): string {
  return Buffer.from(part).toString();
}

/** Lines of one text that are quoted one by one before the rest of them is only counted. */
const QUOTED_LINES = 50;

/** Other issues of one text that are told apart before the rest of them is only counted, by code. */
const TOLD_APART = 50;

/** Collects the issues of one text. Equal ones are one with their number, and many end as a count: memory is bounded. */
export interface IssueLog {
  add(code: Issue['code'], message: string): void;
  /** A line that is not understood, with what it was taken for. */
  addLine(what: string, line: string): void;
  all(): readonly Issue[];
}

/** The issues of one text, bounded as a log of them is. */
export function boundedIssues(issues: readonly Issue[]): readonly Issue[] {
  const log = createIssueLog();
  for (const { code, message } of issues) log.add(code, message);
  return log.all();
}

export function createIssueLog(): IssueLog {
  const entries: { readonly issue: Issue; times: number }[] = [];
  const told = new Map<string, { times: number }>();
  const counts = new Map<Issue['code'], { told: number; more: number }>();
  let lines = 0;
  return {
    add(code, message) {
      const id = `${code} ${message}`;
      const before = told.get(id);
      if (before !== undefined) {
        before.times++;
        return;
      }
      const count = counts.get(code) ?? { told: 0, more: 0 };
      counts.set(code, count);
      if (count.told >= TOLD_APART) {
        count.more++;
        return;
      }
      count.told++;
      const entry = { issue: { code, message }, times: 1 };
      told.set(id, entry);
      entries.push(entry);
    },
    addLine(what, line) {
      lines++;
      if (lines > QUOTED_LINES) return;
      entries.push({ issue: { code: 'unparsed_line', message: `${what}: ${quoteLine(line)}` }, times: 1 });
    },
    all() {
      const issues = entries.map(({ issue, times }) =>
        times === 1 ? issue : { ...issue, message: `${issue.message} (${times} times)` },
      );
      const more = lines - QUOTED_LINES;
      if (more > 0) {
        const message = `${more} more ${more === 1 ? 'line' : 'lines'} that could not be read`;
        issues.push({ code: 'unparsed_line', message });
      }
      for (const [code, count] of counts) {
        if (count.more === 0) continue;
        issues.push({
          code,
          message: `${count.more} more ${count.more === 1 ? 'issue' : 'issues'} like these`,
        });
      }
      return issues;
    },
  };
}

/** Whether the line is too long to be one of a script; the log says so. */
export function isTooLong(line: string, log: IssueLog): boolean {
  if (line.length <= LONGEST_LINE) return false;
  log.addLine(`a line of more than ${LONGEST_LINE} characters`, line);
  return true;
}

/** A value of a sensible length: what is cut of it is said. A zone's name has a limit of its own. */
export function boundedCell(cell: string, isZone: boolean, log: IssueLog): string {
  const longest = isZone ? LONGEST_ZONE : LONGEST_CELL;
  if (cell.length <= longest) return cell;
  const what = isZone ? 'the name of a zone' : 'a value';
  log.add('warning', `${what} of ${cell.length} characters is cut to ${longest}: ${quoteLine(cell)}`);
  return cutTo(cell, longest);
}
