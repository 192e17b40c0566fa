import type { Issue } from '../model/issue.ts';
import { createIssueLog } from '../parse/lines.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../parse/json-lines.ts';
import { quoteLine } from '../parse/quote-line.ts';
import { createUnreadableLog, WITHOUT_STATES } from '../parse/unreadable.ts';
import { UNREADABLE } from '../model/row-note.ts';
import type { SessionReport } from './session-report.ts';
import type { StatusKind } from './status-dialects.ts';
import { orderIssues } from './time-order.ts';

/** Every version's record has some of these fields. */
const FIELDS = ['ds_state', 'up_count', 'next_job_id', 'ds_count'];

export function isRecord(object: JsonObject): boolean {
  return FIELDS.some((name) => Object.hasOwn(object, name));
}

/** Crucible's own record of an upstairs in one of its wrappings: `{"ok":…}`, `{"pid":7,"status":…}`, ours, none. */
export interface WrappedRecord {
  /** Null where the sled or Crucible says that there is none, with what it says. */
  readonly record: JsonObject | null;
  readonly error: string | null;
  /** Who the record is of: `zone`, `pid`, where the wrapping says it. */
  readonly wrapping: JsonObject;
}

/** What stands around a record, and no other object has alone. */
const OF_WRAPPINGS: readonly string[] = ['zone', 'pid', 'time_ns', 'status', 'ok', 'err', 'error'];

/** Null for an object that is not a record. */
export function unwrapped(object: JsonObject): WrappedRecord | null {
  const inner = isJsonObject(object['status']) ? object['status'] : object;
  const record = isJsonObject(inner['ok']) ? inner['ok'] : inner;
  if (isRecord(record)) return { record, error: null, wrapping: inner === object ? {} : object };
  const error = [object['error'], object['err'], inner['error'], inner['err']].find(
    (each) => each !== undefined,
  );
  const isWrapped = inner !== object || record !== inner;
  // A log's line, or a row of a report, has a PID too.
  const isWrapping = Object.keys(object).every((name) => OF_WRAPPINGS.includes(name));
  if (!isWrapped && !(isWrapping && (error !== undefined || Object.hasOwn(object, 'pid')))) return null;
  const said =
    typeof error === 'string' ? error : error === undefined ? WITHOUT_STATES : JSON.stringify(error);
  return { record: null, error: said.slice(0, LONGEST_ERROR), wrapping: object };
}

const LONGEST_ERROR = 160;

/** The reports of records, in their order. What is not a record, and one without states, is an issue. */
export function reportsOfRecords(
  objects: readonly JsonObject[],
  kind: StatusKind,
): { readonly reports: readonly SessionReport[]; readonly issues: readonly Issue[] } {
  const log = createIssueLog();
  const unreadable = createUnreadableLog();
  const reports = objects.flatMap((object): readonly SessionReport[] => {
    const wrapped = unwrapped(object);
    if (wrapped === null) {
      log.addLine('a JSON object that is not a record of an upstairs', JSON.stringify(object));
      return [];
    }
    const { record, wrapping } = wrapped;
    const pid = wrapping['pid'];
    const states = triple(record?.['ds_state']);
    const error = wrapped.error ?? (states.includes('-') ? WITHOUT_STATES : null);
    if (error !== null) unreadable.add(wrapping['zone'], pid, error);
    if (typeof pid !== 'number' && record === null) return [];
    const counters =
      kind === 'ds-state'
        ? []
        : [...triple(record?.['ds_live_repair_completed']), ...triple(record?.['ds_live_repair_aborted'])];
    const row = {
      zone: textOr(wrapping['zone'], '-'),
      pid: typeof pid === 'number' ? pid : null,
      upstairsId: textOr(record?.['upstairs_id'], null),
      sessionId: textOr(record?.['session_id'], null),
      values: [...counters, ...states],
      was: [],
      noReport: false,
      exited: false,
    };
    return [{ row, remark: error === null ? null : `${UNREADABLE}${error}` }];
  });
  return { reports, issues: [...unreadable.all(), ...log.all(), ...doubtsOfRecords(objects)] };
}

/** How logs and people name whose a record is. */
const OF_HOST = ['host', 'hostname', 'node', 'sled', 'serial'];

/** Hosts that are told apart. */
const MOST_HOSTS = 8;

/** What speaks against records being of one sled, and in the order of time. */
export function doubtsOfRecords(objects: readonly JsonObject[]): readonly Issue[] {
  return [...hostsOfRecords(objects), ...pidsOfRecords(objects), ...orderOfRecords(objects)];
}

/** An issue for each PID that no process has: a text in which somebody wrote, or of another tool. */
function pidsOfRecords(objects: readonly JsonObject[]): readonly Issue[] {
  const log = createIssueLog();
  for (const { pid } of objects) {
    if (pid === undefined || pid === null || (Number.isSafeInteger(pid) && Number(pid) >= 0)) continue;
    log.add('unparsed_line', `a record has a PID that is none: ${quoteLine(JSON.stringify(pid))}`);
  }
  return log.all();
}

/** An issue where records name several hosts. */
export function hostsOfRecords(objects: readonly JsonObject[]): readonly Issue[] {
  const hosts = new Set<string>();
  for (const object of objects) {
    const name = OF_HOST.map((key) => object[key]).find((each) => typeof each === 'string');
    if (name !== undefined && hosts.size < MOST_HOSTS) hosts.add(name);
  }
  if (hosts.size < 2) return [];
  const names = quoteLine([...hosts].join(', '));
  const message = `its records name ${hosts.size} hosts (${names}), so they may be of any of them`;
  return [{ code: 'warning', message }];
}

function orderOfRecords(objects: readonly JsonObject[]): readonly Issue[] {
  return orderIssues(
    objects.map((object) => {
      const { record = null, wrapping = {} } = unwrapped(object) ?? {};
      const values = { time_ns: wrapping['time_ns'], next_job_id: record?.['next_job_id'] };
      return { pid: wrapping['pid'], session: record?.['session_id'], values };
    }),
  );
}

function textOr<T>(value: JsonValue | undefined, otherwise: T): string | T {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/** The texts of three values; `-` for each that is not there, and for all where there are more. */
function triple(value: JsonValue | undefined): readonly string[] {
  const values: readonly JsonValue[] = Array.isArray(value) && value.length <= 3 ? value : [];
  return [0, 1, 2].map((client) => {
    const each = values[client];
    if (each === undefined || each === null || each === '') return '-';
    return typeof each === 'string' ? each : JSON.stringify(each);
  });
}
