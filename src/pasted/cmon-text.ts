import { eachLine } from '../parse/lines.ts';
import { headingsOf } from '../parse/table-reader.ts';
import { isOfCmon } from './pasted-headings.ts';

/** What ctop draws behind a row: how the session's jobs came and went. */
const SPARKLINE = '▁▂▃▄▅▆▇█';

/** The headings of live repairs completed, as cmon alone writes them. */
const MISTAKEN = 'LRC0 LRC1 LRC0';

/**
 * A text whose tables of cmon and ctop are plain tables: ctop's mark before a row (`*`, no report for some seconds) is a
 * column of its own, its drawing behind the row is gone, a difference that is not known is `-`. The third heading of
 * cmon's `LRC0 LRC1 LRC0` is a mistake of its own. Other text stays as it is.
 */
export function plainCmonText(text: string): string {
  const lines: string[] = [];
  // Rows before the first headings are theirs.
  let isCmon = startsWithCmon(text);
  for (const { line, isOpen } of eachLine(text)) {
    const headings = headingsOf(line);
    if (headings !== null) isCmon = areOfCmon(headings);
    lines.push((isCmon ? plainLine(line, headings !== null) : line) + (isOpen ? '' : '\n'));
  }
  return lines.join('');
}

function startsWithCmon(text: string): boolean {
  for (const { line } of eachLine(text)) {
    const headings = headingsOf(line);
    if (headings !== null) return areOfCmon(headings);
  }
  return false;
}

function areOfCmon(headings: readonly string[]): boolean {
  return headings.some((heading) => isOfCmon(heading)) || headings.join(' ').includes(MISTAKEN);
}

function plainLine(line: string, isHeadings: boolean): string {
  if (isHeadings) return `${line.replace(/\bLRC0(\s+)LRC1(\s+)LRC0\b/, 'LRC0$1LRC1$2LRC2')} MARK`;
  const row = withoutSparkline(line);
  const match = /^\s*([*>]?)\s*(\d.*)$/s.exec(row);
  if (match?.[2] === undefined) return line;
  return `${match[2].replaceAll(/(?<=\s)---(?=\s|$)/g, '-')} ${match[1] === '*' ? '*' : '-'}`;
}

function withoutSparkline(line: string): string {
  let end = line.trimEnd().length;
  while (end > 0 && SPARKLINE.includes(line.charAt(end - 1))) end--;
  return line.slice(0, end);
}
