import type { Issue } from '../model/issue.ts';
import { quoteLine } from './status-rows.ts';

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

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** The words of a line, without regular expressions that a hostile line could slow down. */
export function wordsOf(line: string): readonly string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}

/** Lines of one text that are quoted one by one before the rest of them is only counted. */
const QUOTED_LINES = 50;

/** Collects the issues of one text: many lines that are not understood end as one count, so that memory is bounded. */
export interface IssueLog {
  add(code: Issue['code'], message: string): void;
  /** A line that is not understood, with what it was taken for. */
  addLine(what: string, line: string): void;
  all(): readonly Issue[];
}

export function createIssueLog(): IssueLog {
  const issues: Issue[] = [];
  let lines = 0;
  return {
    add(code, message) {
      issues.push({ code, message });
    },
    addLine(what, line) {
      lines++;
      if (lines <= QUOTED_LINES)
        issues.push({ code: 'unparsed_line', message: `${what}: ${quoteLine(line)}` });
    },
    all() {
      const more = lines - QUOTED_LINES;
      if (more <= 0) return issues;
      return [
        ...issues,
        { code: 'unparsed_line', message: `${more} more ${more === 1 ? 'line' : 'lines'} of no known shape` },
      ];
    },
  };
}
