import { identityOf } from '../alert/upstairs.ts';
import { DOWNSTAIRS, type Downstairs } from '../alert/subject.ts';
import { HEALTHS, type Health } from '../model/health.ts';
import { groupBy } from '../model/group-by.ts';
import { naturally } from '../model/sled-order.ts';
import { healthOf, statesOf } from './condition.ts';
import {
  processKey,
  sessionKey,
  type MuteProcess,
  type Picture,
  type SessionSight,
  type Who,
} from './picture.ts';

/** What became of an upstairs between two pictures, in the order in which a table has them. */
export const CHANGES = [
  'worse',
  'gone',
  'new',
  'moved',
  'restarted',
  'changed',
  'repaired',
  'better',
  'not_seen',
  'not_comparable',
] as const;

export type Change = (typeof CHANGES)[number];

/** What is different of one upstairs. */
export interface Difference {
  readonly change: Change;
  readonly rack: string;
  readonly upstairsId: string | null;
  /** Null where it was not there, or is unknown. */
  readonly before: SessionSight | null;
  readonly after: SessionSight | null;
  /** What the change does not say; empty where that is nothing. */
  readonly note: string;
}

/** A picture, and whether all that is not in it was left out by a filter. */
export interface Side {
  readonly picture: Picture;
  readonly isFiltered: boolean;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Sessions that are on both sides and just the same. */
  readonly unchanged: number;
  /** Sleds that both sides asked: of what others gave, nothing is compared. */
  readonly sleds: readonly string[];
  /** Sleds that one side alone asked. */
  readonly apart: readonly string[];
  /** Sessions that a filter may have left out of the other side. */
  readonly leftOut: number;
}

/**
 * What is different between two looks. Nothing is gone or new that may only not have been seen: of a sled that was not
 * seen on one side nothing is compared, and an upstairs that is absent while another sled of its rack is silent is
 * `not_seen`, since it may have moved there.
 */
export function difference(a: Side, b: Side): Comparison {
  const before = sideOf(a);
  const after = sideOf(b);
  const sleds = [...a.picture.sleds.keys()].filter((sled) => b.picture.sleds.has(sled)).toSorted(naturally);
  const both = new Set(sleds);
  const apart = [...new Set([...a.picture.sleds.keys(), ...b.picture.sleds.keys()])]
    .filter((sled) => !both.has(sled))
    .toSorted(naturally);
  const found: Found = { differences: [], unchanged: 0, leftOut: 0 };
  for (const [id, ones] of before.upstairs)
    compareUpstairs(ones, after.upstairs.get(id) ?? [], before, after, found);
  for (const [id, ones] of after.upstairs) {
    if (!before.upstairs.has(id)) compareUpstairs([], ones, before, after, found);
  }
  compareMutes(before, after, found);
  const isCompared = (each: SessionSight | null) => each !== null && both.has(each.who.sled);
  const differences = found.differences.filter(
    ({ before: then, after: now }) => isCompared(then) || isCompared(now),
  );
  return { ...found, differences: sorted(differences), sleds, apart };
}

interface Found {
  readonly differences: Difference[];
  unchanged: number;
  leftOut: number;
}

interface Looked extends Side {
  readonly upstairs: ReadonlyMap<string, readonly SessionSight[]>;
  readonly mutes: ReadonlyMap<string, MuteProcess>;
  /** By rack: sleds that were asked and not seen as a whole. */
  readonly unseen: ReadonlyMap<string, readonly string[]>;
}

function sideOf(side: Side): Looked {
  const { picture } = side;
  const unseen = [...picture.sleds].filter(([, { seen }]) => seen !== 'whole').map(([sled]) => sled);
  return {
    ...side,
    upstairs: groupBy(picture.sessions, ({ who }) => identityOf(who)),
    mutes: new Map(picture.mutes.map((mute) => [processKey(mute.who), mute])),
    unseen: groupBy(unseen, rackOf),
  };
}

/** `rack/name`: a name has no slash. */
function rackOf(sled: string): string {
  return sled.slice(0, sled.lastIndexOf('/'));
}

function compareUpstairs(
  then: readonly SessionSight[],
  now: readonly SessionSight[],
  before: Looked,
  after: Looked,
  found: Found,
): void {
  const byKey = new Map(now.map((each) => [sessionKey(each.who), each]));
  const left: SessionSight[] = [];
  for (const each of then) {
    const same = byKey.get(sessionKey(each.who));
    if (same === undefined) {
      left.push(each);
      continue;
    }
    byKey.delete(sessionKey(each.who));
    const change = changeOf(each, same);
    if (change === null) found.unchanged += 1;
    else found.differences.push({ ...change, ...named(each), before: each, after: same });
  }
  const come = [...byKey.values()];
  const staysElsewhere = then.length > left.length;
  for (const each of left) {
    const next = come.shift();
    if (next !== undefined) found.differences.push(elsewhere(each, next));
    else judgeAbsent(each, after, staysElsewhere, 'before', found);
  }
  for (const each of come) judgeAbsent(each, before, staysElsewhere, 'after', found);
}

