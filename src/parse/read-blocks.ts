import type { Cell, Row } from '../model/column.ts';
import { groupBy } from '../model/group-by.ts';
import { totalCount } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import { numberedKeys, readDefaultKeys, readNamedKeys, readSpacedKeys } from './aggregation-keys.ts';
import type { Count } from './counts.ts';
import { isBlankKeys, type HistogramBlock } from './histogram-blocks.ts';
import { isBlank } from './lines.ts';
import type { PrintHabits } from './print-habits.ts';
import type { PrintedHistogram } from './repeated-prints.ts';
import { quoteLine } from './status-rows.ts';

export interface ReadBlocksSettings {
  readonly pasted: boolean;
  readonly habits: PrintHabits;
  /** Names for keys that have none. Default: `key_1`, `key_2` … */
  readonly nameKeys?: (keys: readonly Cell[]) => Row;
}

export interface ReadBlocks {
  /** What each block is; undefined where nothing of it is sure. */
  readonly byBlock: readonly (PrintedHistogram | undefined)[];
  readonly printed: readonly PrintedHistogram[];
  /** Numbers that a printa showed beside a histogram, which are not its own count. */
  readonly counts: readonly Count[];
  readonly issues: readonly Issue[];
}

/** Histograms of one text that are kept; of the others their number is said. */
const MOST_HISTOGRAMS = 30_000;

const NO_KEYS: BlockKeys = { row: {}, cells: [], value: null, isUnclear: false };

/** Problems of one text that are told one by one. */
const MOST_PROBLEMS = 50;

/** Gives each picture of a text its keys and its counts, and says what is missing of it. */
export function readBlocks(blocks: readonly HistogramBlock[], settings: ReadBlocksSettings): ReadBlocks {
  const kept = blocks.slice(0, MOST_HISTOGRAMS);
  const keys = keysOfBlocks(kept, settings);
  const byBlock: (PrintedHistogram | undefined)[] = [];
  const counts: Count[] = [];
  const issues: Issue[] = [];
  let problems = 0;
  for (const [i, block] of kept.entries()) {
    const { picture } = block;
    const found = problemsOf(block, settings.pasted);
    problems += found.length;
    issues.push(...found.slice(0, Math.max(0, MOST_PROBLEMS - issues.length)));
    const { histogram, isQuotient } = picture;
    const total = totalCount(histogram);
    const own = keys[i] ?? NO_KEYS;
    // Of one that is cut before its first count nothing is known.
    const isCut = picture.problems.some(({ kind }) => kind === 'cut');
    if (total === 0n && isCut) {
      byBlock.push(undefined);
      continue;
    }
    const { title, record, place } = block;
    const joint = place === null ? null : `${place.number} of ${place.of}`;
    byBlock.push({
      keys: own.row,
      histogram,
      isQuotient,
      isCut,
      place: { title, record, joint, isUnclear: own.isUnclear },
    });
    for (const value of [own.value, block.value]) {
      if (value !== null && value !== total) counts.push({ keys: own.cells, count: value });
    }
  }
  if (problems > issues.length) {
    const message = `${problems - issues.length} more histograms are cut, or not as dtrace draws them`;
    issues.push({ code: 'warning', message });
  }
  const unclear = keys.filter(({ isUnclear }) => isUnclear).length;
  if (unclear > 0) {
    const message = `the keys of ${unclear} histograms end with a number that may be a value of another aggregation: it is shown as a key`;
    issues.push({ code: 'contradiction', message });
  }
  if (blocks.length > kept.length) {
    const message = `${blocks.length - kept.length} histograms after the first ${MOST_HISTOGRAMS} were not read`;
    issues.push({ code: 'warning', message });
  }
  const printed = byBlock.filter((each) => each !== undefined);
  return { byBlock, printed, counts, issues };
}

function problemsOf(block: HistogramBlock, pasted: boolean): readonly Issue[] {
  const { problems } = block.picture;
  const name = isBlank(block.keyLine) ? 'without keys' : `of ${quoteLine(block.keyLine)}`;
  const issues = problems.map(({ kind, message }): Issue => {
    const said = kind === 'cut' ? 'is cut' : 'is not as dtrace draws it';
    return {
      code: kind === 'cut' ? 'warning' : 'contradiction',
      message: `the histogram ${name} ${said}: ${message}`,
    };
  });
  // Rows of zero stand within a picture too, so that one which is cut after such a row looks whole.
  if (block.isLast && !pasted && !problems.some(({ kind }) => kind === 'cut')) {
    const message = `the histogram ${name} may be cut: the text ends without the empty line after it`;
    issues.push({ code: 'warning', message });
  }
  return issues;
}

