import type { Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';
import { runIn, type RunFacts } from '../model/run-facts.ts';
import { isObject, timeOrNull, type JsonObject } from './json-parts.ts';
import { readGroups, type Groups } from './read-groups.ts';
import { issuesIn, readSled, rowIn, withRows } from './read-sled.ts';
import { damaged, reportObject } from './report-head.ts';

/** A report that was read back from JSON, or a recorded run that was read again. */
export interface ReadReport extends Pick<
  FleetReport,
  'probe' | 'selection' | 'filter' | 'startedAt' | 'finishedAt' | 'interrupted' | 'outcomes'
> {
  /** Where it was read, for messages. */
  readonly name: string;
  /** Null of one that an older version wrote. */
  readonly run: RunFacts | null;
  /** Of no one sled. */
  readonly issues: readonly Issue[];
  /** Distributions that are sums already; null where there are none, or where the outcomes have them. */
  readonly groups: Groups | null;
  /** What was asked, where that is known: of a recording. */
  readonly settings?: string;
}

/**
 * Reads the text of a report (`report/v1`, or `check/v1` around one), strictly as to what it needs, and passes over what
 * it does not know. Throws `usage` for what is not a report, `recording` for one that is damaged or newer.
 */
export function readReport(text: string, name: string): ReadReport {
  return reportOf(reportObject(text, name), name);
}

/** The same of its object. */
export function reportOf(json: JsonObject, name: string): ReadReport {
  const wrong = (what: string) => damaged(name, what);
  const { probe, selection, filter, sleds } = json;
  const [startedAt, finishedAt] = [timeOrNull(json['started_at']), timeOrNull(json['finished_at'])];
  if (typeof probe !== 'string') throw wrong('it does not say what its probe is');
  if (typeof selection !== 'string') throw wrong('it does not say what was selected');
  if (filter !== null && typeof filter !== 'string') throw wrong('it does not say whether it is filtered');
  if (startedAt === null || finishedAt === null) throw wrong('it does not say when it was made');
  if (!Array.isArray(sleds)) throw wrong('it has no sleds');
  const run = json['run'] === undefined ? null : runIn(json['run']);
  if (json['run'] !== undefined && run === null) throw wrong("its 'run' cannot be read");
  const rows = rowsBySled(json['rows'], wrong);
  const outcomes = new Map<string, SledOutcome>();
  for (const each of sleds) {
    const read = readSled(each);
    if (typeof read === 'string') throw wrong(read);
    const { id } = read.sled;
    if (outcomes.has(id)) throw wrong(`${id} is in it twice`);
    const own = rows.get(id) ?? [];
    rows.delete(id);
    // A filter leaves some out. Of a sled without an answer there is no number.
    const said = rowsSaid(each);
    if (filter === null && said !== null && said !== own.length) {
      throw wrong(`${id} gave ${said} rows, and ${own.length} are in it`);
    }
    outcomes.set(id, withRows(read, own));
  }
  const [strange] = rows.keys();
  if (strange !== undefined) throw wrong(`it has rows of ${strange}, which is not among its sleds`);
  const { coverage, distributions } = json;
  if (isObject(coverage) && coverage['selected'] !== outcomes.size) {
    throw wrong(`it says ${String(coverage['selected'])} sleds, and has ${outcomes.size}`);
  }
  const groups = isObject(distributions) ? readGroups(distributions) : null;
  if (typeof groups === 'string') throw wrong(groups);
  return {
    name,
    probe,
    selection,
    filter,
    startedAt,
    finishedAt,
    interrupted: json['interrupted'] === true,
    run,
    outcomes: [...outcomes.values()],
    issues: issuesIn(json['issues']),
    groups,
  };
}

function rowsBySled(json: unknown, wrong: (what: string) => Error): Map<string, Row[]> {
  if (!Array.isArray(json)) throw wrong('it has no rows');
  const rows = new Map<string, Row[]>();
  for (const each of json) {
    const row = rowIn(each);
    const sled = row?.['sled'];
    if (row === null || typeof sled !== 'string') {
      throw wrong("a row does not say its sled (--columns left 'sled' out, perhaps)");
    }
    const before = rows.get(sled);
    if (before === undefined) rows.set(sled, [row]);
    else before.push(row);
  }
  return rows;
}

/** How many rows a sled gave, an older answer too; null where it says nothing. */
function rowsSaid(json: unknown): number | null {
  if (!isObject(json)) return null;
  const answer = isObject(json['earlier']) ? json['earlier'] : json;
  return typeof answer['rows'] === 'number' ? answer['rows'] : null;
}
