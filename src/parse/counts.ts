import type { Cell, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import { readSpacedKeys, readWholeKeys } from './aggregation-keys.ts';
import { readChatter } from './chatter.ts';
import { ioType, readProbeName } from './io-names.ts';
import { createIssueLog, isBlank } from './lines.ts';
import { printedLines } from './printed-lines.ts';

/** One line of an aggregation of numbers: count, sum, min, max, avg. */
export interface Count {
  /** Strings and integers in the order of the script. Of printa with several aggregations, the first values too. */
  readonly keys: readonly Cell[];
  /** Exact, whatever its size. */
  readonly count: bigint;
}

/** What is read from a text of counts, and what is not. */
export interface CountText<C> {
  readonly counts: readonly C[];
  readonly issues: readonly Issue[];
  /** Lines that mean nothing for the counts: prompts, notes of dtrace. */
  readonly other: readonly string[];
}

/** How many IOs of one type started, or were done. */
export interface IoCount {
  /** `volume` where the script names it. */
  readonly keys: Row;
  readonly type: string;
  readonly phase: 'start' | 'done';
  readonly count: bigint;
}

/**
 * Reads aggregations in dtrace's default format: the keys of a line, and its number, right-justified in 16. Columns
 * that a person moved are read where two blanks or more part them. Every other line is `other` or an issue; so is the
 * last one when it has no line end, as its number may be cut.
 */
export function parseCounts(text: string): CountText<Count> {
  return readCounts(text, (line) => {
    const count = readCount(line);
    return count === null ? null : [count];
  });
}

/** One line of an aggregation by its columns, or where two blanks part the number from the keys. */
function readCount(line: string): Count | null {
  const exact = readDefaultCount(line);
  if (exact !== null) return exact;
  const text = line.trimEnd();
  const match = /\s(-?\d{1,40})$/.exec(text.slice(-42));
  if (match?.[1] === undefined) return null;
  const before = text.slice(0, -match[1].length);
  return isBlank(before) || /\s{2}$/.test(before.slice(-2))
    ? { keys: readSpacedKeys(before), count: BigInt(match[1]) }
    : null;
}

/** Columns of a value in the default format, `" %16lld"`; a longer number is not cut. */
const VALUE_COLUMNS = 17;

/** One line of an aggregation that has exactly the columns of dtrace's default format, or null. */
export function readDefaultCount(line: string): Count | null {
  const text = line.trimEnd();
  const digits = /(?:^|\s)(-?\d{1,40})$/.exec(text.slice(-42))?.[1];
  if (digits === undefined) return null;
  const start = text.length - Math.max(VALUE_COLUMNS, digits.length + 1);
  if (start < 0 || !isBlank(text.slice(start, text.length - digits.length))) return null;
  const before = text.slice(0, start);
  const keys = readWholeKeys(before);
  return keys === null ? null : { keys, count: BigInt(digits) };
}

/** Reads what tracegw prints at its end: ` read-start:10    read-done:10`, ` read_start:10    read_end:10`. */
export function parseGuestCounts(text: string): CountText<IoCount> {
  return readCounts(text, (line) => {
    const words = line.trim().split(/\s+/);
    const counts = words.flatMap((word): readonly IoCount[] => {
      const match = /^([a-z_-]{1,60}):(\d{1,40})$/.exec(word);
      const name = readProbeName(match?.[1] ?? '');
      if (name === null || match?.[2] === undefined) return [];
      return [{ keys: {}, ...name, count: BigInt(match[2]) }];
    });
    return counts.length === words.length ? counts : null;
  });
}

/** Reads what trace-vol prints at its end: volume, name of the probe and count, in dtrace's default format. */
export function parseVolumeCounts(text: string): CountText<IoCount> {
  return readCounts(text, (line) => {
    const read = readCount(line);
    const [volume, probe] = read?.keys ?? [];
    if (read?.keys.length !== 2 || typeof volume !== 'string' || typeof probe !== 'string') return null;
    const name = readProbeName(probe);
    return name === null ? null : [{ keys: { volume }, ...name, type: ioType(name.type), count: read.count }];
  });
}

function readCounts<C>(text: string, read: (line: string) => readonly C[] | null): CountText<C> {
  const counts: C[] = [];
  const log = createIssueLog();
  const printed = printedLines(text);
  const other = [...printed.messages, ...printed.prefixes];
  for (const [index, line] of printed.lines.entries()) {
    if (isBlank(line)) continue;
    const chatter = readChatter(line);
    if (chatter !== null) {
      if (chatter.length === 0) other.push(line);
      for (const issue of chatter) log.add(issue.code, issue.message);
      continue;
    }
    const found = read(line);
    if (found === null) log.addLine('a line that is not a count', line);
    else if (printed.lastIsOpen && index === printed.lines.length - 1) {
      log.addLine('the last line has no line end, so its number may be cut', line);
    } else counts.push(...found);
  }
  return { counts, issues: [...printed.issues, ...log.all()], other };
}
