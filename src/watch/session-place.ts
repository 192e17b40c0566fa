import type { Row } from '../model/column.ts';
import { roleOf } from '../model/health.ts';
import type { WatchedSession } from './watched.ts';

/** What kept facts say of the upstairs of a report, as the joined columns do; null where nothing is kept. */
export type Places = ((row: Row) => Row) | null;

/** What kept facts say of a session; null where they say nothing. */
export function placeCells(session: WatchedSession, places: Places): Row | null {
  const { upstairsId, sessionId, row, states } = session;
  if (places === null || upstairsId === null) return null;
  const [ds0 = null, ds1 = null, ds2 = null] = states ?? [];
  const cells = places({ ...row, upstairs_id: upstairsId, session_id: sessionId, ds0, ds1, ds2 });
  return Object.values(cells).every((cell) => cell === null) ? null : cells;
}

/** The downstairs of a session that do not serve. */
export function sickOf({ states }: WatchedSession): readonly number[] {
  return (states ?? []).flatMap((state, index) => (roleOf(state) === 'serves' ? [] : [index]));
}
