import fc from 'fast-check';
import type { Picture, SessionSight, SledName, SledSight, Who } from '../../../src/history/picture.ts';

const SLEDS = ['3/a', '3/b', '3/c'] as const;
const STATES = [
  'active active active',
  'active faulted active',
  'active live_repair active',
  'offline active faulted',
];

/** Where an upstairs is, and how, at one look; null where it is nowhere. */
interface Place {
  readonly sled: number;
  readonly pid: number;
  readonly states: number;
  readonly isMute: boolean;
}

const place = fc.record({
  sled: fc.nat(2),
  pid: fc.nat(1),
  states: fc.nat(STATES.length - 1),
  isMute: fc.boolean().map((mute) => mute),
});

const look = fc.record({
  places: fc.array(fc.option(place, { freq: 5 }), { minLength: 4, maxLength: 4 }),
  sights: fc.array(fc.constantFrom('whole', 'whole', 'whole', 'part', 'nothing', null), {
    minLength: 3,
    maxLength: 3,
  }),
  minutes: fc.integer({ min: 1, max: 30 }),
});

/** Pictures of one small rack, one after another. */
export const pictures = fc.array(look, { minLength: 1, maxLength: 12 }).map((looks) => {
  let at = Date.parse('2026-11-01T00:00:00Z');
  return looks.map(({ places, sights, minutes }) => {
    at += minutes * 60_000;
    return pictureOf(places, sights, at);
  });
});

function pictureOf(
  places: readonly (Place | null)[],
  sights: readonly ('whole' | 'part' | 'nothing' | null)[],
  at: number,
): Picture {
  const sleds = new Map<string, SledSight & SledName>();
  for (const [n, seen] of sights.entries()) {
    const sled = SLEDS[n];
    if (seen !== null && sled !== undefined)
      sleds.set(sled, { seen, why: seen === 'whole' ? null : 'timeout', serial: null, cubby: n });
  }
  const picture = {
    at,
    until: at + 3000,
    sleds,
    sessions: [] as SessionSight[],
    mutes: [] as Picture['mutes'][number][],
  };
  const mutes = new Set<string>();
  for (const [n, each] of places.entries()) {
    const sled = each === null ? undefined : SLEDS[each.sled];
    if (each === null || sled === undefined || (sleds.get(sled)?.seen ?? 'nothing') === 'nothing') continue;
    const who = whoOf(n, sled, each.pid);
    if (!each.isMute) {
      picture.sessions.push({ who, condition: STATES[each.states] ?? '', counters: {}, repairs: [] });
    } else if (!mutes.has(`${sled} ${each.pid}`)) {
      mutes.add(`${sled} ${each.pid}`);
      picture.mutes.push({ who: { ...who, upstairsId: null, sessionId: null }, why: 'no_report' });
    }
  }
  return picture;
}

/** Each upstairs has a zone and, on each sled and in each process, a session of its own. */
export function whoOf(n: number, sled: string, pid: number): Who {
  return {
    rack: '3',
    sled,
    zone: `oxz_propolis-server_${n}`,
    pid: 100 * n + pid,
    upstairsId: `upstairs-${n}`,
    sessionId: `session-${n}-${sled}-${pid}`,
  };
}

/** A picture as one text whose order says nothing, of some of its sleds. */
export function told(picture: Picture, sleds: ReadonlySet<string>): readonly string[] {
  const of = ({ who }: { readonly who: Who }) => sleds.has(who.sled);
  return [
    ...picture.sessions.filter(of).map(({ who, condition }) => `${who.sled} ${who.sessionId} ${condition}`),
    ...picture.mutes.filter(of).map(({ who, why }) => `${who.sled} ${who.zone} ${who.pid} ${why}`),
  ].toSorted();
}
