import { DOWNSTAIRS, type Downstairs } from '../alert/subject.ts';
import type { Condition } from './condition.ts';
import { applyRun, emptyLife, lifeOf, type Life } from './life.ts';
import type { Line, LifeLine, Moment, RunLine, Sample } from './line.ts';
import { COUNTER_NAMES, type Counter, type Counters, type Who } from './picture.ts';

/** A session that was seen in one condition from a look on, until the last look that saw it so. */
export interface Span {
  readonly condition: Condition;
  readonly from: Moment;
  /** The last look before it that saw something of its sled; null where there was none. */
  readonly before: Moment | null;
  readonly last: Moment;
}

/** A counter that grew between two looks. */
export interface Growth {
  readonly at: Moment;
  readonly since: Moment | null;
  readonly counter: Counter;
  readonly downstairs: Downstairs;
  readonly by: number;
}

/** All that is known of a session. */
export interface SessionLife {
  readonly id: number;
  readonly who: Who;
  readonly spans: readonly Span[];
  /** The first look that did not find it on its sled; null while it lives. */
  readonly ended: Moment | null;
  readonly growths: readonly Growth[];
  readonly samples: readonly (Sample & { readonly at: Moment })[];
}

/** A time in which a sled was not seen, or nobody looked: what was so before and after it need not have been so in it. */
export interface Gap {
  readonly sled: string;
  /** A word: that of the first failure, or `not_asked`. */
  readonly why: string;
  /** The last look that saw it, null where none did, and the first that did again, null while none has. */
  readonly from: Moment | null;
  readonly to: Moment | null;
}

/** That a machine's clock was set: ages from before it to after it are not what they seem. */
export interface ClockSet {
  readonly at: Moment;
  readonly host: string;
  readonly byMs: number;
}

/** A history read from some time on. */
export interface Chronicle {
  readonly sessions: readonly SessionLife[];
  readonly gaps: readonly Gap[];
  readonly clockSets: readonly ClockSet[];
  readonly runs: number;
  readonly first: Moment | null;
  readonly last: Moment | null;
  /** Places in the file that could not be read. */
  readonly damaged: number;
  /** What is known after the last run. */
  readonly life: Life;
}

/** From a look to the next one that is later than that, nobody looked. */
export const LOOK_MS = 3_600_000;

interface Written {
  readonly id: number;
  readonly who: Who;
  readonly spans: Span[];
  ended: Moment | null;
  readonly growths: Growth[];
  readonly samples: (Sample & { readonly at: Moment })[];
}

interface Draft {
  life: Life;
  readonly sessions: Map<number, Written>;
  readonly gaps: Gap[];
  readonly unseen: Map<string, string>;
  readonly clockSets: ClockSet[];
  runs: number;
  first: Moment | null;
  last: Moment | null;
}

/** Reads lines into lives. What ended before `since` may be left out. A null line is one that could not be read. */
export async function chronicleOf(
  lines: AsyncIterable<Line | null>,
  since: number = Number.NEGATIVE_INFINITY,
): Promise<Chronicle> {
  let draft = draftOf(emptyLife());
  let damaged = 0;
  let isLost = false;
  for await (const line of lines) {
    if (line === null) {
      damaged += 1;
      isLost = true;
    } else if (line.kind === 'run') {
      addRun(draft, line);
    } else if (draft.runs === 0 || line.at <= since) {
      // All that was so before is in it: here the reading begins.
      draft = draftOf(lifeOf(line));
      isLost = false;
    } else if (isLost) {
      draft = found(draft, line);
      isLost = false;
    } else {
      goOn(draft, lifeOf(line));
    }
  }
  for (const session of draft.sessions.values()) {
    if (session.ended === null) extend(session, draft.life.sleds.get(session.who.sled)?.seen ?? null);
  }
  for (const [sled, why] of draft.unseen) {
    draft.gaps.push({ sled, why, from: draft.life.sleds.get(sled)?.seen ?? null, to: null });
  }
  const { life, sessions, gaps, clockSets, runs, first, last } = draft;
  return { life, sessions: [...sessions.values()], gaps, clockSets, runs, first, last, damaged };
}

function draftOf(life: Life): Draft {
  const sessions = new Map<number, Written>();
  for (const { id, who, condition, since, before } of life.sessions.values()) {
    const spans = [{ condition, from: since, before, last: since }];
    sessions.set(id, { id, who, spans, ended: null, growths: [], samples: [] });
  }
  return { life, sessions, gaps: [], unseen: new Map(), clockSets: [], runs: 0, first: null, last: null };
}

