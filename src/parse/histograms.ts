import type { Cell, Row } from '../model/column.ts';
import type { Distribution } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import { readChatter } from './chatter.ts';
import { findBlocks } from './histogram-blocks.ts';
import { isPackedHistogram, readHistogramRow } from './histogram-row.ts';
import { createIssueLog, isBlank } from './lines.ts';
import { OUR_HABITS, type PrintHabits } from './print-habits.ts';
import { printedLines } from './printed-lines.ts';
import { readBlocks } from './read-blocks.ts';
import { settlePrints, type PrintedHistogram } from './repeated-prints.ts';

export interface HistogramOptions {
  /**
   * The text was pasted, so that the empty line after its last histogram may be gone. Without it a text that ends
   * right after a row is cut: dtrace ends every histogram with an empty line.
   */
  readonly pasted?: boolean;
  /** Names for keys in dtrace's default format. Default: `key_1`, `key_2` … */
  readonly nameKeys?: (keys: readonly Cell[]) => Row;
  /** How the script prints. Default: as those of this program. */
  readonly habits?: PrintHabits;
}

/** Histograms as they were printed, each print by itself. */
export interface PrintedText {
  readonly printed: readonly PrintedHistogram[];
  readonly issues: readonly Issue[];
  /** Lines that belong to no histogram and mean nothing for it: prompts, notes of dtrace, CPU and probe. */
  readonly other: readonly string[];
}

export interface HistogramText {
  /** In the order of the text; one key has several where the script prints what came since it printed last. */
  readonly distributions: readonly Distribution[];
  readonly issues: readonly Issue[];
  readonly other: readonly string[];
  /** How prints of equal keys were taken. */
  readonly notes: readonly string[];
}

/** Reads histograms as `readHistograms` does, and makes of their prints what they say together (`settlePrints`). */
export function parseHistograms(text: string, options: HistogramOptions = {}): HistogramText {
  const { printed, issues, other } = readHistograms(text, options);
  const settled = settlePrints(printed, options.habits ?? OUR_HABITS);
  return {
    distributions: settled.distributions,
    issues: [...issues, ...settled.issues],
    other,
    notes: settled.notes,
  };
}

/**
 * Reads histograms of quantize, lquantize and llquantize as dtrace draws them (`dt_print_quantize` of illumos's
 * libdtrace), each with the keys of the line that names it: `key=value` words of our scripts, or dtrace's default
 * format. One that is cut is kept as far as it was read, and an issue says so. A line that is not part of a histogram is `other` or an
 * issue.
 */
export function readHistograms(text: string, options: HistogramOptions = {}): PrintedText {
  const log = createIssueLog();
  const printedText = printedLines(text);
  const { lines } = printedText;
  const other = [...printedText.messages, ...printedText.prefixes];
  const blocks = findBlocks(printedText, {
    pasted: options.pasted === true,
    normalizes: (options.habits ?? OUR_HABITS).normalizes,
  });
  const { printed, issues } = readBlocks(blocks, {
    pasted: options.pasted === true,
    habits: options.habits ?? OUR_HABITS,
    ...(options.nameKeys === undefined ? {} : { nameKeys: options.nameKeys }),
  });
  const ends = new Map(blocks.map(({ from, to }) => [from, to]));
  for (let i = 0; i < lines.length;) {
    const line = lines[i] ?? '';
    const end = ends.get(i);
    i = end ?? i + 1;
    if (end !== undefined || isBlank(line)) continue;
    const chatter = readChatter(line);
    if (chatter === null) log.addLine(kindOfStray(line), line);
    else if (chatter.length === 0) other.push(line);
    else for (const issue of chatter) log.add(issue.code, issue.message);
  }
  return { printed, issues: [...printedText.issues, ...issues, ...log.all()], other };
}

function kindOfStray(line: string): string {
  if (readHistogramRow(line) !== null) return 'a row of a histogram without its head';
  return isPackedHistogram(line)
    ? 'a packed histogram (-x aggpack), which has no counts of its buckets'
    : 'a line that is not part of a histogram';
}
