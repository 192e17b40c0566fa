import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownRepair } from '../../src/cli/run/known-repair.ts';
import { createFactBase } from '../../src/facts/fact-base.ts';
import type { FactSet } from '../../src/facts/fact-set.ts';
import { placeOfRow } from '../../src/facts/join-rows.ts';
import { chronicleOf, type Chronicle } from '../../src/history/chronicle.ts';
import { difference } from '../../src/history/difference.ts';
import { readLines } from '../../src/history/history-file.ts';
import { keepRun } from '../../src/history/keep-run.ts';
import type { Line } from '../../src/history/line.ts';
import { picturesAt } from '../../src/history/moments.ts';
import { pictureOf, type Picture } from '../../src/history/picture.ts';
import { extentsOf } from '../../src/history/repair-past.ts';
import { repairsOf } from '../../src/history/repairs.ts';
import type { Row } from '../../src/model/column.ts';
import type { SledOutcome } from '../../src/model/report.ts';
import { readCondition } from '../../src/wait/conditions/index.ts';
import { judge } from '../../src/wait/judge.ts';
import { watchLife, type Look } from './support/living-rack.ts';
import { spanAt, trueSessions, type TrueSession } from './support/true-life.ts';
import { sized } from '../support/sized.ts';

/** A day of a living rack, looked at each twenty seconds; the sample is of minutes, looked at each five. */
const DAY_MS = 24 * 3_600_000;
const EVERY_MS = sized(5000, 20_000);
const LOOKS = sized(40, DAY_MS / EVERY_MS);
/** A few looks of all of them, for what costs. */
const isChosen = (n: number, sample: number): boolean => n % sized(sample, Math.ceil(LOOKS / 70)) === 0;

const UNUSED = ['new', 'wait_quorum', 'deactivated'];

let folder: string;
let file: string;
let looks: readonly Look[];
let truth: readonly TrueSession[];
let chronicle: Chronicle;

const FACTS = { host: 'here', command: 'check', windowMs: 3000, selection: 'rack 3', clock: null };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-truth-'));
  file = join(folder, 'history.ndjson');
  const watched = watchLife({
    seed: 16,
    sleds: 2,
    vms: 3,
    looks: LOOKS,
    everyMs: EVERY_MS,
    asksRepairs: (n) => isChosen(n, 2),
  });
  looks = watched.looks;
  // What repairs under way at the last look come to is the truth's to know.
  truth = trueSessions(watched.life.truth(0, looks.at(-1)!.untilNs + 3600e9));
  for (const look of looks) {
    const place = { path: file, keepMs: 90 * DAY_MS, isFolderOurs: true };
    const edges = { random: Math.random, now: () => look.finishedAt };
    expect(await keepRun(place, pictureOf(look), FACTS, edges)).toEqual([]);
  }
  chronicle = await chronicleOf(readLines(file));
}, 3_600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lookOf = ({ seq }: { readonly seq: number }) => looks[seq - 1]!;

/** What each look must have seen of it: the number of the look, and the states at its last report. */
function seenOf(session: TrueSession) {
  return looks.flatMap(({ reported }, n) => {
    const ns = reported.get(session.sessionId);
    return ns === undefined ? [] : [{ seq: n + 1, span: spanAt(session, ns)! }];
  });
}

