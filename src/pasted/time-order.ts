import type { Issue } from '../model/issue.ts';
import { integerOf } from '../kinds/quantity.ts';
import { cellOf } from '../parse/cell.ts';
import type { JsonValue } from '../parse/json-lines.ts';
import { boundedIssues } from '../parse/lines.ts';
import { quoteLine } from '../parse/quote-line.ts';
import { shortId } from './session-groups.ts';

/** What never falls within a session. */
const RISING: readonly string[] = [
  'time_ns',
  'next_job_id',
  ...['connected', 'live_repair_completed', 'live_repair_aborted', 'replaced'].flatMap((name) =>
    [0, 1, 2].map((client) => `${name}_${client}`),
  ),
];

/** What one report says of a session, in the order of the text. */
export interface ReportInOrder {
  readonly pid: unknown;
  readonly session: unknown;
  /** By the names of columns, or of the fields of a record. */
  readonly values: Readonly<Record<string, JsonValue | undefined>>;
}

/**
 * An issue for each session whose reports are not in the order of time: they were sorted, or put together, so that the
 * last one is not the newest.
 */
export function orderIssues(reports: Iterable<ReportInOrder>): readonly Issue[] {
  const seen = new Map<string, Map<string, bigint>>();
  const found = new Map<string, Issue>();
  for (const { pid, session, values } of reports) {
    if (typeof session !== 'string') continue;
    const id = shortId(session);
    const key = JSON.stringify([pid, id]);
    const before = seen.get(key) ?? new Map<string, bigint>();
    seen.set(key, before);
    for (const name of RISING) {
      const value = countIn(values[name]);
      if (value === null) continue;
      const last = before.get(name) ?? value;
      before.set(name, value);
      if (value >= last || found.has(key)) continue;
      const message = `the reports of the session ${quoteLine(id)} are not in the order of time (${name} falls from ${last} to ${value}), so which is the newest is not known`;
      found.set(key, { code: 'contradiction', message });
    }
  }
  return boundedIssues([...found.values()]);
}

function countIn(value: JsonValue | undefined): bigint | null {
  if (typeof value === 'string') return integerOf(cellOf('', value));
  return typeof value === 'number' ? integerOf(value) : null;
}
