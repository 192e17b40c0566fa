import { statesOf, whyUnknown } from './condition.ts';
import type { Life } from './life.ts';
import {
  processKey,
  type MuteProcess,
  type Picture,
  type SessionSight,
  type SledName,
  type SledSight,
} from './picture.ts';

const NOT_ASKED: SledSight = { seen: 'nothing', why: 'not_asked' };

/**
 * How things were at a time, by what is known after the last run before it. A sled that was last asked longer before
 * than `maxAgeMs` was not seen: what was so then is not said to be so still.
 */
export function pictureIn(life: Life, at: number, maxAgeMs: number): Picture {
  const sleds = new Map<string, SledSight & SledName>();
  for (const [sled, { asked, sight, serial, cubby }] of life.sleds) {
    const isOld = at - asked.at > maxAgeMs;
    sleds.set(sled, { ...(isOld ? NOT_ASKED : sight), serial, cubby });
  }
  const sessions: SessionSight[] = [];
  const mutes = new Map<string, MuteProcess>();
  for (const { who, condition, counters } of life.sessions.values()) {
    const sight = sleds.get(who.sled);
    if (sight === undefined || sight.seen === 'nothing') continue;
    if (statesOf(condition) !== null) {
      sessions.push({ who, condition, counters, repairs: [] });
      continue;
    }
    const why = whyUnknown(condition);
    if (why === null || why === 'cut') continue;
    const process = { ...who, upstairsId: null, sessionId: null };
    mutes.set(processKey(who), { who: process, why });
  }
  return { at, until: at, sleds, sessions, mutes: [...mutes.values()] };
}