describe('a day whose truth is known', () => {
  it('has every state of every session once, between the looks around it', () => {
    let told = 0;
    expect(
      looks
        .flatMap(({ outcomes }) => outcomes)
        .filter((each) => each.status === 'failed' || each.issues.length > 0),
    ).toEqual([]);
    const known = new Map(chronicle.sessions.map((life) => [life.who.sessionId, life]));
    for (const session of truth) {
      const seen = seenOf(session);
      const life = known.get(session.sessionId);
      known.delete(session.sessionId);
      if (seen.length === 0) {
        expect(life).toBeUndefined();
        continue;
      }
      const changes = seen.filter(({ span }, n) => span.states !== seen[n - 1]?.span.states);
      expect(life!.spans.map(({ condition, from }) => [condition, from.seq])).toEqual(
        changes.map(({ span, seq }) => [span.states, seq]),
      );
      for (const [n, { from, before, last }] of life!.spans.entries()) {
        const { seq, span } = changes[n]!;
        expect(span.fromNs).toBeLessThanOrEqual(lookOf(from).untilNs);
        if (before !== null) expect(span.fromNs).toBeGreaterThan(lookOf(before).fromNs);
        if (before !== null) expect(before.seq).toBe(seq - 1);
        const next = changes[n + 1];
        expect(last.seq).toBe(next === undefined ? seen.at(-1)!.seq : next.seq - 1);
        told += 1;
      }
      const end = session.spans.at(-1)!.toNs;
      if (life!.ended !== null) {
        expect(end).toBeLessThanOrEqual(lookOf(life!.ended).untilNs);
        expect(life!.ended.seq).toBe(seen.at(-1)!.seq + 1);
      } else expect(seen.at(-1)!.seq).toBe(looks.length);
    }
    expect([...known.keys()]).toEqual([]);
    expect(told).toBeGreaterThan(LOOKS / 2);
  });

  it('has of every repair a rate that is true within 5 %', () => {
    let compared = 0;
    const wrong: unknown[] = [];
    for (const session of truth) {
      const life = chronicle.sessions.find(({ who }) => who.sessionId === session.sessionId);
      for (const { kind, perSecond, from, last } of life === undefined ? [] : repairsOf(life)) {
        if (perSecond === null) continue;
        const rates = kind === 'live_repair' ? [5] : session.reconciles;
        const isTrue = rates.some((rate) => Math.abs(perSecond / rate - 1) < 0.05);
        if (!isTrue) wrong.push([kind, perSecond, rates, (last.at - from.at) / 1000]);
        compared += 1;
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(5);
  });

  it('tells how many extents a disk has as it is, by the repairs that were completed', () => {
    const told = chronicle.sessions.flatMap(({ who }) => {
      const extents = extentsOf(chronicle, who);
      return extents === null ? [] : [[who.upstairsId, extents]];
    });
    const extentsBy = new Map(truth.map(({ upstairsId, extents }) => [upstairsId, extents]));
    expect(told).toEqual(told.map(([id]) => [id, extentsBy.get(String(id))]));
    expect(told.length).toBeGreaterThan(0);
  });

  it('differs between any two looks by what the truth differs by', async () => {
    const times = looks.map(({ startedAt }) => startedAt.getTime());
    const some = times.filter((_, n) => isChosen(n, 3));
    const pictures = await picturesAt(() => readLines(file), some, DAY_MS);
    const seenAt = new Map(some.map((time) => [time, sightsAt(times.indexOf(time))]));
    let differences = 0;
    for (const [n, then] of pictures.entries()) {
      for (const [m, now] of pictures.entries()) {
        if (m <= n) continue;
        const found = difference(side(then!.picture), side(now!.picture));
        const expected = trueDifference(seenAt.get(some[n]!)!, seenAt.get(some[m]!)!);
        expect(
          found.differences.map(({ change, upstairsId }) => `${upstairsId} ${change}`).toSorted(),
        ).toEqual(expected);
        differences += expected.length;
      }
    }
    expect(differences).toBeGreaterThan(100);
  });
});

describe('what is said of the end', () => {
  it('holds the true end of nine in ten repairs, by the range of ETA', async () => {
    const base = createFactBase([disksOf(truth)]);
    const placeOf = (row: Row) => placeOfRow(base, row, NOWHERE, 0);
    const lines: (Line | null)[] = [];
    for await (const line of readLines(file)) lines.push(line);
    let [held, judged] = [0, 0];
    const wrong: unknown[] = [];
    for (const [n, look] of looks.entries()) {
      if (n === 0 || !isChosen(n, 2)) continue;
      const before = lines.filter((line) => line !== null && line.seq <= n);
      const sources = { chronicle: await chronicleOf(each(before)), placeOf, at: look.startedAt.getTime() };
      for (const { row, sled } of rowsOf(look.repairs)) {
        const session = truth.find(({ sessionId }) => sessionId === row['session_id']);
        const ns = look.reported.get(String(row['session_id']));
        if (session === undefined || ns === undefined) continue;
        const end = trueEnd(session, ns, row);
        const {
          eta_least_seconds: least,
          eta_most_seconds: most,
          eta,
        } = knownRepair(row, sled, null, sources);
        if (end === null || typeof least !== 'number') continue;
        const seconds = (end - ns) / 1e9;
        const isHeld = seconds >= least && (typeof most !== 'number' || seconds <= most);
        if (isHeld) held += 1;
        else wrong.push([row['kind'], eta, seconds]);
        judged += 1;
      }
    }
    expect(judged).toBeGreaterThan(15);
    expect(held / judged, JSON.stringify(wrong)).toBeGreaterThanOrEqual(0.9);
  });

  it('is waited for until the look that first sees it', () => {
    let waited = 0;
    for (const [n, { reported }] of looks.entries()) {
      if (!isChosen(n, 6)) continue;
      const ill = truth.filter(({ sessionId }) => reported.has(sessionId) && !isWell(n, sessionId));
      for (const { upstairsId } of ill) {
        const own = truth.filter((session) => session.upstairsId === upstairsId);
        const ids = own.map(({ sessionId }) => sessionId);
        const isTrue = (k: number) =>
          ids.some((id) => looks[k]!.reported.has(id)) &&
          ids.every((id) => !looks[k]!.reported.has(id) || isWell(k, id));
        const ended = wait(n, `upstairs=${upstairsId}:ok`, 1);
        expect(ended).toBe(firstLook(n, 1, isTrue));
        if (ended === null) continue;
        // It is so since the look before at the earliest, or has been so for less than a look before that.
        const id = ids.find((each) => looks[ended]!.reported.has(each))!;
        const { fromNs } = spanAt(
          truth.find(({ sessionId }) => sessionId === id)!,
          looks[ended]!.reported.get(id)!,
        )!;
        expect(fromNs).toBeGreaterThan(looks[ended - 1]!.fromNs);
        waited += 1;
      }
      const isRepaired = (k: number) => statesAt(k).every((states) => !/live_repair|reconcile/.test(states));
      expect(wait(n, 'no-repairs', 2)).toBe(firstLook(n, 2, isRepaired));
      const isKept = (k: number) =>
        statesAt(k).every(
          (states) => states.split(' ').filter((state) => state === 'active').length >= 2 || isUnused(states),
        );
      expect(wait(n, 'quorum=2', 3)).toBe(firstLook(n, 3, isKept));
    }
    expect(waited).toBeGreaterThan(5);
  });
});

/** The look at which a wait that begins with look `n` ends. */
function wait(n: number, condition: string, inARow: number): number | null {
  const wanted = { conditions: [readCondition(condition)], looks: inARow, keeps: () => true };
  let good = 0;
  for (let k = n; k < looks.length; k++) {
    const judged = judge(good, looks[k]!.outcomes, wanted);
    if (judged.isMet) return k;
    good = judged.inARow;
  }
  return null;
}

function firstLook(n: number, inARow: number, isTrue: (look: number) => boolean): number | null {
  for (let [k, good] = [n, 0]; k < looks.length; k++) {
    good = isTrue(k) ? good + 1 : 0;
    if (good === inARow) return k;
  }
  return null;
}

const statesAt = (n: number) => [...sightsAt(n).values()].map(({ states }) => states);
const isUnused = (states: string) => states.split(' ').every((state) => UNUSED.includes(state));

function isWell(n: number, sessionId: string): boolean {
  const session = truth.find((each) => each.sessionId === sessionId)!;
  return spanAt(session, looks[n]!.reported.get(sessionId)!)!.states === 'active active active';
}

function rowsOf(outcomes: readonly SledOutcome[]) {
  return outcomes.flatMap((outcome) =>
    outcome.status === 'answered' ? outcome.rows.map((row) => ({ row, sled: outcome.sled })) : [],
  );
}

/** When the repair of a row is completed; null for one that is not, or not while the life is known. */
function trueEnd({ spans }: TrueSession, ns: number, row: Row): number | null {
  const state = row['kind'] === 'live_repair' ? 'live_repair' : 'reconcile';
  const at = typeof row['downstairs'] === 'number' ? row['downstairs'] : 0;
  const next = spans.find(({ fromNs, states }) => fromNs > ns && states.split(' ')[at] !== state);
  return next?.states.split(' ')[at] === 'active' ? next.fromNs : null;
}

/** What the API says of the size of the disks. */
function disksOf(sessions: readonly TrueSession[]): FactSet {
  const other = {
    instance: null,
    instanceName: null,
    project: null,
    state: null,
    hasParent: null,
    volume: null,
  };
  const facts = sessions.map(({ upstairsId, extents }) => {
    return { kind: 'disk' as const, id: upstairsId, name: null, size: extents * 64 * 1024 ** 2, ...other };
  });
  return {
    source: 'api-disks',
    label: 'disks.json',
    asOf: 0,
    isFileTime: false,
    isNow: false,
    facts,
    issues: [],
  };
}

const NOWHERE = {
  cubbies: new Map(),
  inventory: {
    source: 'inventory',
    label: 'inventory',
    asOf: null,
    isFileTime: false,
    isNow: false,
  } as const,
  notReached: new Set<string>(),
  wereAsked: false,
};

async function* each(lines: readonly (Line | null)[]) {
  yield* lines;
}

const side = (picture: Picture) => ({ picture, isFiltered: false });

interface Sight {
  readonly session: TrueSession;
  readonly ns: number;
  readonly states: string;
}

function sightsAt(n: number): ReadonlyMap<string, Sight> {
  const { reported } = looks[n]!;
  return new Map(
    truth.flatMap((session) => {
      const ns = reported.get(session.sessionId);
      return ns === undefined
        ? []
        : [[session.upstairsId, { session, ns, states: spanAt(session, ns)!.states }]];
    }),
  );
}

function trueDifference(
  then: ReadonlyMap<string, Sight>,
  now: ReadonlyMap<string, Sight>,
): readonly string[] {
  return [...new Set([...then.keys(), ...now.keys()])]
    .flatMap((id) => {
      const change = changeOf(then.get(id), now.get(id));
      return change === null ? [] : [`${id} ${change}`];
    })
    .toSorted();
}

function changeOf(then: Sight | undefined, now: Sight | undefined): string | null {
  if (then === undefined) return 'new';
  if (now === undefined) return 'gone';
  if (then.session !== now.session) return then.session.sled === now.session.sled ? 'restarted' : 'moved';
  const between = then.session.spans.filter(({ fromNs, toNs }) => toNs > then.ns && fromNs <= now.ns);
  const isRepaired = between.some(({ states }, n) => {
    const next = between[n + 1]?.states.split(' ');
    return states.split(' ').some((state, ds) => state === 'live_repair' && next?.[ds] === 'active');
  });
  const [before, after] = [worth(then.states), worth(now.states)];
  if (after < before) return 'worse';
  if (isRepaired) return 'repaired';
  if (after > before) return 'better';
  return then.states === now.states ? null : 'changed';
}

/** How many copies serve, and whether all are at least on the way to it; nobody uses what was not activated. */
function worth(states: string): number {
  const each = states.split(' ');
  if (isUnused(states)) return 9;
  const lost = each.filter((state) =>
    [...UNUSED, 'offline', 'faulted', 'replacing', 'replaced'].includes(state),
  );
  if (lost.length > 0) return 3 - lost.length;
  return each.every((state) => state === 'active') ? 9 : 8;
}
