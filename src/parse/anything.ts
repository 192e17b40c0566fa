import type { Distribution } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import { readDefaultCount, type Count } from './counts.ts';
import { findBlocks } from './histogram-blocks.ts';
import { isKeyedHead, readKeyedCount } from './keyed-histogram.ts';
import { readJson, type JsonValue } from './json-lines.ts';
import { createIssueLog, isBlank, wordsOf } from './lines.ts';
import { UNKNOWN_SCRIPT, type ScriptHabits } from './print-habits.ts';
import { printedLines } from './printed-lines.ts';
import { readBlocks } from './read-blocks.ts';
import type { PrintedCount } from './repeated-counts.ts';
import type { PrintedHistogram } from './repeated-prints.ts';
import { quoteLine } from './status-rows.ts';
import { headingsOf } from './table-reader.ts';

/** A record of a script that is not quiet, with what it printed that is of no other kind (empty: nothing). */
export interface Firing {
  readonly cpu: number;
  readonly id: number;
  readonly probe: string;
  readonly text: string;
}

/** A stretch of output of one kind. */
export type Piece =
  | {
      readonly kind: 'table';
      readonly headings: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'histograms'; readonly distributions: readonly Distribution[] }
  | { readonly kind: 'counts'; readonly counts: readonly Count[] }
  | { readonly kind: 'json'; readonly values: readonly JsonValue[] }
  | { readonly kind: 'firings'; readonly firings: readonly Firing[] }
  | { readonly kind: 'other'; readonly lines: readonly string[] };

export interface Anything {
  /** In the order of the text. Blank lines are in none. */
  readonly pieces: readonly Piece[];
  /** The histograms of all pieces, each as it was printed once. */
  readonly histograms: readonly PrintedHistogram[];
  /** The counts of all pieces, and those that were printed beside a histogram. */
  readonly counts: readonly PrintedCount[];
  /** Histograms that are cut, drops, a last line without its end. Lines of no known kind are not issues here. */
  readonly issues: readonly Issue[];
}

/**
 * Splits the output of any D script into what it holds: tables under upper-case headings (a row has as many words as
 * there are headings), histograms, aggregations in dtrace's default format or with the bars of `-x agghist`, lines of
 * JSON, records with CPU and probe before them, and other lines. Headings without a row are an other line.
 */
export function parseAnything(text: string, habits: ScriptHabits = UNKNOWN_SCRIPT): Anything {
  const log = createIssueLog();
  const printed = printedLines(text);
  const { lines, firings } = printed;
  const blocks = findBlocks(printed, { pasted: false, normalizes: habits.histograms.normalizes });
  const read = readBlocks(blocks, { pasted: false, habits: habits.histograms });
  const blockAt = new Map(blocks.map((block, i) => [block.from, { to: block.to, number: i }]));
  const counts: PrintedCount[] = read.counts.map((count) => ({ ...count, place: NO_PLACE }));
  const output = createPieces();
  for (const message of printed.messages) output.other(message);
  let headings: readonly string[] | null = null;
  /** Headings that no row has followed yet, with the line of them. */
  let waiting: string | null = null;
  let record: number | null = null;
  let isKeyed = false;

  const settle = (): void => {
    if (waiting !== null) {
      output.other(waiting);
      headings = null;
    }
    waiting = null;
  };

  for (let i = 0; i < lines.length;) {
    const line = lines[i] ?? '';
    const firing = firings.get(i) ?? null;
    if (firing !== null) record = (record ?? -1) + 1;
    const block = blockAt.get(i);
    if (block !== undefined) {
      settle();
      isKeyed = false;
      const histogram = read.byBlock[block.number];
      if (histogram !== undefined) output.distribution(histogram);
      for (let within = i + 1; within < block.to; within++)
        if (firings.has(within)) record = (record ?? -1) + 1;
      i = block.to;
      continue;
    }
    i++;
    if (isBlank(line)) {
      isKeyed = false;
      if (firing !== null) output.firing({ cpu: firing.cpu, id: firing.id, probe: firing.probe, text: '' });
      continue;
    }
    if (printed.lastIsOpen && i === lines.length) {
      log.add('warning', `the last line has no line end and may be cut: ${quoteLine(line)}`);
    }
    if (isKeyedHead(line)) {
      settle();
      isKeyed = true;
      continue;
    }
    const json = readJson(line);
    const titles = headingsOf(line);
    const words = wordsOf(line);
    const count = (isKeyed ? readKeyedCount(line) : null) ?? readDefaultCount(line);
    if (json !== undefined) {
      settle();
      output.json(json);
    } else if (titles !== null) {
      settle();
      headings = titles;
      waiting = line;
    } else if (headings !== null && words.length === headings.length && !isKeyed && !hasStringKey(count)) {
      output.row(headings, words, waiting !== null);
      waiting = null;
    } else if (count !== null) {
      settle();
      output.count(count);
      counts.push({ ...count, place: { ...NO_PLACE, record } });
    } else {
      settle();
      if (firing === null) output.other(line);
      else output.firing({ cpu: firing.cpu, id: firing.id, probe: firing.probe, text: line });
    }
  }
  settle();
  const issues = [...printed.issues, ...read.issues, ...log.all()];
  return { pieces: output.all(), histograms: read.printed, counts, issues };
}

const NO_PLACE = { title: null, record: null, joint: null, isUnclear: false };

/** A string that fills its 50 columns tells an aggregation from a row of a table. */
function hasStringKey(count: Count | null): boolean {
  return count?.keys.some((key) => typeof key === 'string') ?? false;
}

type GrowingPiece =
  | { readonly kind: 'table'; readonly headings: readonly string[]; readonly rows: (readonly string[])[] }
  | { readonly kind: 'histograms'; readonly distributions: Distribution[] }
  | { readonly kind: 'counts'; readonly counts: Count[] }
  | { readonly kind: 'json'; readonly values: JsonValue[] }
  | { readonly kind: 'firings'; readonly firings: Firing[] }
  | { readonly kind: 'other'; readonly lines: string[] };

/** Puts neighbours of one kind into one piece. */
function createPieces() {
  const pieces: GrowingPiece[] = [];
  return {
    row(headings: readonly string[], cells: readonly string[], isFirst: boolean): void {
      const last = pieces.at(-1);
      if (last?.kind === 'table' && !isFirst) last.rows.push(cells);
      else pieces.push({ kind: 'table', headings, rows: [cells] });
    },
    distribution(distribution: Distribution): void {
      const last = pieces.at(-1);
      if (last?.kind === 'histograms') last.distributions.push(distribution);
      else pieces.push({ kind: 'histograms', distributions: [distribution] });
    },
    count(count: Count): void {
      const last = pieces.at(-1);
      if (last?.kind === 'counts') last.counts.push(count);
      else pieces.push({ kind: 'counts', counts: [count] });
    },
    json(value: JsonValue): void {
      const last = pieces.at(-1);
      if (last?.kind === 'json') last.values.push(value);
      else pieces.push({ kind: 'json', values: [value] });
    },
    firing(firing: Firing): void {
      const last = pieces.at(-1);
      if (last?.kind === 'firings') last.firings.push(firing);
      else pieces.push({ kind: 'firings', firings: [firing] });
    },
    other(line: string): void {
      const last = pieces.at(-1);
      if (last?.kind === 'other') last.lines.push(line);
      else pieces.push({ kind: 'other', lines: [line] });
    },
    all(): readonly Piece[] {
      return pieces;
    },
  };
}
