import { markup, NOTHING, type Markup } from '../html/markup.ts';
import type { Row } from '../model/column.ts';
import { roleOf } from '../model/health.ts';
import type { WatchedSession } from '../watch/watched.ts';
import type { Scene } from './scene.ts';

/** What kept facts say of a session; null where they say nothing. */
export function placeCells(session: WatchedSession, { places }: Pick<Scene, 'places'>): Row | null {
  const { upstairsId, sessionId, row, states } = session;
  if (places === null || upstairsId === null) return null;
  const [ds0 = null, ds1 = null, ds2 = null] = states ?? [];
  const cells = places({ ...row, upstairs_id: upstairsId, session_id: sessionId, ds0, ds1, ds2 });
  return Object.values(cells).every((cell) => cell === null) ? null : cells;
}

/** Where the copies of these downstairs are, a line each, and how old that is. */
export function copiesMarkup(cells: Row, indices: readonly number[]): Markup {
  const lines = indices.flatMap((index) => {
    const [sled, disk] = [cells[`ds${index}_sled`] ?? null, cells[`ds${index}_disk`] ?? null];
    if (sled === null && disk === null) return [];
    return [
      markup`${index}: ${String(sled ?? '?')}${disk === null ? NOTHING : markup`, disk ${String(disk)}`}<br>`,
    ];
  });
  return lines.length === 0
    ? markup`not known`
    : markup`${lines}<small>${String(cells['facts_age'] ?? '')}</small>`;
}

/** The downstairs of a session that do not serve. */
export function sickOf({ states }: WatchedSession): readonly number[] {
  return (states ?? []).flatMap((state, index) => (roleOf(state) === 'serves' ? [] : [index]));
}
