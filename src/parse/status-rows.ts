import type { Issue } from '../model/issue.ts';
import { printable } from '../model/printable.ts';

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

const LONGEST_QUOTE = 160;

/** One line as an issue quotes it: on one line, without control characters, not too long. */
export function quoteLine(line: string): string {
  const text = printable(line.trim());
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
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
  const issues: Issue[] = [];
  const seen = new Map<string, string>();
  for (const line of stdout.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/);
    if (words[0] === '') continue;
    const row = statusRow(words, valuesPerRow);
    if (row === null) {
      issues.push({ code: 'unparsed_line', message: `a line that is no row: ${quoteLine(line)}` });
      continue;
    }
    const key = [row.zone, row.pid, row.upstairsId, row.sessionId].join(' ');
    const values = words.slice(4).join(' ');
    const before = seen.get(key);
    if (before === values) continue;
    if (before !== undefined) {
      issues.push({
        code: 'contradiction',
        message: `two rows of one session that differ: ${quoteLine(line)} (before: ${quoteLine(before)})`,
      });
    }
    seen.set(key, values);
    rows.push(row);
  }
  return { rows, issues };
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
