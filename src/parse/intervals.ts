import type { Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import { readNamedKeys } from './aggregation-keys.ts';
import { readChatter } from './chatter.ts';
import { createIssueLog, eachLine, isBlank } from './lines.ts';

/** What was counted in one interval. */
export interface Interval {
  readonly rows: readonly Row[];
  /** How long it really was; null where the script was cut before it could say so. */
  readonly elapsedNs: bigint | null;
  /** When it ended, in nanoseconds since 1970 on the sled. */
  readonly timeNs: string | null;
}

/** Reads lines of named counts; an interval is whole with the line that closes it. */
export interface IntervalReader {
  /** The interval that this line closes, or null. A line of another kind goes to `stray`. */
  line(text: string): Interval | null;
  /** The rows that no line has closed. */
  end(): Interval | null;
}

/**
 * A reader of what a script of counts prints for programs: `zone=… pid=… flush_in=…` a row, and after the rows of an
 * interval `interval=N elapsed_ns=… time_ns=…`.
 */
export function createIntervalReader(stray: (line: string) => void): IntervalReader {
  let rows: Row[] = [];
  const close = (elapsedNs: bigint | null, timeNs: string | null): Interval => {
    const interval = { rows, elapsedNs, timeNs };
    rows = [];
    return interval;
  };
  return {
    line(text) {
      if (isBlank(text)) return null;
      const read = readNamedKeys(text);
      if (read?.['interval'] !== undefined)
        return close(integer(read['elapsed_ns']), textOf(read['time_ns']));
      // What names no process is a part of a line.
      if (typeof read?.['zone'] === 'string' && typeof read['pid'] === 'number') rows.push(read);
      else stray(text);
      return null;
    },
    end: () => (rows.length === 0 ? null : close(null, null)),
  };
}

/** Every interval of a whole output, in order, and what was not understood. */
export function parseIntervals(text: string): {
  readonly intervals: readonly Interval[];
  readonly issues: readonly Issue[];
} {
  const log = createIssueLog();
  const reader = createIntervalReader((line) => {
    const chatter = readChatter(line);
    if (chatter === null) log.addLine('a line that is not a row of counts', line);
    else for (const issue of chatter) log.add(issue.code, issue.message);
  });
  const intervals: Interval[] = [];
  for (const { line, isOpen } of eachLine(text)) {
    if (isOpen) log.addLine('the last line has no line end and may be cut, so it is not read', line);
    const closed = isOpen ? null : reader.line(line);
    if (closed !== null) intervals.push(closed);
  }
  const open = reader.end();
  if (open !== null) {
    intervals.push(open);
    log.add('warning', 'the output ends within an interval: what was counted in it may be cut');
  }
  return { intervals, issues: log.all() };
}

function integer(cell: Row[string] | undefined): bigint | null {
  if (typeof cell === 'number' && Number.isSafeInteger(cell)) return BigInt(cell);
  return typeof cell === 'string' && /^\d+$/.test(cell) ? BigInt(cell) : null;
}

function textOf(cell: Row[string] | undefined): string | null {
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell) : null;
}
