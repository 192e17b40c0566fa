import type {
  AskedSled,
  HostKnown,
  LifeLine,
  Moment,
  OpenSession,
  RunFacts,
  RunLine,
  SledKnown,
} from './line.ts';
import type { SledSight } from './picture.ts';

/** What is known after some runs. `applyRun` moves it on, in place: a year has a hundred thousand runs. */
export interface Life {
  seq: number;
  nextId: number;
  readonly facts: Omit<RunFacts, 'clock'>[];
  readonly asked: (readonly AskedSled[])[];
  readonly hosts: Map<string, HostKnown>;
  readonly sleds: Map<string, SledKnown>;
  readonly sessions: Map<number, OpenSession>;
}

export function emptyLife(): Life {
  return { seq: 0, nextId: 1, facts: [], asked: [], hosts: new Map(), sleds: new Map(), sessions: new Map() };
}

export function lifeOf(line: LifeLine): Life {
  return {
    seq: line.seq,
    nextId: line.nextId,
    facts: [...line.facts],
    asked: [...line.asked],
    hosts: new Map(line.hosts),
    sleds: new Map(line.sleds),
    sessions: new Map(line.sessions.map((session) => [session.id, session])),
  };
}

/** All of it as one line, so that what is before need not be read. */
export function lifeLine(life: Life, at: number): LifeLine {
  const { seq, nextId, facts, asked } = life;
  return {
    kind: 'life',
    at,
    seq,
    nextId,
    facts,
    asked,
    hosts: [...life.hosts],
    sleds: [...life.sleds],
    sessions: [...life.sessions.values()],
  };
}

/** Drops sleds that nobody has asked since a run, with all that was on them: they left the inventory. */
export function forgetSleds(life: Life, run: number): void {
  for (const [sled, { asked }] of life.sleds) if (asked.seq < run) life.sleds.delete(sled);
  for (const [id, { who }] of life.sessions) if (!life.sleds.has(who.sled)) life.sessions.delete(id);
}

const WHOLE: SledSight = { seen: 'whole', why: null };

/** Moves what is known on by one run. */
export function applyRun(life: Life, run: RunLine): void {
  const moment: Moment = { seq: run.seq, at: run.at };
  life.seq = run.seq;
  if (run.facts !== undefined) life.facts[run.by] = run.facts;
  if (run.sleds !== undefined) life.asked[run.asked] = run.sleds;
  const host = life.facts[run.by]?.host;
  if (host !== undefined) life.hosts.set(host, { at: run.at, clock: run.clock ?? null });
  const seenBefore = (sled: string): Moment | null => life.sleds.get(sled)?.seen ?? null;

  for (const { id, condition, counters, ...who } of run.opened ?? []) {
    life.sessions.set(id, { id, who, condition, counters, since: moment, before: seenBefore(who.sled) });
    life.nextId = Math.max(life.nextId, id + 1);
  }
  for (const [id, condition] of run.changed ?? []) {
    const session = life.sessions.get(id);
    if (session === undefined) continue;
    life.sessions.set(id, { ...session, condition, since: moment, before: seenBefore(session.who.sled) });
  }
  for (const [id, counters] of run.counted ?? []) {
    const session = life.sessions.get(id);
    if (session !== undefined)
      life.sessions.set(id, { ...session, counters: { ...session.counters, ...counters } });
  }
  for (const id of run.gone ?? []) life.sessions.delete(id);
  // Last: what stands above asks how the sleds were known before this run.
  for (const { id: sled, serial, cubby } of life.asked[run.asked] ?? []) {
    const sight = run.except?.[sled] ?? WHOLE;
    const seen = sight.seen === 'nothing' ? seenBefore(sled) : moment;
    life.sleds.set(sled, { asked: moment, sight, seen, serial, cubby });
  }
}
