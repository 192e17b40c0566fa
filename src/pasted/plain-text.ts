import { saysSomething } from '../parse/chatter.ts';
import { isFiringHeader } from '../parse/firing-prefix.ts';
import { isHistogramHead } from '../parse/histogram-row.ts';
import { terminalText } from './terminal-text.ts';

/** Blanks of a browser or a word processor. */
const BLANKS = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;

/** Characters without any width, which clipboards put in: joiners, marks of direction, soft hyphens. */
const WITHOUT_WIDTH = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Whole lines that a terminal, a session, Markdown or a ticket puts around what a script printed. */
const FRAMES: readonly RegExp[] = [
  /^(?:`{3,}|~{3,}) ?[\w+-]*$/,
  /^\{(?:code|noformat)(?::[^}]{0,80})?\}$/,
  /^<\/?(?:pre|code|details|summary)>$/i,
  /^Script (?:started|done)(?: on |, )/,
  /^(?:logout|exit|%)$/,
  /^Last login: /,
  /^The illumos Project\b/,
  /^(?:cmon )?ctop - Unix timestamp: \d+$/,
  /^\[.{0,40}: Select \|/,
  /^(?:lines \d+-\d+(?:\/\d+)? )?\(END\)$/,
  /^(?:real|user|sys)\s+\d+m[\d.,]+s$/,
];

/** Lines of a pager that has not shown all yet. */
const PAGERS = /^(?:--More--(?:\(\d{1,3}%\))?|lines \d+-\d+(?:\/\d+)?(?: \d{1,3}%)?)$/;

const LONGEST_FRAME = 200;

/**
 * What a script printed, of a text as people copy it: without colors, terminal sequences, Markdown fences, the `>` of
 * quoted mail, times before each line, blanks of another kind, and indentation by which a
 * histogram is moved from its columns. A line that was nothing but such a frame is empty. A pager at the end stays, since
 * what follows is not there.
 */
export function plainText(raw: string): string {
  const lines = terminalText(raw.replaceAll(WITHOUT_WIDTH, '').replaceAll(BLANKS, ' '))
    .split('\n')
    .map((line) => plainLine(line));
  return withoutShift(withoutTimes(withoutPagers(lines))).join('\n');
}

/** Without the lines of a pager between others. */
function withoutPagers(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.map((line, at) =>
    at < last && line.length <= LONGEST_FRAME && PAGERS.test(line.trim()) ? '' : line,
  );
}

/** Times that a tool writes before each line, as ts and journals do, with the blank behind them. */
const TIMES: readonly RegExp[] = [
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?:[ \t]|$)/,
  /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?(?:[ \t]|$)/,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[ \t]|$)/,
];

/** Without times that stand before every line: one before some lines belongs to them. */
function withoutTimes(lines: readonly string[]): readonly string[] {
  const time = TIMES.find((each) => lines.every((line) => each.test(line) || !saysSomething(line)));
  return time === undefined ? lines : lines.map((line) => line.replace(time, ''));
}

function plainLine(line: string): string {
  const text = withSpacedIndent(
    withoutFence(withoutQuote(line)).replace(/^\s*(?:\^C|--More--(?:\(\d{1,3}%\)|(?!\()))+(?=.*\S)/, ''),
  );
  const trimmed = text.trim();
  const isFrame = trimmed.length <= LONGEST_FRAME && FRAMES.some((frame) => frame.test(trimmed));
  return isFrame ? '' : text;
}

/** Without the marks of quoted mail, `> ` or `>>`; `>= 100 |` is a row of a histogram. */
function withoutQuote(line: string): string {
  let rest = line;
  for (;;) {
    const match = /^ {0,3}>(?!=) ?/.exec(rest);
    if (match === null) return rest;
    rest = rest.slice(match[0].length);
  }
}

const FENCE = '```';

/** Without the fence that stands before or behind other text on its line, as a clipboard joins them. */
function withoutFence(line: string): string {
  if (!line.includes(FENCE)) return line;
  const text = line.trim();
  const inner = text.startsWith(FENCE) && text.includes(' ') ? text.slice(FENCE.length) : line;
  const end = inner.trimEnd();
  return end.length > FENCE.length && end.endsWith(FENCE) ? end.slice(0, -FENCE.length) : inner;
}

const TAB = 8;

/** Tabs before the text as the blanks that they stand for. */
function withSpacedIndent(line: string): string {
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  if (!indent.includes('\t')) return line;
  let column = 0;
  for (const character of indent) column += character === '\t' ? TAB - (column % TAB) : 1;
  return ' '.repeat(column) + line.slice(indent.length);
}

/** Blanks before `value` in the head of a histogram. */
const INDENT_OF_HEAD = 11;

/** Lines of columns that have them again: headings whose place is known tell how far a paste is indented. */
function withoutShift(lines: readonly string[]): readonly string[] {
  let shift: number | null = null;
  for (const line of lines) {
    const isHead = isHistogramHead(line);
    if (!isHead && !isFiringHeader(line)) continue;
    const indent = line.length - line.trimStart().length - (isHead ? INDENT_OF_HEAD : 0);
    shift = shift === null ? indent : Math.min(shift, indent);
  }
  if (shift === null || shift <= 0) return lines;
  const moved = shift;
  return lines.map((line) => line.slice(Math.min(moved, line.length - line.trimStart().length)));
}
