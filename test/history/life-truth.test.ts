import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chronicleOf, type Chronicle } from '../../src/history/chronicle.ts';
import { difference } from '../../src/history/difference.ts';
import { readLines } from '../../src/history/history-file.ts';
import { keepRun } from '../../src/history/keep-run.ts';
import { picturesAt } from '../../src/history/moments.ts';
import { pictureOf, type Picture } from '../../src/history/picture.ts';
import { repairsOf } from '../../src/history/repairs.ts';
import { EVERY_MS, wallMs, watchLife, type Look } from './support/living-rack.ts';
import { spanAt, trueSessions, type TrueSession } from './support/true-life.ts';
import { sized } from '../support/sized.ts';

/** A day of a living rack, looked at each five seconds; minutes of it in the sample. */
const LOOKS = sized(60, (24 * 3_600_000) / EVERY_MS);
const DAY_MS = 24 * 3_600_000;

let folder: string;
let file: string;
let looks: readonly Look[];
let truth: readonly TrueSession[];
let chronicle: Chronicle;

const FACTS = { host: 'here', command: 'check', windowMs: 3000, selection: 'rack 3', clock: null };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-truth-'));
  file = join(folder, 'history.ndjson');
  const watched = watchLife({ seed: 4, sleds: 3, vms: 2, looks: LOOKS });
  looks = watched.looks;
  truth = trueSessions(watched.life.truth(0, looks.at(-1)!.untilNs));
  for (const look of looks) {
    const place = { path: file, keepMs: 90 * DAY_MS, isFolderOurs: true };
    const edges = { random: Math.random, now: () => look.finishedAt };
    expect(await keepRun(place, pictureOf(look), FACTS, edges)).toEqual([]);
  }
  chronicle = await chronicleOf(readLines(file));
});

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
    expect(looks.flatMap(({ outcomes }) => outcomes).filter((each) => each.status === 'failed' || each.issues.length > 0)).toEqual([]);
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

  it('differs between any two looks by what the truth differs by', async () => {
    const times = looks.map(({ startedAt }) => startedAt.getTime());
    const some = times.filter((_, n) => n % sized(3, 60) === 0);
    const pictures = await picturesAt(() => readLines(file), some, DAY_MS);
    const seenAt = new Map(some.map((time) => [time, sightsAt(times.indexOf(time))]));
    let differences = 0;
    for (const [n, then] of pictures.entries()) {
      for (const [m, now] of pictures.entries()) {
        if (m <= n) continue;
        const found = difference(side(then!.picture), side(now!.picture));
        const expected = trueDifference(seenAt.get(some[n]!)!, seenAt.get(some[m]!)!);
        expect(found.differences.map(({ change, upstairsId }) => `${upstairsId} ${change}`).toSorted()).toEqual(expected);
        differences += expected.length;
      }
    }
    expect(differences).toBeGreaterThan(100);
  });
});

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
      return ns === undefined ? [] : [[session.upstairsId, { session, ns, states: spanAt(session, ns)!.states }]];
    }),
  );
}

function trueDifference(then: ReadonlyMap<string, Sight>, now: ReadonlyMap<string, Sight>): readonly string[] {
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
  if (each.every((state) => ['new', 'wait_quorum', 'deactivated'].includes(state))) return 9;
  const lost = each.filter((state) => ['offline', 'faulted', 'replacing', 'replaced', 'new', 'wait_quorum', 'deactivated'].includes(state));
  if (lost.length > 0) return 3 - lost.length;
  return each.every((state) => state === 'active') ? 9 : 8;
}

void wallMs;
