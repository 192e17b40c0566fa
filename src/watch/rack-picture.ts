import { groupBy } from '../model/group-by.ts';
import { healthRank, type Health } from '../model/health.ts';
import { RACK_ROWS } from '../drawing/rack-map.ts';
import { isStale } from './list.ts';
import type { Watched, WatchedSession, WatchedSled } from './watched.ts';

/** A cubby in the picture: its number, a word, and how many sessions are so. */
const CELL = 11;
export const PICTURE_WIDTH = CELL * 2 + 3;

const WORDS: Readonly<Record<Health, string>> = {
  down: 'DOWN',
  critical: 'CRIT',
  degraded: 'DEGR',
  no_report: 'NOREP',
  repairing: 'REPAIR',
  inactive: 'inact',
  ok: 'ok',
};

/** The racks of a watch that can be drawn, the one with the worst first. */
export function racksOf(watched: Watched, nowMs: number): readonly string[] {
  const worst = new Map<string, number>();
  const sessions = sessionsBySled(watched);
  for (const own of watched.sleds.values()) {
    const { rack, cubby, id } = own.sled;
    if (cubby === null) continue;
    const { rank } = sledCell(own, sessions.get(id) ?? [], nowMs);
    worst.set(rack, Math.min(worst.get(rack) ?? Number.POSITIVE_INFINITY, rank));
  }
  return [...worst].sort(([, a], [, b]) => a - b).map(([rack]) => rack);
}

/** The rack as it is: sixteen rows of two, from the top. */
export function rackPicture(watched: Watched, rack: string, nowMs: number): readonly string[] {
  const cells = new Map<number, string>();
  const sessions = sessionsBySled(watched);
  for (const own of watched.sleds.values()) {
    const { cubby, id } = own.sled;
    if (own.sled.rack !== rack || cubby === null) continue;
    cells.set(cubby, sledCell(own, sessions.get(id) ?? [], nowMs).text);
  }
  const cell = (cubby: number) =>
    `${String(cubby).padStart(2)} ${cells.get(cubby) ?? '-'}`.padEnd(CELL).slice(0, CELL);
  return RACK_ROWS.flatMap((row) => (row === 'switches' ? [] : [`|${row.map(cell).join('|')}|`]));
}

function sledCell(
  own: WatchedSled,
  sessions: readonly WatchedSession[],
  nowMs: number,
): { readonly text: string; readonly rank: number } {
  if (own.state === 'lost') return { text: 'LOST////', rank: healthRank('no_report') };
  if (own.state === 'waiting') return { text: 'waiting', rank: healthRank('no_report') };
  if (sessions.length === 0) return { text: 'none', rank: healthRank('ok') };
  const unknown = sessions.filter((session) => isStale(session, nowMs) || session.health === null).length;
  const known = sessions.flatMap((session) => (isStale(session, nowMs) ? [] : (session.health ?? [])));
  const [worst] = known.toSorted((a, b) => healthRank(a) - healthRank(b));
  const rank = worst === undefined ? healthRank('no_report') : healthRank(worst);
  // What is not known may be worse than what is well.
  if (unknown > 0 && (worst === undefined || worst === 'ok' || worst === 'inactive')) {
    return { text: `stale ${unknown}`, rank: healthRank('no_report') };
  }
  if (worst === undefined) return { text: 'none', rank };
  const count = known.filter((health) => health === worst).length;
  return { text: `${WORDS[worst]} ${count}${unknown > 0 ? '?' : ''}`, rank };
}

function sessionsBySled(watched: Watched): ReadonlyMap<string, readonly WatchedSession[]> {
  return groupBy([...watched.sessions.values()], ({ sled }) => sled.id);
}