/** The same upstairs in another session. */
function elsewhere(before: SessionSight, after: SessionSight): Difference {
  const [then, now] = [rank(before), rank(after)];
  const change = before.who.sled === after.who.sled ? 'restarted' : 'moved';
  const note = now < then ? 'and worse' : now > then ? 'and better' : '';
  return { change, ...named(after), before, after, note };
}

/** A session that one side has: gone or new, or not seen on the other side. */
function judgeAbsent(
  session: SessionSight,
  other: Looked,
  isElsewhereToo: boolean,
  has: 'before' | 'after',
  found: Found,
): void {
  const { who } = session;
  const sled = other.picture.sleds.get(who.sled);
  const add = (change: Change, note: string) => {
    const there = has === 'before' ? { before: session, after: null } : { before: null, after: session };
    found.differences.push({ change, ...named(session), ...there, note });
  };
  const when = has === 'before' ? 'now' : 'then';
  if (other.isFiltered) {
    found.leftOut += 1;
    return;
  }
  // Not asked: what is told of it is told of another sled, or not at all.
  if (sled === undefined) return;
  if (sled.seen === 'nothing')
    return add('not_comparable', `${who.sled} was not seen ${when} (${sled.why ?? 'unknown'})`);
  const mute = other.mutes.get(processKey(who));
  if (mute !== undefined) return add('not_seen', `its process does not report ${when} (${mute.why})`);
  if (sled.seen === 'part') return add('not_seen', `partial answer from ${who.sled} ${when}`);
  if (isElsewhereToo)
    return add(has === 'before' ? 'gone' : 'new', 'one of several sessions of this upstairs');
  const silent = (other.unseen.get(who.rack) ?? []).filter((each) => each !== who.sled);
  const [first] = silent;
  if (first !== undefined) {
    const where = silent.length === 1 ? first : `one of ${silent.length} sleds`;
    return add('not_seen', `absent ${when}, and it may be on ${where}, not seen ${when}`);
  }
  add(has === 'before' ? 'gone' : 'new', '');
}

/** Processes that do not report, where neither side knows a session of theirs. */
function compareMutes(before: Looked, after: Looked, found: Found): void {
  const told = new Set(
    [...before.picture.sessions, ...after.picture.sessions].map(({ who }) => processKey(who)),
  );
  const keys = new Set([...before.mutes.keys(), ...after.mutes.keys()]);
  for (const key of keys) {
    if (told.has(key)) continue;
    const [then, now] = [before.mutes.get(key) ?? null, after.mutes.get(key) ?? null];
    const mute = now ?? then;
    if (mute === null) continue;
    const when = then === null ? 'now' : now === null ? 'then' : 'then and now';
    const sight = (each: MuteProcess | null) =>
      each === null ? null : { who: each.who, condition: `?${each.why}`, counters: {}, repairs: [] };
    found.differences.push({
      change: 'not_seen',
      rack: mute.who.rack,
      upstairsId: null,
      before: sight(then),
      after: sight(now),
      note: `a process that does not report ${when} (${mute.why})`,
    });
  }
}

/** How a session changed that is the same one; null where it did not. */
function changeOf(
  then: SessionSight,
  now: SessionSight,
): { readonly change: Change; readonly note: string } | null {
  const repaired = DOWNSTAIRS.filter((ds) => isRepaired(then, now, ds));
  const note = repaired.length === 0 ? '' : `live repair of downstairs ${repaired.join(' and ')} completed`;
  const [before, after] = [rank(then), rank(now)];
  if (after < before) return { change: 'worse', note };
  if (repaired.length > 0) return { change: 'repaired', note };
  if (after > before) return { change: 'better', note };
  return then.condition === now.condition ? null : { change: 'changed', note };
}

function isRepaired(then: SessionSight, now: SessionSight, ds: Downstairs): boolean {
  const [before, after] = [then, now].map(({ counters }) => counters.completed?.[ds] ?? null);
  if (typeof before === 'number' && typeof after === 'number') return after > before;
  return statesOf(then.condition)?.[ds] === 'live_repair' && statesOf(now.condition)?.[ds] === 'active';
}

/** The greater the better. An upstairs that nobody uses is as well as one that somebody does. */
function rank({ condition }: SessionSight): number {
  const health: Health | null = healthOf(condition);
  return HEALTHS.indexOf(health === 'inactive' || health === null ? 'ok' : health);
}

function named({ who }: { readonly who: Who }): Pick<Difference, 'rack' | 'upstairsId'> {
  return { rack: who.rack, upstairsId: who.upstairsId };
}

function sorted(differences: readonly Difference[]): readonly Difference[] {
  const order = (each: Difference) => CHANGES.indexOf(each.change);
  return differences.toSorted((x, y) => {
    const whoX = (x.after ?? x.before)?.who;
    const whoY = (y.after ?? y.before)?.who;
    return (
      order(x) - order(y) ||
      naturally(whoX?.sled ?? '', whoY?.sled ?? '') ||
      naturally(whoX?.zone ?? '', whoY?.zone ?? '') ||
      naturally(x.upstairsId ?? '', y.upstairsId ?? '')
    );
  });
}
