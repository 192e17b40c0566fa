import { readChatter } from './chatter.ts';
import { readDefaultCount } from './counts.ts';
import { pictureOf, type Picture } from './drawn-histogram.ts';
import { isHistogramHead, readHistogramRow, type HistogramRow } from './histogram-row.ts';
import { isBlank } from './lines.ts';
import type { PrintedLines } from './printed-lines.ts';

/** One picture of a text, with what stands around it and says whose it is. */
export interface HistogramBlock {
  /** Its lines, from the one with its keys; the first that is not of it. */
  readonly from: number;
  readonly to: number;
  /** The line with its keys, or an empty one. */
  readonly keyLine: string;
  readonly picture: Picture;
  /** What the same printa printed after the picture, where that is a number in dtrace's columns. */
  readonly value: bigint | null;
  /** Of several pictures under one line of keys, which one this is; null of one alone. */
  readonly place: { readonly number: number; readonly of: number } | null;
  /** The last line of text before this block, or before the first of those that this one follows at once. */
  readonly title: string | null;
  /** The number of the record that it is in, of a script that is not quiet. */
  readonly record: number | null;
  /** Grows where a new printa is sure to begin: a record, a title, more empty lines than stand within one. */
  readonly section: number;
  /** The text ends with it: not even the empty line that dtrace prints after it is there. */
  readonly isLast: boolean;
}

export interface BlockSettings {
  /** Empty lines mean nothing: whoever pasted the text may have lost some. */
  readonly pasted: boolean;
  /** Counts may be quotients: see `pictureOf`. */
  readonly normalizes: boolean;
}

/**
 * Finds the pictures of a text and which lines name them. dtrace prints the keys on the line above a picture, and a
 * format of the user's own (`printa("%s\n%@d", …)`) above the empty line with which a picture begins. What a format
 * prints after each picture (`printa("%@d for %s\n", …)`) names the one above it: that is so where nothing names the
 * first of pictures that follow each other so, and something stands under the last.
 */
export function findBlocks(text: PrintedLines, settings: BlockSettings): readonly HistogramBlock[] {
  const pictures = findPictures(text, settings);
  const named = namesOf(text, pictures, settings);
  return withPlaces(withSurroundings(text, pictures, named, settings), settings);
}

interface FoundPicture {
  readonly head: number;
  /** The first line that is not of it, a number after it included. */
  readonly to: number;
  readonly picture: Picture;
  readonly value: bigint | null;
  readonly isLast: boolean;
}

function findPictures({ lines, lastIsOpen }: PrintedLines, settings: BlockSettings): readonly FoundPicture[] {
  const pictures: FoundPicture[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (!isHistogramHead(lines[i] ?? '')) continue;
    const rows: HistogramRow[] = [];
    let end = i + 1;
    for (; end < lines.length; end++) {
      const row = readHistogramRow(lines[end] ?? '');
      if (row === null || !comesAfter(rows.at(-1), row)) break;
      const isOpen = lastIsOpen && end === lines.length - 1;
      const isWhole = !isOpen || row.countIsWhole || (settings.pasted && row.count === 0n);
      rows.push(isWhole ? row : { ...row, count: null });
    }
    const isOpen = lastIsOpen && end >= lines.length - 1;
    const value = isOpen || isHistogramHead(lines[end + 1] ?? '') ? null : readValue(lines[end] ?? '');
    const to = value === null ? end : end + 1;
    // An open line of blanks is the beginning of the next row.
    const isLast = end >= lines.length || (isOpen && isBlank(lines[end] ?? ''));
    pictures.push({ head: i, to, picture: pictureOf(rows, settings.normalizes), value, isLast });
    i = to - 1;
  }
  return pictures;
}

/** A number alone in the columns of a value, `" %16lld"`. */
function readValue(line: string): bigint | null {
  const digits = /^ +(-?\d{1,40})$/.exec(line.slice(0, 60))?.[1];
  return digits === undefined || line.length > 60 || line.length < 17 ? null : BigInt(digits);
}

/** Rows ascend; `< lo` is the first, `>= hi` the last. */
function comesAfter(last: HistogramRow | undefined, row: HistogramRow): boolean {
  if (last === undefined) return true;
  if (last.label.kind === 'from' || row.label.kind === 'below') return false;
  if (last.label.kind === 'below') return row.label.value === last.label.value;
  return row.label.value > last.label.value;
}