/** The same again, but for sleds that were forgotten: what was on them was last seen when they were. */
function goOn(draft: Draft, life: Life): void {
  for (const session of draft.sessions.values()) {
    const isForgotten = session.ended === null && !life.sessions.has(session.id);
    if (isForgotten) extend(session, draft.life.sleds.get(session.who.sled)?.seen ?? null);
  }
  draft.life = life;
}

/** Goes on behind damage: what was in between is unknown, and so no sled was seen then. */
function found(before: Draft, line: LifeLine): Draft {
  const after = draftOf(lifeOf(line));
  for (const [id, session] of before.sessions) {
    const next = after.sessions.get(id);
    if (session.ended === null) extend(session, before.life.sleds.get(session.who.sled)?.seen ?? null);
    if (next === undefined) after.sessions.set(id, session);
    else next.spans.unshift(...session.spans.filter(({ from }) => from.seq < (next.spans[0]?.from.seq ?? 0)));
  }
  const lost = [...before.life.sleds].map(([sled, { seen }]): Gap => {
    return { sled, why: 'damaged', from: seen, to: after.life.sleds.get(sled)?.seen ?? null };
  });
  return {
    ...after,
    gaps: [...before.gaps, ...lost],
    clockSets: before.clockSets,
    runs: before.runs,
    first: before.first,
    last: before.last,
  };
}

function addRun(draft: Draft, run: RunLine): void {
  const { life, sessions } = draft;
  const at: Moment = { seq: run.seq, at: run.at };
  const seen = (sled: string) => life.sleds.get(sled)?.seen ?? null;
  const whose = (id: number) => sessions.get(id);

  for (const { id, condition, counters: _, ...who } of run.opened ?? []) {
    const span = { condition, from: at, before: seen(who.sled), last: at };
    sessions.set(id, { id, who, spans: [span], ended: null, growths: [], samples: [] });
  }
  for (const [id, condition] of run.changed ?? []) {
    const session = whose(id);
    if (session === undefined) continue;
    const before = seen(session.who.sled);
    extend(session, before);
    session.spans.push({ condition, from: at, before, last: at });
  }
  for (const [id, counters] of run.counted ?? []) {
    const session = whose(id);
    if (session === undefined) continue;
    const known = life.sessions.get(id)?.counters ?? {};
    session.growths.push(...growthsOf(known, counters, { at, since: seen(session.who.sled) }));
  }
  for (const sample of run.samples ?? []) whose(sample.id)?.samples.push({ ...sample, at });
  for (const id of run.gone ?? []) {
    const session = whose(id);
    if (session === undefined) continue;
    extend(session, seen(session.who.sled));
    session.ended = at;
  }
  addGaps(draft, run, at);
  applyRun(life, run);
  const host = life.facts[run.by]?.host ?? '';
  if (run.jump !== undefined) draft.clockSets.push({ at, host, byMs: run.jump });
  draft.runs += 1;
  draft.first ??= at;
  draft.last = at;
}

function growthsOf(before: Counters, now: Counters, when: Pick<Growth, 'at' | 'since'>): readonly Growth[] {
  return COUNTER_NAMES.flatMap((counter) =>
    DOWNSTAIRS.flatMap((downstairs): readonly Growth[] => {
      const [from, to] = [before[counter]?.[downstairs] ?? null, now[counter]?.[downstairs] ?? null];
      // A counter that fell began again: what it counted before that is unknown.
      return from === null || to === null || to <= from
        ? []
        : [{ ...when, counter, downstairs, by: to - from }];
    }),
  );
}

function addGaps(draft: Draft, run: RunLine, at: Moment): void {
  const { life, unseen } = draft;
  for (const { id: sled } of run.sleds ?? life.asked[run.asked] ?? []) {
    const sight = run.except?.[sled];
    const why = unseen.get(sled);
    if (sight?.seen === 'nothing') {
      if (why === undefined) unseen.set(sled, sight.why ?? 'unknown');
      continue;
    }
    const before = life.sleds.get(sled)?.seen ?? null;
    const nobodyLooked = before !== null && at.at - before.at > LOOK_MS;
    if (why !== undefined || nobodyLooked)
      draft.gaps.push({ sled, why: why ?? 'not_asked', from: before, to: at });
    unseen.delete(sled);
  }
}

/** Its last span was still so at that look. */
function extend(session: Written, last: Moment | null): void {
  const span = session.spans.at(-1);
  if (span !== undefined && last !== null && last.seq > span.last.seq)
    session.spans.splice(-1, 1, { ...span, last });
}
