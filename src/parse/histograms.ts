import type { Cell, Row } from '../model/column.ts';
import type { Distribution } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import { numberedKeys, readDefaultKeys, readNamedKeys, readSpacedKeys } from './aggregation-keys.ts';
import { readChatter } from './chatter.ts';
import { isFiringHeader, readFiringPrefix } from './firing-prefix.ts';
import { pictureOf } from './drawn-histogram.ts';
import { isHistogramHead, readHistogramRow, type HistogramRow } from './histogram-row.ts';
import { createIssueLog, isBlank, linesOf, type IssueLog, type Lines } from './lines.ts';
import { quoteLine } from './status-rows.ts';

export interface HistogramOptions {
  /**
   * The text was pasted, so that the empty line after its last histogram may be gone. Without it a text that ends
   * right after a row is cut: dtrace ends every histogram with an empty line.
   */
  readonly pasted?: boolean;
  /** Names for keys in dtrace's default format. Default: `key_1`, `key_2` … */
  readonly nameKeys?: (keys: readonly Cell[]) => Row;
}

export interface HistogramText {
  /** In the order of the text; one key has several where the script prints several times. */
  readonly distributions: readonly Distribution[];
  readonly issues: readonly Issue[];
  /** Lines that belong to no histogram and mean nothing for it: prompts, notes of dtrace, CPU and probe. */
  readonly other: readonly string[];
}

/**
 * Reads histograms of quantize, lquantize and llquantize as dtrace draws them (`dt_print_quantize` of illumos's
 * libdtrace), each with the keys of the line before it: `key=value` words of our scripts, or dtrace's default format.
 * One that is cut is kept as far as it was read, and an issue says so. A line of no histogram is `other` or an issue.
 */
export function parseHistograms(text: string, options: HistogramOptions = {}): HistogramText {
  const distributions: Distribution[] = [];
  const other: string[] = [];
  const log = createIssueLog();
  const { lines, lastIsOpen } = withoutPrefixes(linesOf(text), other);
  for (let i = 0; i < lines.length;) {
    const line = lines[i] ?? '';
    const head = isHistogramHead(line) ? i : headAfter(lines, i);
    if (head !== null) {
      const read = readHistogram({ lines, lastIsOpen }, head, options, log);
      distributions.push(read.distribution);
      i = read.next;
      continue;
    }
    i++;
    if (isBlank(line)) continue;
    const chatter = readChatter(line);
    if (chatter === null) log.addLine(kindOfStray(line), line);
    else if (chatter.length === 0) other.push(line);
    else for (const issue of chatter) log.add(issue.code, issue.message);
  }
  return { distributions, issues: log.all(), other };
}

function kindOfStray(line: string): string {
  return readHistogramRow(line) === null ? 'a line of no histogram' : 'a row of a histogram without its head';
}

/** The line of the head where this line is the one with its keys. */
export function headAfter(lines: readonly string[], i: number): number | null {
  const line = lines[i] ?? '';
  if (isBlank(line) || !isHistogramHead(lines[i + 1] ?? '')) return null;
  return readHistogramRow(line) === null && readChatter(line) === null ? i + 1 : null;
}

/** CPU, probe and `function:name` before the lines of a script that is not quiet are not its own. */
function withoutPrefixes(text: Lines, other: string[]): Lines {
  const lines = text.lines.map((line) => {
    if (isFiringHeader(line)) {
      other.push(line);
      return '';
    }
    const prefix = readFiringPrefix(line);
    if (prefix === null) return line;
    other.push(line.slice(0, line.length - prefix.rest.length));
    return prefix.rest;
  });
  return { lines, lastIsOpen: text.lastIsOpen };
}

export interface ReadHistogram {
  readonly distribution: Distribution;
  /** The first line that is not of the histogram. */
  readonly next: number;
}

/** Reads one histogram whose head is line `head`; the line before it, unless blank or of a histogram, has its keys. */
export function readHistogram(
  { lines, lastIsOpen }: Lines,
  head: number,
  options: HistogramOptions,
  log: IssueLog,
): ReadHistogram {
  const keyLine = headAfter(lines, head - 1) === head ? (lines[head - 1] ?? '') : '';
  const rows: HistogramRow[] = [];
  let next = head + 1;
  for (; next < lines.length; next++) {
    const row = readHistogramRow(lines[next] ?? '');
    if (row === null || !comesAfter(rows.at(-1), row)) break;
    const isOpen = lastIsOpen && next === lines.length - 1;
    const isWhole = !isOpen || row.countIsWhole || (options.pasted === true && row.count === 0n);
    rows.push(isWhole ? row : { ...row, count: null });
  }
  const picture = pictureOf(rows);
  const name = isBlank(keyLine) ? 'without keys' : `of ${quoteLine(keyLine)}`;
  for (const problem of picture.problems) {
    const code = problem.kind === 'cut' ? 'warning' : 'contradiction';
    const said = problem.kind === 'cut' ? 'is cut' : 'is not as dtrace draws it';
    log.add(code, `the histogram ${name} ${said}: ${problem.message}`);
  }
  const cutSaid = picture.problems.some((problem) => problem.kind === 'cut');
  // Rows of zero stand within a picture too, so that one which is cut after such a row looks whole.
  // An open line of blanks is the beginning of the next row.
  const endsHere =
    next >= lines.length || (lastIsOpen && next === lines.length - 1 && isBlank(lines[next] ?? ''));
  if (endsHere && options.pasted !== true && !cutSaid) {
    log.add('warning', `the histogram ${name} may be cut: the text ends without the empty line after it`);
  }
  return { distribution: { keys: keysOf(keyLine, options), histogram: picture.histogram }, next };
}

/** Rows ascend; `< lo` is the first, `>= hi` the last. */
function comesAfter(last: HistogramRow | undefined, row: HistogramRow): boolean {
  if (last === undefined) return true;
  if (last.label.kind === 'from' || row.label.kind === 'below') return false;
  if (last.label.kind === 'below') return row.label.value === last.label.value;
  return row.label.value > last.label.value;
}

function keysOf(line: string, options: HistogramOptions): Row {
  if (isBlank(line)) return {};
  const named = readNamedKeys(line);
  if (named !== null) return named;
  const name = options.nameKeys ?? numberedKeys;
  return name(readDefaultKeys(line) ?? readSpacedKeys(line));
}