/** The number of the line that names each picture, or null. */
function namesOf(
  { lines, firings }: PrintedLines,
  pictures: readonly FoundPicture[],
  settings: BlockSettings,
): readonly (number | null)[] {
  const above = pictures.map(({ head }, i) => {
    // Keys that are empty texts are a line of blanks; so is what pads a copied screen.
    if (!settings.pasted && isBlankKeys(lines[head - 1] ?? '')) return head - 1;
    return nameAbove({ lines, firings }, head, pictures[i - 1]?.to ?? 0, settings);
  });
  const names = [...above];
  for (let first = 0; first < pictures.length;) {
    // A row of pictures with exactly one line between each and the next.
    let last = first;
    while (above[last + 1] !== undefined && above[last + 1] === pictures[last]?.to) last++;
    const under = pictures[last]?.to ?? 0;
    if (last > first && above[first] === null && isName(lines[under] ?? '', settings)) {
      for (let i = first; i <= last; i++) names[i] = pictures[i]?.to ?? null;
    }
    first = last + 1;
  }
  return names;
}

/** The line above a picture that names it: right above its head, or above one empty line. */
function nameAbove(
  { lines, firings }: Pick<PrintedLines, 'lines' | 'firings'>,
  head: number,
  from: number,
  settings: BlockSettings,
): number | null {
  const near = head - 1;
  if (near < from) return null;
  if (!isBlank(lines[near] ?? '')) return isName(lines[near] ?? '', settings) ? near : null;
  const far = head - 2;
  // An aggregation of numbers that is printed before one without keys leaves no other trace of its end.
  if (far < from || firings.has(near) || readDefaultCount(lines[far] ?? '') !== null) return null;
  return isName(lines[far] ?? '', settings) ? far : null;
}

/** Columns of a string key that is empty, in dtrace's default format. */
const EMPTY_KEY = 52;

export function isBlankKeys(line: string): boolean {
  return isBlank(line) && line.length > 0 && line.length % EMPTY_KEY === 0;
}

function isName(line: string, { pasted }: BlockSettings): boolean {
  if (isBlank(line) || readHistogramRow(line) !== null) return false;
  // A user's own script prints no prompts: what looks like one is a key.
  return !pasted || readChatter(line) === null;
}

type Block = Omit<HistogramBlock, 'place'>;

function withSurroundings(
  { lines, firings }: PrintedLines,
  pictures: readonly FoundPicture[],
  names: readonly (number | null)[],
  settings: BlockSettings,
): readonly Block[] {
  const blocks: Block[] = [];
  let record = -1;
  let section = 0;
  let title: string | null = null;
  let line = 0;
  for (const [i, place] of pictures.entries()) {
    const name = names[i] ?? null;
    const isUnder = name !== null && name >= place.to;
    const from = name === null || isUnder ? place.head : name;
    let blanks = 0;
    let begins = i === 0;
    let above: string | null = null;
    for (; line < from; line++) {
      if (firings.has(line)) begins = true;
      if (firings.has(line)) record++;
      const text = lines[line] ?? '';
      if (isBlank(text)) blanks++;
      else if (!settings.pasted || readChatter(text) === null) above = text.slice(0, LONGEST_TITLE).trim();
    }
    for (; line < place.head; line++) {
      if (!firings.has(line)) continue;
      begins = true;
      record++;
    }
    // What dtrace prints of its own accord at the end has no title, and an empty line more before it.
    title = above ?? (begins || blanks > 1 ? null : title);
    if (begins || above !== null || (blanks > 1 && !settings.pasted)) section++;
    const to = isUnder ? name + 1 : place.to;
    blocks.push({
      from,
      to,
      keyLine: name === null ? '' : (lines[name] ?? ''),
      picture: place.picture,
      value: place.value,
      title,
      record: record < 0 ? null : record,
      section,
      isLast: place.isLast,
    });
    line = Math.max(to, place.head);
  }
  return blocks;
}

const LONGEST_TITLE = 200;

/** `printa(@a, @b)` prints the keys once: a picture that follows another after one empty line is of the same ones. */
function withPlaces(blocks: readonly Block[], settings: BlockSettings): readonly HistogramBlock[] {
  const placed: HistogramBlock[] = [];
  for (let first = 0; first < blocks.length;) {
    let last = first;
    while (!settings.pasted && isJoined(blocks[last], blocks[last + 1])) last++;
    const of = last - first + 1;
    const keyLine = blocks[first]?.keyLine ?? '';
    for (const [i, block] of blocks.slice(first, last + 1).entries()) {
      placed.push(of === 1 ? { ...block, place: null } : { ...block, keyLine, place: { number: i + 1, of } });
    }
    first = last + 1;
  }
  return placed;
}

function isJoined(block: Block | undefined, next: Block | undefined): boolean {
  if (block === undefined || next?.keyLine !== '' || block.value !== null) return false;
  return next.from === block.to + 1 && next.record === block.record;
}
