import type { Issue } from '../model/issue.ts';
import type { StatusRow } from '../parse/status-rows.ts';
import type { SessionReport } from './session-report.ts';

/** Characters of an id that every form has. */
const SHORT_ID = 8;

/** Who a report is of; null for what it does not say. */
export type Who = Pick<StatusRow, 'pid' | 'upstairsId' | 'sessionId'> & { readonly zone: string | null };

export interface SessionGroup<T = SessionReport> {
  /** All that its reports say together. */
  readonly who: Who;
  readonly reports: readonly T[];
}

/** Sessions with the same beginning of their ids among which one is looked for: there is one, but in a hostile text. */
const MOST_ALIKE = 8;

/**
 * What a text says of each session, in one form or in several: rows with a zone, and tables, records or rows without.
 * Reports without the id of a session stay apart where anything else differs.
 */
export function reportsBySession(reports: readonly SessionReport[]): readonly SessionGroup[] {
  return bySession(reports, ({ row: { zone, pid, upstairsId, sessionId } }) => ({
    zone: zone === '-' ? null : zone,
    pid,
    upstairsId,
    sessionId,
  }));
}

/** Whatever is of sessions, by these; `whoOf` tells whose each is. */
export function bySession<T>(reports: readonly T[], whoOf: (report: T) => Who): readonly SessionGroup<T>[] {
  const groups = new Map<string, { who: Who; readonly reports: T[] }[]>();
  for (const report of reports) {
    const who = whoOf(report);
    const { zone, pid, upstairsId, sessionId } = who;
    const short = sessionId === null ? undefined : shortId(sessionId);
    const key = short ?? JSON.stringify([zone, pid, upstairsId]);
    const alike = groups.get(key) ?? [];
    groups.set(key, alike);
    const group = alike.slice(-MOST_ALIKE).find((each) => mayBeOne(each.who, who));
    if (group === undefined) alike.push({ who, reports: [report] });
    else {
      group.who = together(group.who, who);
      group.reports.push(report);
    }
  }
  return [...groups.values()].flat();
}

/** Whether nothing that both have speaks against one session: ids and zones may be cut, or not there. */
function mayBeOne(a: Who, b: Who): boolean {
  return (
    (a.pid === b.pid || a.pid === null || b.pid === null) &&
    areAlike(a.zone, b.zone) &&
    areAlike(a.upstairsId, b.upstairsId) &&
    areAlike(a.sessionId, b.sessionId)
  );
}

/** Capital letters in a hexadecimal number are small ones. */
function areAlike(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return true;
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  return one.startsWith(other) || other.startsWith(one);
}

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID).toLowerCase();
}

function together(a: Who, b: Who): Who {
  const longer = (one: string | null, other: string | null): string | null =>
    (one?.length ?? 0) >= (other?.length ?? 0) ? one : other;
  return {
    zone: longer(a.zone, b.zone),
    pid: a.pid ?? b.pid,
    upstairsId: longer(a.upstairsId, b.upstairsId),
    sessionId: longer(a.sessionId, b.sessionId),
  };
}

/** An issue for each session that several processes seem to have: one of the PIDs, or of the ids, is not whole. */
export function sharedSessions(whose: readonly Pick<Who, 'pid' | 'sessionId'>[]): readonly Issue[] {
  const pids = new Map<string, Set<number>>();
  for (const { pid, sessionId } of whose) {
    if (sessionId === null || pid === null) continue;
    const id = shortId(sessionId);
    pids.set(id, (pids.get(id) ?? new Set()).add(pid));
  }
  return [...pids].flatMap(([id, each]): readonly Issue[] =>
    each.size < 2
      ? []
      : [
          {
            code: 'contradiction',
            message: `the session ${id} is of one process, and the text has it of PID ${[...each].join(' and ')}: one may be cut`,
          },
        ],
  );
}
