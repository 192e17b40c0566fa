import type { Issue } from '../model/issue.ts';
import { createIssueLog, eachLine, isBlank, ownText } from './lines.ts';
import { createWordReader, type LineWords } from './named-words.ts';
import { parseStatusRows, quoteLine } from './status-rows.ts';

/** What get-ds-state.sh or get-lr-state.sh says of one session, or of a process or zone that said nothing. */
export interface SessionStatus {
  readonly zone: string;
  readonly pid: number | null;
  readonly upstairsId: string | null;
  readonly sessionId: string | null;
  /** By their names; among them the newest values of a report's fields, where `-` is one that the report lacks. */
  readonly words: LineWords;
  /** The values that came before in the same window, oldest first. */
  readonly was: readonly (readonly string[])[];
  /** Why the newest report could not be read; null where it could. */
  readonly unreadable: string | null;
  readonly noReport: boolean;
  /** It did not report, and the login, which is not root, sees no probe of any process. */
  readonly noProbes: boolean;
  /** The process was gone when the window ended. */
  readonly exited: boolean;
  /** When the newest report came, in nanoseconds since 1970 on the sled. */
  readonly timeNs: bigint | null;
}

export interface SessionStatuses {
  readonly rows: readonly SessionStatus[];
  /** When the watch ended on the sled's clock; null where the script did not say. */
  readonly endedNs: bigint | null;
  /** What the sled calls itself; null where the script did not say. */
  readonly hostName: string | null;
  readonly issues: readonly Issue[];
}

const UNREADABLE = 'unreadable';

/** For all sleds: their rows are alike. */
const readWords = createWordReader(UNREADABLE);

/**
 * Reads what these scripts print for programs, `NAME=value` words. What version 0.1.0 printed, and its recordings hold,
 * is read too: `formerOrder` are the names of the values there, by their places. A line of another shape is an issue,
 * and so is a second row of a session.
 */
export function parseSessionStatus(stdout: string, formerOrder: readonly string[]): SessionStatuses {
  return /^\s*(?:zone|began_ns|ended_ns)=/.test(stdout)
    ? readNamedRows(stdout)
    : readFormerRows(stdout, formerOrder);
}

function readNamedRows(stdout: string): SessionStatuses {
  const log = createIssueLog();
  const rows: SessionStatus[] = [];
  const seen = new Map<string, string>();
  let endedNs: bigint | null = null;
  let hostName: string | null = null;
  for (const { line, isOpen: isCut } of eachLine(stdout)) {
    if (isBlank(line)) continue;
    const words = readWords(line);
    if (words !== null && !words.has('zone')) {
      endedNs = nanoseconds(words.get('ended_ns')) ?? endedNs;
      hostName = words.get('host') ?? hostName;
    }
    const row = words === null || isCut ? null : namedRow(words);
    if (row === null) {
      if (isCut || words?.has('ended_ns') !== true) log.addLine('a line that is not a row', line);
      continue;
    }
    // Rows without ids are one for each set of values.
    const key = [row.zone, row.pid, row.upstairsId, row.sessionId].join(' ');
    const before = seen.get(key);
    if (before !== undefined) {
      log.add('contradiction', `two rows of one session: ${quoteLine(line)} (before: ${quoteLine(before)})`);
    }
    seen.set(key, line);
    rows.push(row);
  }
  return { rows, endedNs, hostName, issues: log.all() };
}

function namedRow(words: LineWords): SessionStatus | null {
  const zone = words.get('zone');
  const pid = words.get('pid');
  const noReport = words.get('no_report') === 'yes';
  if (zone === undefined || (pid === undefined ? !noReport : !/^\d{1,10}$/.test(pid))) return null;
  return {
    zone: ownText(zone),
    pid: pid === undefined ? null : Number(pid),
    upstairsId: idOf(words.get('upstairs_id')),
    sessionId: idOf(words.get('session_id')),
    words,
    was: (words.get('was') ?? '').split('>').flatMap((each) => (each === '' ? [] : [each.split('/')])),
    unreadable: words.get(UNREADABLE) ?? null,
    noReport,
    noProbes: noReport && words.get('probes') === 'none',
    exited: words.get('exited') === 'yes',
    timeNs: nanoseconds(words.get('time_ns')),
  };
}

function idOf(text: string | undefined): string | null {
  return text === undefined || text === '-' ? null : ownText(text);
}

function nanoseconds(text: string | undefined): bigint | null {
  return text !== undefined && /^\d{1,20}$/.test(text) ? BigInt(text) : null;
}

function readFormerRows(stdout: string, order: readonly string[]): SessionStatuses {
  const { rows, issues } = parseStatusRows(stdout, order.length);
  return {
    rows: rows.map(({ values, ...row }) => ({
      ...row,
      words: new Map(values.map((value, i): [string, string] => [order[i] ?? '', value])),
      unreadable: null,
      noProbes: false,
      timeNs: null,
    })),
    endedNs: null,
    hostName: null,
    issues,
  };
}
