import type { Issue } from '../model/issue.ts';
import { isJsonObject, parseJsonLines, type JsonObject, type JsonValue } from './json-lines.ts';
import { createUnreadableLog, WITHOUT_STATES } from './unreadable.ts';

/** One up-status report of an upstairs, as `upstairs_raw.d` prints it. */
export interface Report {
  readonly zone: string | null;
  readonly pid: number | null;
  /** When it came, in nanoseconds since 1970 on the sled. */
  readonly timeNs: bigint | null;
  /** What Crucible reported; null where that could not be read. */
  readonly record: JsonObject | null;
  /** Why it could not be read, or not what matters: a report tells of the states of three downstairs. */
  readonly unreadable: string | null;
}

/** All reports of a run, in the order of time, and when the script began and ended on the sled's clock. */
export interface Reports {
  readonly reports: readonly Report[];
  readonly beganNs: bigint | null;
  /** Null where the script was stopped before its end. */
  readonly endedNs: bigint | null;
  readonly issues: readonly Issue[];
}

/** Reads what `upstairs_raw.d` prints, an object a line. A report that cannot be read is kept, and is an issue. */
export function parseReports(text: string): Reports {
  const { values, issues } = parseJsonLines(text);
  const reports = reportsOf(values);
  return { ...reports, issues: [...reports.issues, ...issues] };
}

/** The reports among objects that were read; its issues are of those that lack what matters. */
export function reportsOf(values: readonly JsonObject[]): Reports {
  const reports: Report[] = [];
  const withoutStates = createUnreadableLog();
  let beganNs: bigint | null = null;
  let endedNs: bigint | null = null;
  for (const value of values) {
    beganNs = nanoseconds(value['began_ns']) ?? beganNs;
    endedNs = nanoseconds(value['ended_ns']) ?? endedNs;
    const report = readReport(value);
    if (report === null) continue;
    reports.push(report);
    if (report.unreadable === WITHOUT_STATES) withoutStates.add(report.zone, report.pid, WITHOUT_STATES);
  }
  return { reports, beganNs, endedNs, issues: withoutStates.all() };
}

/** One line's object as a report; null for one that is none, such as when the script began. */
export function readReport(value: JsonObject): Report | null {
  const { zone, pid, time_ns: time, status, error } = value;
  const record = isJsonObject(status) ? status : null;
  if (record === null && typeof error !== 'string') return null;
  return {
    zone: typeof zone === 'string' ? zone : null,
    pid: typeof pid === 'number' ? pid : null,
    timeNs: nanoseconds(time),
    record,
    unreadable: typeof error === 'string' ? error : hasStates(record) ? null : WITHOUT_STATES,
  };
}

function hasStates(record: JsonObject | null): boolean {
  const states = record?.['ds_state'];
  return Array.isArray(states) && states.length === 3 && [0, 1, 2].every((client) => isState(states[client]));
}

function isState(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function nanoseconds(value: JsonValue | undefined): bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null;
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : null;
}

/** The value at a place such as `ds_io_count.done[1]`; undefined where the record has none. */
export function valueAt(record: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const key of keysOf(path)) {
    if (Array.isArray(value)) value = (value as readonly JsonValue[])[Number(key)];
    else if (isJsonObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else return undefined;
  }
  return value;
}

/** The keys of each path that was read: there are few, and each is read of every report. */
const KEYS = new Map<string, readonly string[]>();

function keysOf(path: string): readonly string[] {
  const known = KEYS.get(path);
  if (known !== undefined) return known;
  const keys = path.split(/[.[\]]+/).filter((part) => part !== '');
  KEYS.set(path, keys);
  return keys;
}
