import { canonicalState } from '../model/downstairs-state.ts';
import { readChatter } from '../parse/chatter.ts';
import { createIssueLog, isBlank, linesOf, wordsOf } from '../parse/lines.ts';
import { quoteLine, type StatusRow, type StatusRows } from '../parse/status-rows.ts';

/** What a line of get-ds-state or get-lr-state tells. */
export type StatusKind = 'ds-state' | 'lr-state';

export interface StatusDialects extends StatusRows {
  /** Prompts, notes of dtrace, headings. */
  readonly other: readonly string[];
}

const ID = /^(?:-|[0-9a-f]{8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const PID = /^(?:\d{1,10}|-)$/;
const COUNTER = /^(?:\d{1,20}|-)$/;
const NOTE = /^(?:was=.+|no_report|exited)(?:,(?:was=.+|no_report|exited))*$/;

const STATES = 3;
const COUNTERS = 6;

/**
 * Reads what get-ds-state.sh and get-lr-state.sh print or ever printed, ours and those that are run by hand:
 *
 *     zone  pid  [[upstairs id]  session id]  values  [note]
 *
 * with states as full words, snake_case, codes or objects, and ids and zones in full or cut. Values stay as they were
 * printed. The zone `ZONE`, which the older scripts print for a process that was gone when they looked, is `-`, and
 * an issue. Rows of one session that differ are all kept, with an issue, since nothing tells which is the newest.
 * A line of another shape is an issue, and so is one that never ended: with its last values cut off it could look
 * like a row of another dialect.
 */
export function parseStatusDialects(text: string, kind: StatusKind): StatusDialects {
  const rows: StatusRow[] = [];
  const other: string[] = [];
  const log = createIssueLog();
  const sessions = new Map<string, { readonly row: StatusRow; readonly values: Set<string> }>();
  const { lines, lastIsOpen } = linesOf(text);
  for (const [index, line] of lines.entries()) {
    if (isBlank(line)) continue;
    const words = wordsOf(line);
    const chatter = readChatter(line);
    if (chatter !== null) {
      if (chatter.length === 0) other.push(line);
      for (const issue of chatter) log.add(issue.code, issue.message);
      continue;
    }
    if (words[0] === 'ZONE' && words[1] === 'PID') {
      other.push(line);
      continue;
    }
    if (lastIsOpen && index === lines.length - 1) {
      log.addLine('the last line has no line end and may be cut, so that it is not read', line);
      continue;
    }
    const row = readRow(words, kind);
    if (row === null) {
      log.addLine('a line that is no row', line);
      continue;
    }
    const key = [row.zone, row.pid, row.upstairsId, row.sessionId].join(' ');
    const values = [...row.values, row.was.join('>'), row.noReport, row.exited].join(' ');
    const session = sessions.get(key) ?? { row, values: new Set<string>() };
    sessions.set(key, session);
    if (session.values.has(values)) continue;
    session.values.add(values);
    rows.push(row);
    if (row.zone === '-' && row.pid !== null && !row.noReport) {
      log.add('warning', `the zone of PID ${row.pid} is not known: it was gone when its zone was looked up`);
    }
  }
  for (const { row, values } of sessions.values()) {
    if (values.size > 1) log.add('contradiction', severalRows(row, values.size));
  }
  return { rows, issues: log.all(), other };
}

function severalRows(row: StatusRow, count: number): string {
  const who = `PID ${row.pid ?? '-'} in zone ${quoteLine(row.zone)}`;
  if (row.sessionId === null && row.upstairsId === null) {
    return `${count} rows of ${who} differ: without session ids these are several disks, or one that changed`;
  }
  const session = row.sessionId ?? row.upstairsId;
  return `${count} rows of one session (${session}, ${who}) differ: the script sorts them, so that the newest is not known`;
}

function readRow(words: readonly string[], kind: StatusKind): StatusRow | null {
  const [zone, pid, ...rest] = words;
  if (zone === undefined || pid === undefined || !PID.test(pid)) return null;
  const last = rest.at(-1);
  const note = last !== undefined && NOTE.test(last) ? last : null;
  const cells = note === null ? rest : rest.slice(0, -1);
  const valueCount = countValues(cells, kind);
  if (valueCount === null) return null;
  const ids = cells.slice(0, cells.length - valueCount);
  const notes = note?.split(',') ?? [];
  const noReport = notes.includes('no_report');
  if (ids.length > 2 || !ids.every((id) => ID.test(id)) || (pid === '-' && !noReport)) return null;
  // Scripts learned to print the session's id first.
  const [upstairsId, sessionId] = ids.length === 2 ? ids : [undefined, ids[0]];
  const gone = zone === 'ZONE';
  return {
    zone: gone ? '-' : zone,
    pid: pid === '-' ? null : Number(pid),
    upstairsId: idOrNull(upstairsId),
    sessionId: idOrNull(sessionId),
    values: noReport ? [] : cells.slice(-valueCount),
    was: notes
      .filter((each) => each.startsWith('was='))
      .flatMap((each) => each.slice('was='.length).split('>'))
      .map((each) => each.split('/')),
    noReport,
    exited: gone || notes.includes('exited'),
  };
}

/** How many cells at the end are values: three states; six counters, or nine with the states after them. */
function countValues(cells: readonly string[], kind: StatusKind): number | null {
  const endsWithStates = cells.length >= STATES && cells.slice(-STATES).every((cell) => isState(cell));
  if (kind === 'ds-state') return endsWithStates ? STATES : null;
  const withStates = COUNTERS + STATES;
  const hasCounters = (from: number, to?: number): boolean => {
    const counters = cells.slice(from, to);
    return counters.length === COUNTERS && counters.every((cell) => COUNTER.test(cell));
  };
  if (endsWithStates && cells.length >= withStates && hasCounters(-withStates, -STATES)) return withStates;
  return hasCounters(-COUNTERS) ? COUNTERS : null;
}

/** A state's word, code or object, or `-`; numbers are none. */
function isState(cell: string): boolean {
  return cell === '-' || canonicalState(cell).known || /^[A-Za-z_]+$/.test(cell) || cell.startsWith('{');
}

function idOrNull(id: string | undefined): string | null {
  return id === undefined || id === '-' ? null : id;
}
