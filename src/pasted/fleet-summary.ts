import { saysSomething } from '../parse/chatter.ts';

/**
 * What the lines around a table of cruc-fleet's say that makes the paste less than whole: sleds that did not answer,
 * partial answers, rows that are counted and not shown. The counts of the summary itself say nothing that rows do not,
 * and hidden columns are simply not there. A line that is none of these is said as such.
 */
export function readFleetSummary(lines: readonly string[]): readonly string[] {
  return sentencesOf(lines.filter(saysSomething)).flatMap((line) => {
    const counted = /^((?:\d+ [a-z]+(?:, )?)+): --all shows them$/.exec(line)?.[1];
    if (counted !== undefined) return [`rows are counted and not shown in the table: ${counted}`];
    if (/^(?:no answer from|answer in part from|partial answer from|incomplete:) /.test(line))
      return [`the table says: ${line}`];
    return SILENT.some((pattern) => pattern.test(line))
      ? []
      : [`a line that is not a row: ${line.slice(0, 200)}`];
  });
}

/** Whether a line says how many sleds answered. */
export function isSummary(line: string): boolean {
  return SUMMARY.test(line);
}

/** Whether the lines around a table have its summary, which stands below it: without it the table may be cut. */
export function hasSummary(lines: readonly string[]): boolean {
  return sentencesOf(lines).some((line) => SUMMARY.test(line));
}

const SUMMARY = /: (?:interrupted, incomplete; )?\d+ of \d+ sleds? answered/;

/** Lines of a terminal that say nothing more than the rows, or how to ask. */
const SILENT: readonly RegExp[] = [
  SUMMARY,
  /^\(columns hidden to fit the terminal: /,
  /^--degraded shows only /,
];

/** Sentences that a terminal wrapped, as one line each: what goes on is indented. */
function sentencesOf(lines: readonly string[]): readonly string[] {
  const sentences: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const last = sentences.at(-1);
    if (last !== undefined && /^ {2}\S/.test(line))
      sentences[sentences.length - 1] = `${last} ${line.trim()}`;
    else sentences.push(line.trim().replace(/^(?:- |\*\*)/, ''));
  }
  return sentences;
}
