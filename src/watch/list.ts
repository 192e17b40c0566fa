import { healthRank, needsAttention } from '../model/health.ts';
import { shortZone } from '../model/zone-name.ts';
import { naturally } from '../model/sled-order.ts';
import { placeOf } from './apply.ts';
import type { ScreenState } from './screen-state.ts';
import { isFresh, type Watched, type WatchedSession, type WatchedSled } from './watched.ts';

/** A line that can be chosen. */
export type Listed =
  | { readonly is: 'sled'; readonly sled: WatchedSled }
  | { readonly is: 'session'; readonly session: WatchedSession; readonly isStale: boolean };

/** What is listed: sleds that are not seen first, then sessions as the screen sorts and filters them. */
export function listOf(watched: Watched, screen: ScreenState, nowMs: number): readonly Listed[] {
  const sleds = [...watched.sleds.values()]
    .filter(({ state, sled }) => state === 'lost' && matches(screen, () => [sled.id, placeOf(sled), 'lost']))
    .map((sled): Listed => ({ is: 'sled', sled }));
  const sessions = [...watched.sessions.values()]
    .map((session) => ({ is: 'session' as const, session, isStale: isStale(session, nowMs) }))
    .filter(({ session, isStale: stale }) => {
      if (!matches(screen, () => wordsOf(session, stale))) return false;
      // Those of a lost sled are told by it, if they were well.
      const isLost = watched.sleds.get(session.sled.id)?.state === 'lost';
      return screen.showsAll || isWorthALook(session) || (stale && !isLost);
    })
    .sort((a, b) => compare(a, b, screen));
  return [...sleds, ...sessions];
}

function isWorthALook({ health }: WatchedSession): boolean {
  return health === null || needsAttention(health);
}

/** A process that does not report has no report that could be old. */
export function isStale(session: WatchedSession, nowMs: number): boolean {
  return session.health !== 'no_report' && !isFresh(session, nowMs);
}

type ListedSession = Extract<Listed, { readonly is: 'session' }>;

function compare(a: ListedSession, b: ListedSession, { sort }: ScreenState): number {
  const bySled =
    naturally(placeOf(a.session.sled), placeOf(b.session.sled)) || naturally(a.session.key, b.session.key);
  switch (sort) {
    case 'sled':
      return bySled;
    case 'changed':
      return (b.session.changedWall ?? 0) - (a.session.changedWall ?? 0) || bySled;
    case 'worst':
      return rank(a) - rank(b) || bySled;
  }
}

/** What is not known may be the worst, and what is stale and was well is not seen to be well. */
function rank({ session, isStale: stale }: ListedSession): number {
  const known = session.health === null ? healthRank('no_report') : healthRank(session.health);
  return stale ? Math.min(known, healthRank('no_report') + 0.5) : known;
}

function matches({ filter }: ScreenState, words: () => readonly string[]): boolean {
  const wanted = filter.trim().toLowerCase();
  return wanted === '' || words().some((word) => word.toLowerCase().includes(wanted));
}

function wordsOf(session: WatchedSession, stale: boolean): readonly string[] {
  const { sled, zone, pid, upstairsId, sessionId, health, states } = session;
  return [
    sled.id,
    placeOf(sled),
    zone,
    shortZone(zone),
    String(pid),
    upstairsId ?? '',
    sessionId ?? '',
    health ?? 'unknown',
    ...(states ?? []),
    ...(stale ? ['stale'] : []),
  ];
}
