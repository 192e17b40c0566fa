import type { Issue } from '../model/issue.ts';
import { MOST_ROWS } from './limits.ts';
import {
  boundedCell,
  createIssueLog,
  eachLine,
  isBlank,
  isTooLong,
  wordsOf,
  type IssueLog,
} from './lines.ts';
import { quoteLine } from './quote-line.ts';

export { quoteLine } from './quote-line.ts';

/** One line of get-ds-state.sh or get-lr-state.sh: who, the values as text, and the note. */
export interface StatusRow {
  readonly zone: string;
  readonly pid: number | null;
  readonly upstairsId: string | null;
  readonly sessionId: string | null;
  /** Empty where the process did not report. */
  readonly values: readonly string[];
  /** The values that came before in the same window, oldest first. */
  readonly was: readonly (readonly string[])[];
  readonly noReport: boolean;
  /** The process was gone when the window ended. */
  readonly exited: boolean;
}

export interface StatusRows {
  readonly rows: readonly StatusRow[];
  readonly issues: readonly Issue[];
}

/**
 * Reads what get-ds-state.sh (three values) or get-lr-state.sh (six) print:
 *
 *     zone  pid  upstairs id  session id  value…  [note]
 *
 * A line of another shape becomes an issue, and so does a second row of the same session with other values:
 * neither is dropped in silence.
 */
export function parseStatusRows(stdout: string, valuesPerRow: number): StatusRows {
  const rows: StatusRow[] = [];
  const log = createIssueLog();
  const seen = new Map<string, string>();
  for (const { line } of eachLine(stdout)) {
    if (isBlank(line) || isTooLong(line, log)) continue;
    const words = wordsOf(line);
    const read = statusRow(words, valuesPerRow);
    if (read === null) {
      log.addLine('a line that is not a row', line);
      continue;
    }
    const key = [read.zone, read.pid, read.upstairsId, read.sessionId].join(' ');
    const values = words.slice(4).join(' ');
    const before = seen.get(key);
    if (before === values) continue;
    if (before !== undefined) {
      const said = `${quoteLine(line)} (before: ${quoteLine(before)})`;
      log.add('contradiction', `two rows of one session that differ: ${said}`);
    }
    if (rows.length >= MOST_ROWS) {
      log.addLine(`a row after the first ${MOST_ROWS}`, line);
      continue;
    }
    seen.set(key, values);
    rows.push(boundedRow(read, log));
  }
  return { rows, issues: log.all() };
}

/** The row with values of a sensible length; what is cut is an issue. */
export function boundedRow(row: StatusRow, log: IssueLog): StatusRow {
  const bounded = (cell: string): string => boundedCell(cell, false, log);
  return {
    ...row,
    zone: boundedCell(row.zone, true, log),
    upstairsId: row.upstairsId === null ? null : bounded(row.upstairsId),
    sessionId: row.sessionId === null ? null : bounded(row.sessionId),
    values: row.values.map(bounded),
  };
}

function statusRow(words: readonly string[], valuesPerRow: number): StatusRow | null {
  const [zone, pid, upstairsId, sessionId, ...rest] = words;
  if (zone === undefined || pid === undefined || upstairsId === undefined || sessionId === undefined)
    return null;
  if (!/^(\d{1,10}|-)$/.test(pid)) return null;
  if (rest.length < valuesPerRow || rest.length > valuesPerRow + 1) return null;
  const values = rest.slice(0, valuesPerRow);
  const notes = rest[valuesPerRow]?.split(',') ?? [];
  const was = notes.find((note) => note.startsWith('was='));
  const noReport = notes.includes('no_report');
  if (notes.some((note) => !/^(was=.+|no_report|exited)$/.test(note))) return null;
  if (pid === '-' && !noReport) return null;
  return {
    zone,
    pid: pid === '-' ? null : Number(pid),
    upstairsId: upstairsId === '-' ? null : upstairsId,
    sessionId: sessionId === '-' ? null : sessionId,
    values: noReport ? [] : values,
    was:
      was === undefined
        ? []
        : was
            .slice('was='.length)
            .split('>')
            .map((each) => each.split('/')),
    noReport,
    exited: notes.includes('exited'),
  };
}
