import { canonicalState } from '../model/downstairs-state.ts';
import { readChatter } from '../parse/chatter.ts';
import { MOST_OTHER_LINES, MOST_ROWS } from '../parse/limits.ts';
import { createIssueLog, eachLine, isBlank, isTooLong, linesOf, wordsOf } from '../parse/lines.ts';
import { quoteLine } from '../parse/quote-line.ts';
import { boundedRow, type StatusRow, type StatusRows } from '../parse/status-rows.ts';
import { headingsOf } from '../parse/table-reader.ts';

/** What a line of get-ds-state or get-lr-state tells. */
export type StatusKind = 'ds-state' | 'lr-state';

export interface StatusDialects extends StatusRows {
  /** Prompts, notes of dtrace, headings. */
  readonly other: readonly string[];
}

const ID = /^(?:-|[0-9a-f]{8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** A name that illumos allows, one that was cut, or what stands for one that is not known. */
export const ZONE = /^(?:[A-Za-z0-9][\w.-]*…?|-)$/;
/** No system of Crucible's has longer ones: eight digits are a count of another script, or an id. */
const PID = /^(?:\d{1,7}|-)$/;
const COUNTER = /^(?:\d{1,20}|-)$/;
const NOTE = /^(?:was=.+|no_report|no_probes|exited)(?:,(?:was=.+|no_report|no_probes|exited))*$/;

const STATES = 3;
const COUNTERS = 6;

/**
 * Reads what get-ds-state.sh and get-lr-state.sh print or ever printed, ours and those that are run by hand, and what
 * their D scripts print alone, which has no zone:
 *
 *     [zone]  pid  [[upstairs id]  session id]  values  [note]
 *
 * with states as full words, snake_case, codes or objects, and ids and zones in full or cut. Values stay as they were
 * printed. A zone that is not known is `-`; `ZONE`, which the older scripts print for a process that was gone when they
 * looked, is an issue too, and so is a zone whose row never came. Rows of one session that differ are all kept, with an
 * issue, since nothing tells which is the newest. A line of another shape is an issue, and so is one that never ended:
 * with its last values cut off it could look like a row of another dialect.
 */
export function parseStatusDialects(text: string, kind: StatusKind): StatusDialects {
  const rows: StatusRow[] = [];
  const other: string[] = [];
  const log = createIssueLog();
  const sessions = new Map<string, { readonly row: StatusRow; readonly values: Set<string> }>();
  /** Rows without a zone look like those of other tables. */
  let isForeign = false;
  const take = (found: StatusRow, line: string): void => {
    const key = [found.zone, found.pid, found.upstairsId, found.sessionId].join(' ');
    const values = [...found.values, found.was.join('>'), found.noReport, found.exited].join(' ');
    const session = sessions.get(key) ?? { row: found, values: new Set<string>() };
    if (session.values.has(values)) return;
    if (rows.length >= MOST_ROWS) {
      log.addLine(`a row after the first ${MOST_ROWS}`, line);
      return;
    }
    sessions.set(key, session);
    session.values.add(values);
    rows.push(boundedRow(found, log));
  };
  const hasZones = linesOf(text).lines.some(startsWithZone);
  for (const { line, isOpen } of eachLine(text)) {
    if (isBlank(line) || isTooLong(line, log)) continue;
    const words = wordsOf(line);
    const chatter = readChatter(line);
    if (chatter !== null) {
      if (chatter.length === 0 && other.length < MOST_OTHER_LINES) other.push(line);
      for (const issue of chatter) log.add(issue.code, issue.message);
      continue;
    }
    if (words[0] === 'ZONE' && words[1] === 'PID') {
      other.push(line);
      if (isOpen) log.add('warning', 'the headings have no line end, so rows may be missing');
      continue;
    }
    if (isOpen) {
      log.addLine('the last line has no line end and may be cut, so it is not read', line);
      continue;
    }
    isForeign ||= headingsOf(line) !== null;
    const { silent, rest } = withoutSilentZones(words);
    for (const zone of silent)
      log.add('warning', `zone ${quoteLine(zone)} has no row: its script said nothing of it`);
    const read = readStatusWords(rest, kind);
    if (read === null || (isForeign && !read.hasZone)) {
      if (rest.length > 0) log.addLine('a line that is not a row', line);
      continue;
    }
    if (hasZones && !read.hasZone) {
      log.addLine('a row without a zone among rows with one: its beginning is missing', line);
      continue;
    }
    take(read.row, line);
    if (isCutZone(read.row.zone)) {
      log.add('warning', `the beginning of the zone ${quoteLine(read.row.zone)} is missing`);
    }
    if (read.hasZone && read.row.zone === '-' && read.row.pid !== null && !read.row.noReport) {
      log.add(
        'warning',
        `the zone of PID ${read.row.pid} is not known: it was gone when its zone was looked up`,
      );
    }
  }
  for (const { row, values } of sessions.values()) {
    if (values.size > 1) log.add('contradiction', severalRows(row, values.size));
  }
  return { rows, issues: log.all(), other };
}

const PROPOLIS = /^oxz_/;

/** Whether a line begins with the name of a zone, whatever follows. */
export function startsWithZone(line: string): boolean {
  return PROPOLIS.test(line.trimStart());
}

/** How zones in which an upstairs runs are called, before their id. */
const ZONE_NAMES = ['oxz_propolis-server_', 'oxz_crucible_pantry_'];

/** Whether a zone's name begins within one of these: a text that was copied from the middle of a line. */
export function isCutZone(zone: string): boolean {
  if (/^[0-9a-f-]+$/.test(zone)) return zone !== '-';
  const name = /^(.*?)[0-9a-f]{8}(?:-[0-9a-f-]{0,27})?$/.exec(zone)?.[1];
  return name !== undefined && ZONE_NAMES.some((each) => each !== name && each.endsWith(name));
}

/**
 * The first version of the script prints a zone without a line end and then runs dtrace: a zone without a report
 * stands before the next one.
 */
function withoutSilentZones(words: readonly string[]): {
  readonly silent: readonly string[];
  readonly rest: readonly string[];
} {
  const isZone = (word = ''): boolean => PROPOLIS.test(word) && ZONE.test(word);
  if (words.length === 1 && isZone(words[0])) return { silent: words, rest: [] };
  let start = 0;
  while (isZone(words[start]) && isZone(words[start + 1])) start++;
  return { silent: words.slice(0, start), rest: words.slice(start) };
}

function severalRows(row: StatusRow, count: number): string {
  const who = `PID ${row.pid ?? '-'} in zone ${quoteLine(row.zone)}`;
  if (row.sessionId === null && row.upstairsId === null) {
    return `${count} rows of ${who} differ: without session ids these are several disks, or one that changed`;
  }
  const session = row.sessionId ?? row.upstairsId;
  return `${count} rows of one session (${session}, ${who}) differ: the script sorts them, so the newest is unknown`;
}

/** What the words of a line are as a row. */
export interface StatusWords {
  readonly row: StatusRow;
  readonly hasZone: boolean;
  /** Its states are such as some version of Crucible has. */
  readonly areKnown: boolean;
}

/** A row of words; null where they are not one. */
export function readStatusWords(words: readonly string[], kind: StatusKind): StatusWords | null {
  // A number is not a zone: this is a row of the D script alone, or of another one.
  const hasZone = !/^\d+$/.test(words[0] ?? '');
  const [zone, pid, ...rest] = hasZone ? words : ['-', ...words];
  if (zone === undefined || pid === undefined || !PID.test(pid)) return null;
  if (!ZONE.test(zone)) return null;
  const last = rest.at(-1);
  const note = last !== undefined && NOTE.test(last) ? last : null;
  const cells = note === null ? rest : rest.slice(0, -1);
  const valueCount = countValues(cells, kind);
  if (valueCount === null) return null;
  const ids = cells.slice(0, cells.length - valueCount);
  const notes = note?.split(',') ?? [];
  const noProbes = notes.includes('no_probes');
  const noReport = noProbes || notes.includes('no_report');
  if (ids.length > 2 || !ids.every((id) => ID.test(id)) || (pid === '-' && !noReport)) return null;
  const values = cells.slice(-valueCount);
  if (ids.length === 0 && !isSurely(hasZone ? zone : null, values, kind)) return null;
  // Scripts learned to print the session's id first.
  const [upstairsId, sessionId] = ids.length === 2 ? ids : [undefined, ids[0]];
  const gone = zone === 'ZONE';
  const row = {
    zone: gone ? '-' : zone,
    pid: pid === '-' ? null : Number(pid),
    upstairsId: idOrNull(upstairsId),
    sessionId: idOrNull(sessionId),
    values: noReport ? [] : values,
    was: notes
      .filter((each) => each.startsWith('was='))
      .flatMap((each) => each.slice('was='.length).split('>'))
      .map((each) => each.split('/')),
    noReport,
    ...(noProbes ? { noProbes } : {}),
    exited: gone || notes.includes('exited'),
  };
  return { row, hasZone, areKnown: values.every(isKnownValue) };
}

/**
 * Whether words without an id are a row for sure: a sentence such as `sled 14 was rebooted yesterday` has the shape of
 * one. The zone must be one of Oxide's, or the states such as are known, in whole words: scripts that print codes print
 * ids, and `14 ACT ACT FLT` is what people write of a cubby. Counters need a zone.
 */
function isSurely(zone: string | null, values: readonly string[], kind: StatusKind): boolean {
  if (zone === null && kind === 'lr-state') return false;
  if (zone !== null && PROPOLIS.test(zone)) return true;
  return values.every((value) => isKnownValue(value) && !CODE.test(value));
}

const CODE = /^[A-Z]{2,3}$/;

function isKnownValue(value: string): boolean {
  return COUNTER.test(value) || canonicalState(value).known;
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
