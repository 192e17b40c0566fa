import { INDICES, type Index } from '../facts/fact.ts';
import { roleOf } from '../model/health.ts';
import { isOn, type Ground } from './ground.ts';
import { isIdle, type Running } from './running.ts';

/** What it does to an upstairs if a sled, disk or pool goes, as words that programs may rely on. */
export const EFFECTS = {
  unsafe: 'it would keep fewer than two copies, and no repair elsewhere brings another back',
  wait: 'it would keep fewer than two copies, and a repair elsewhere brings another back',
  unknown: 'where its copies are, or how they do, is not known',
  no_difference: 'it has one copy or none already, and loses none',
  keeps_two: 'it loses what it has there, and keeps two copies',
  idle: 'no guest uses it',
  untouched: 'it has no copy there, and two elsewhere',
} as const;

export type EffectWord = keyof typeof EFFECTS;

/** What becomes of one upstairs. */
export interface Effect {
  readonly running: Running;
  readonly word: EffectWord;
  /** Its downstairs that are there; null where that is not known. */
  readonly there: readonly Index[] | null;
  /** Active copies that it keeps; null where that is not known. */
  readonly keeps: number | null;
  /** Why it is not known; null where it is. */
  readonly why: string | null;
}

/**
 * What becomes of an upstairs, given how it is now. Only a copy that is active, or in repair, is lost by it: one that is
 * offline or faulted there is lost already.
 */
export function effectOn(running: Running, ground: Ground): Effect {
  const { states, doubt } = running;
  const there = copiesThere(running, ground);
  const known = (word: EffectWord, keeps: number | null): Effect => ({
    running,
    word,
    there: typeof there === 'string' ? null : there,
    keeps,
    why: null,
  });
  if (typeof there !== 'string' && there.length === 0 && (states === null || doubt !== null))
    return known('untouched', null);
  const why = doubt ?? (states === null ? 'it did not report' : null);
  if (states === null || why !== null) return { ...known('unknown', null), why };
  if (isIdle(running)) return known('idle', 0);
  const roles = states.map(roleOf);
  // Nothing of it can be lost, wherever its copies are.
  if (roles.every((role) => role === 'lost')) return known('no_difference', 0);
  if (typeof there === 'string') return { ...known('unknown', null), why: there };
  const elsewhere = INDICES.filter((index) => !there.includes(index));
  const keeps = elsewhere.filter((index) => roles[index] === 'serves').length;
  if (keeps >= 2) return known(there.length === 0 ? 'untouched' : 'keeps_two', keeps);
  if (there.every((index) => roles[index] === 'lost')) return known('no_difference', keeps);
  const healing = elsewhere.filter((index) => roles[index] === 'repairing').length;
  return known(keeps + healing >= 2 ? 'wait' : 'unsafe', keeps);
}

/** Which of its downstairs are there, or why that is unknown. */
function copiesThere(running: Running, ground: Ground): readonly Index[] | string {
  const { copies, talksTo } = running;
  const { networks, isListed } = ground;
  if ('unknown' in copies) {
    // A sled that lists no region has no copy of anything.
    if (isListed && ground.services.length === 0) return [];
    const isElsewhere =
      talksTo !== null && networks.size > 0 && [...networks].every((network) => !talksTo.has(network));
    return isElsewhere ? [] : copies.unknown;
  }
  // Without an address of the sled nothing can be said to be elsewhere.
  if (networks.size === 0 && !(isListed && ground.services.length === 0))
    return `no address of ${ground.subject.text} is known`;
  const on = INDICES.map((index) => isOn(ground, copies.endpoints[index]));
  return on.includes(null) ? 'its sled lists no region at its address' : INDICES.filter((index) => on[index]);
}