interface BlockKeys {
  readonly row: Row;
  /** The keys of a line that does not name them. */
  readonly cells: readonly Cell[];
  /** A number at the end of the line that is not a key, but the value of another aggregation of the same printa. */
  readonly value: bigint | null;
  /** Whether its last number is one of the two cannot be told: it is taken for a key. */
  readonly isUnclear: boolean;
}

function keysOfBlocks(
  blocks: readonly HistogramBlock[],
  { habits, nameKeys }: ReadBlocksSettings,
): readonly BlockKeys[] {
  const lines = blocks.map((block) => ({ block, ...readKeys(block.keyLine) }));
  const name = nameKeys ?? numberedKeys;
  const unnamed = lines.filter(({ named }) => named === null);
  const byWidth = groupBy(unnamed, ({ cells }) => cells.length);
  const ends = new Map([...byWidth].map(([width, own]) => [width, endOf(own, width, habits)]));
  return lines.map(({ named, cells }) => {
    if (named !== null) return { row: named, cells: [], value: null, isUnclear: false };
    const end = integerOf(cells.at(-1)) === null ? 'key' : (ends.get(cells.length) ?? 'key');
    if (end !== 'value') return { row: name(cells), cells, value: null, isUnclear: end === 'unclear' };
    const keys = cells.slice(0, -1);
    const row = readNamedKeys(keys.join(' ')) ?? name(keys);
    return { row, cells: keys, value: integerOf(cells.at(-1)), isUnclear: false };
  });
}

interface KeyLine {
  readonly block: HistogramBlock;
  readonly named: Row | null;
  readonly cells: readonly Cell[];
}

function readKeys(line: string): Pick<KeyLine, 'named' | 'cells'> {
  if (isBlank(line) && !isBlankKeys(line)) return { named: null, cells: [] };
  const named = readNamedKeys(line);
  return named !== null
    ? { named, cells: [] }
    : { named, cells: readDefaultKeys(line) ?? readSpacedKeys(line) };
}

/**
 * What the number at the end of lines of so many words is: a key, or the value of a second aggregation
 * (`printa("%s %@d\n%@d\n", @count, @times)`). It is a value where the script prints numbers beside histograms of one
 * key fewer, and has none of as many; and where that is not known, if numbers that differ are the counts of the
 * histograms below in every line that ends so, and the other words are keys enough.
 */
function endOf(all: readonly KeyLine[], width: number, habits: PrintHabits): 'key' | 'value' | 'unclear' {
  const { withNumbers, keys } = habits;
  if (withNumbers !== null && !withNumbers.includes(width - 1)) return 'key';
  const lines = all.filter(({ cells }) => integerOf(cells.at(-1)) !== null);
  const ends = lines.map(({ cells }) => integerOf(cells.at(-1)));
  if (withNumbers !== null && keys !== null && !keys.includes(width)) return 'value';
  const otherwise = withNumbers === null ? 'key' : 'unclear';
  // One number alone may well be a key that is as great as its count by chance.
  if (new Set(ends).size < 2) return otherwise;
  const seen = new Map<string, bigint | null>();
  const areCounts = lines.every(({ block, cells }, i) => {
    const id = JSON.stringify([block.section, block.place, cells.slice(0, -1)]);
    const end = ends[i] ?? null;
    const before = seen.get(id) ?? end;
    seen.set(id, end);
    return end === totalCount(block.picture.histogram) && before === end;
  });
  return areCounts ? 'value' : otherwise;
}

/** Digits in the columns of a text are a text; only an integer past 2^53 is one as a text. */
function integerOf(cell: Cell | undefined): bigint | null {
  if (typeof cell === 'number' && Number.isSafeInteger(cell)) return BigInt(cell);
  return typeof cell === 'string' && /^-?\d{16,40}$/.test(cell) ? BigInt(cell) : null;
}
