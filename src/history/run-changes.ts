import type { Three } from '../alert/fields.ts';
import { unknownCondition } from './condition.ts';
import { jumpSince } from './clock-jump.ts';
import type { Life } from './life.ts';
import type { AskedSled, Opened, RunFacts, RunLine, Sample } from './line.ts';
import {
  COUNTER_NAMES,
  processKey,
  sessionKey,
  type Counters,
  type MuteProcess,
  type Picture,
  type SessionSight,
} from './picture.ts';

/**
 * What a run changed of what was known. A session that is absent is gone only where its sled was seen as a whole and
 * its process is not mute; a sled that was not seen changes nothing.
 */
export function changesOf(life: Life, picture: Picture, { clock, ...facts }: RunFacts): RunLine {
  const by = placeIn(life.facts, facts, isSameFacts);
  const asked = placeIn(life.asked, askedIn(picture), isSameList);
  const before = life.hosts.get(facts.host);
  const jump = before === undefined ? 0 : jumpSince(before, picture.at, clock);
  const except = Object.fromEntries(
    [...picture.sleds].flatMap(([id, { seen, why }]) =>
      seen === 'whole' ? [] : [[id, { seen, why }] as const],
    ),
  );
  return {
    kind: 'run',
    seq: life.seq + 1,
    at: picture.at,
    until: picture.until,
    by: by.place,
    ...(by.isNew ? { facts } : {}),
    asked: asked.place,
    ...(asked.isNew ? { sleds: asked.value } : {}),
    ...(clock === null ? {} : { clock }),
    ...(jump === 0 ? {} : { jump }),
    ...(Object.keys(except).length === 0 ? {} : { except }),
    ...filled(changesOfSessions(life, picture)),
  };
}

interface SessionChanges {
  readonly opened: Opened[];
  readonly changed: [number, string][];
  readonly gone: number[];
  readonly counted: [number, Counters][];
  readonly samples: Sample[];
}

function changesOfSessions(life: Life, picture: Picture): SessionChanges {
  const changes: SessionChanges = { opened: [], changed: [], gone: [], counted: [], samples: [] };
  const open = new Map([...life.sessions.values()].map((session) => [sessionKey(session.who), session]));
  let nextId = life.nextId;
  const met = new Set<string>();
  const meet = ({ who, condition, counters, repairs }: SessionSight) => {
    const key = sessionKey(who);
    if (met.has(key)) return;
    met.add(key);
    const known = open.get(key);
    const id = known?.id ?? nextId++;
    if (known === undefined) changes.opened.push({ id, ...who, condition, counters });
    else {
      if (known.condition !== condition) changes.changed.push([id, condition]);
      const counted = grown(known.counters, counters);
      if (counted !== null) changes.counted.push([id, counted]);
    }
    for (const repair of repairs) changes.samples.push({ id, ...repair });
  };

  for (const sight of picture.sessions) meet(sight);
  const mutes = new Map(picture.mutes.map((mute) => [processKey(mute.who), mute]));
  const isKnown = new Set<MuteProcess>();
  for (const [key, session] of open) {
    const sled = picture.sleds.get(session.who.sled);
    if (met.has(key) || sled === undefined || sled.seen === 'nothing') continue;
    const mute = mutes.get(processKey(session.who));
    if (mute !== undefined) isKnown.add(mute);
    if (mute === undefined && sled.seen === 'whole') {
      changes.gone.push(session.id);
      continue;
    }
    const condition = unknownCondition(mute?.why ?? 'cut');
    if (session.condition !== condition) changes.changed.push([session.id, condition]);
  }
  // A process without a known session is a session of its own.
  for (const mute of mutes.values()) {
    if (isKnown.has(mute)) continue;
    meet({ who: mute.who, condition: unknownCondition(mute.why), counters: {}, repairs: [] });
  }
  return changes;
}

/** The counters that are not as they were; null where all are. */
function grown(before: Counters, now: Counters): Counters | null {
  const others = COUNTER_NAMES.filter(
    (name) => now[name] !== undefined && !isSameThree(before[name], now[name]),
  );
  return others.length === 0 ? null : Object.fromEntries(others.map((name) => [name, now[name]]));
}

function isSameThree(a: Three | undefined, b: Three | undefined): boolean {
  return a !== undefined && b !== undefined && a.every((value, n) => value === b[n]);
}

function filled(changes: SessionChanges): Partial<SessionChanges> {
  return Object.fromEntries(Object.entries(changes).filter(([, list]) => list.length > 0));
}

function placeIn<T>(
  known: readonly T[],
  value: T,
  isSame: (a: T, b: T) => boolean,
): { readonly place: number; readonly isNew: boolean; readonly value: T } {
  const place = known.findIndex((each) => isSame(each, value));
  return place === -1 ? { place: known.length, isNew: true, value } : { place, isNew: false, value };
}

function isSameFacts(a: Omit<RunFacts, 'clock'>, b: Omit<RunFacts, 'clock'>): boolean {
  return (
    a.host === b.host && a.command === b.command && a.windowMs === b.windowMs && a.selection === b.selection
  );
}

function askedIn({ sleds }: Picture): readonly AskedSled[] {
  return [...sleds]
    .map(([id, { serial, cubby }]) => ({ id, serial, cubby }))
    .toSorted((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
}

function isSameList(a: readonly AskedSled[], b: readonly AskedSled[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ id, serial, cubby }, i) => {
      const other = b[i];
      return id === other?.id && serial === other.serial && cubby === other.cubby;
    })
  );
}
