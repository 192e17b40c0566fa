import type { Distribution } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import { readDefaultCount, type Count } from './counts.ts';
import { isFiringHeader, readFiringPrefix } from './firing-prefix.ts';
import { headAfter, readHistogram } from './histograms.ts';
import { isHistogramHead } from './histogram-row.ts';
import { readJson, type JsonValue } from './json-lines.ts';
import { createIssueLog, isBlank, linesOf, wordsOf } from './lines.ts';
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
  /** Histograms that are cut, a last line without its end. Lines of no known kind are no issue here. */
  readonly issues: readonly Issue[];
}

/**
 * Splits the output of any D script into what it holds: tables under upper-case headings (a row has as many words as
 * there are headings), histograms, aggregations in dtrace's default format, lines of JSON, records with CPU and
 * probe before them, and other lines. Headings without a row are an other line.
 */
export function parseAnything(text: string): Anything {
  const log = createIssueLog();
  const { lines, lastIsOpen } = linesOf(text);
  const firings = lines.map((line) => readFiringPrefix(line));
  const texts = lines.map((line, i) => (isFiringHeader(line) ? '' : (firings[i]?.rest ?? line)));
  const output = createPieces();
  let headings: readonly string[] | null = null;
  /** Headings that no row has followed yet, with the line of them. */
  let waiting: string | null = null;

  const settle = (): void => {
    if (waiting !== null) {
      output.other(waiting);
      headings = null;
    }
    waiting = null;
  };

  for (let i = 0; i < texts.length;) {
    const line = texts[i] ?? '';
    const head = isHistogramHead(line) ? i : headAfter(texts, i);
    if (head !== null) {
      settle();
      const read = readHistogram({ lines: texts, lastIsOpen }, head, {}, log);
      output.distribution(read.distribution);
      i = read.next;
      continue;
    }
    const firing = firings[i] ?? null;
    i++;
    if (isBlank(line)) {
      if (firing !== null) output.firing({ cpu: firing.cpu, id: firing.id, probe: firing.probe, text: '' });
      continue;
    }
    if (lastIsOpen && i === texts.length) {
      log.add('warning', `the last line has no line end and may be cut: ${quoteLine(line)}`);
    }
    const json = readJson(line);
    const read = headingsOf(line);
    const words = wordsOf(line);
    const count = readDefaultCount(line);
    if (json !== undefined) {
      settle();
      output.json(json);
    } else if (read !== null) {
      settle();
      headings = read;
      waiting = line;
    } else if (headings !== null && words.length === headings.length && !hasStringKey(count)) {
      output.row(headings, words, waiting !== null);
      waiting = null;
    } else if (count !== null) {
      settle();
      output.count(count);
    } else {
      settle();
      if (firing === null) output.other(line);
      else output.firing({ cpu: firing.cpu, id: firing.id, probe: firing.probe, text: line });
    }
  }
  settle();
  return { pieces: output.all(), issues: log.all() };
}

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
