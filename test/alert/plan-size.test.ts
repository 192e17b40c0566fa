import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/alert/incident.ts';
import type { Plan } from '../../src/alert/plan.ts';
import { ruleNamed } from '../../src/alert/rules/index.ts';
import { createRandom, type Random } from '../../src/simulator/random.ts';
import {
  makeChecker,
  makePolicy,
  makeWorld,
  MINUTE,
  type CheckWorld,
  type WorldSession,
} from '../support/check-world.ts';
import { sized } from '../support/sized.ts';

const A_MONTH = (30 * 24 * 60) / 5;
const A_DAY = (24 * 60) / 5;
const RESOLVE_AFTER = 2;
const FLAPPING = { thresholds: { rises: 2, within: 10 * MINUTE } };

/** What comes to an end later: after so many runs. */
type Later = Map<number, (() => void)[]>;

/** A fleet in which things go wrong and right as in life, but more often: runs are five minutes apart. */
function makeFleet(world: CheckWorld, random: Random) {
  const later: Later = new Map();
  const racks = world.sleds.length / world.sledsPerRack;
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!;
  let run = 0;
  const after = (most: number, change: () => void) => {
    const at = run + 1 + random.below(most);
    later.set(at, [...(later.get(at) ?? []), change]);
  };
  const isWell = ({ states, there }: WorldSession) =>
    there === 'yes' && states.every((state) => state === 'active');

  /** A downstairs is lost, comes back, is repaired (or the repair is aborted first), and is well again. */
  const fallsIll = (disk: WorldSession) => {
    const n = random.below(3);
    const become = (state: string) => (disk.states[n] = state);
    become(pick(['faulted', 'offline']));
    if (random.below(4) === 0) disk.states[(n + 1) % 3] = 'offline';
    after(30, () => {
      disk.connected[n]! += 1;
      disk.states[(n + 1) % 3] = 'active';
      become('live_repair');
      after(40, () => {
        if (random.below(5) === 0) {
          disk.aborted = disk.aborted.map((count) => count + 1) as typeof disk.aborted;
          become('faulted');
        }
        after(20, () => {
          disk.states = ['active', 'active', 'active'];
          disk.completed[n]! += 1;
        });
      });
    });
  };

  const happenings: readonly (readonly [perRackAndRun: number, () => void])[] = [
    [0.05, () => whileWell(fallsIll)],
    [0.05, () => migrates(pick(world.sessions))],
    [0.02, () => restart(pick(world.sessions))],
    [0.02, () => whileWell((disk) => isAway(disk, pick(['no', 'silent', 'exited', 'unreadable']), 12))],
    [0.03, () => silent([random.below(world.sleds.length)], 'no', 6)],
    [0.03, () => silent([random.below(world.sleds.length)], 'in part', 2)],
    [0.001, () => silent(sledsOf(random.below(racks)), 'no', 12)],
  ];

  function whileWell(change: (disk: WorldSession) => void): void {
    const disk = pick(world.sessions);
    if (isWell(disk)) change(disk);
  }

  /** Within its rack. */
  function migrates(disk: WorldSession): void {
    const rack = Math.floor(disk.cubby / world.sledsPerRack);
    disk.cubby = pick(sledsOf(rack));
    restart(disk);
  }

  function restart(disk: WorldSession): void {
    disk.pid += 1;
    disk.sessionId = random.uuid();
    disk.connected = [1, 1, 1];
    disk.aborted = [0, 0, 0];
    disk.completed = [0, 0, 0];
  }

  function isAway(disk: WorldSession, there: WorldSession['there'], most: number): void {
    disk.there = there;
    after(most, () => (disk.there = 'yes'));
  }

  function sledsOf(rack: number): readonly number[] {
    return Array.from({ length: world.sledsPerRack }, (_, n) => rack * world.sledsPerRack + n);
  }

  function silent(cubbies: readonly number[], answer: 'no' | 'in part', most: number): void {
    for (const cubby of cubbies) world.sleds[cubby]!.answer = answer;
    after(most, () => {
      for (const cubby of cubbies) world.sleds[cubby]!.answer = 'yes';
    });
  }

  return {
    step: () => {
      run++;
      for (const change of later.get(run) ?? []) change();
      later.delete(run);
      for (const [rate, happen] of happenings) {
        for (let n = 0; n < racks; n++) if (random.next() < rate) happen();
      }
      for (const each of world.sessions) {
        const n = each.states.indexOf('live_repair');
        if (n !== -1) each.repaired[n]! += 100;
      }
    },
    heal: () => {
      later.clear();
      for (const sled of world.sleds) sled.answer = 'yes';
      for (const each of world.sessions)
        Object.assign(each, { there: 'yes', states: ['active', 'active', 'active'] });
    },
  };
}

const HEALTH = new Set(['degraded', 'critical', 'down']);
const isLost = (state: string) => state === 'faulted' || state === 'offline';

/** What is wrong with a plan, given what was told before; `told` is brought up to date. */
function wrongWith(
  { state, result, notices }: Plan,
  world: CheckWorld,
  told: Set<string>,
): readonly string[] {
  const wrong: string[] = [];
  const open = new Set(
    state.incidents
      .filter(isOpen)
      .flatMap(({ subject, rule }) => (HEALTH.has(rule) ? [subject.upstairsId] : [])),
  );
  for (const { there, cubby, states, upstairsId } of world.sessions) {
    if (there !== 'yes' || world.sleds[cubby]!.answer === 'no' || !states.some(isLost)) continue;
    if (!open.has(upstairsId)) wrong.push(`${upstairsId} is ${states.join('/')} and has no incident`);
  }
  for (const each of state.incidents) {
    const isQuiet = each.openedAt === null || each.cleanRuns > 0;
    if (!isQuiet && each.told === null) wrong.push(`nobody was told of ${each.key}`);
    if (each.openedAt === null && each.told !== null) wrong.push(`${each.key} was told and is not open`);
    if (each.stages.length > 20) wrong.push(`${each.key} has ${each.stages.length} stages`);
  }
  const groups = notices.map(({ group }) => group.name);
  if (new Set(groups).size < groups.length) wrong.push(`two mails of one group: ${groups.join(', ')}`);
  const withNews = new Set(result.news.map(({ incident }) => `rack ${incident.subject.rack}`));
  const ofNews = notices.filter(({ kind }) => kind === 'news').map(({ group }) => group.name);
  if (ofNews.toSorted().join() !== [...withNews].toSorted().join())
    wrong.push(`mails for ${ofNews.join(', ')}`);
  for (const { kind, incident, was } of result.news) {
    const key = identity(incident);
    if (ruleNamed(incident.rule).isEvent) {
      if (kind !== 'opened') wrong.push(`an event is ${kind}`);
      continue;
    }
    if (told.has(key) === (kind === 'opened') || (was === null) !== (kind === 'opened')) {
      wrong.push(`${kind} ${key}, told before: ${told.has(key)}`);
    }
    if (kind === 'opened') told.add(key);
    if (kind === 'resolved') told.delete(key);
  }
  return wrong;
}

function isOpen({ openedAt, ending }: Incident): boolean {
  return openedAt !== null && ending === null;
}

function identity({ key }: Incident): string {
  return key;
}

/** Of each sled so many VMs, with a disk each. */
function live(sleds: number, disks: number, runs: number): void {
  const world = makeWorld(sleds, sleds * disks, 32);
  const fleet = makeFleet(world, createRandom(20_261_126));
  const checker = makeChecker(
    world,
    makePolicy({ resolveAfter: RESOLVE_AFTER, rules: { flapping: FLAPPING } }),
  );
  const told = new Set<string>();
  const wrong: string[] = [];
  let mails = 0;
  const step = () => {
    checker.advance(5 * MINUTE);
    const plan = checker.run();
    mails += plan.notices.length;
    wrong.push(...wrongWith(plan, world, told));
  };
  for (let n = 0; n < runs && wrong.length < 10; n++) {
    fleet.step();
    step();
  }
  expect(wrong).toEqual([]);
  expect(mails).toBeGreaterThan(0);
  // What is kept is of what there is, however long it has gone on.
  const { incidents, memory } = checker.state();
  expect(incidents.length).toBeLessThan(world.sessions.length);
  expect(memory.sessions.length).toBeLessThanOrEqual(world.sessions.length);
  fleet.heal();
  // After which nothing is flapping.
  for (let n = 0; n < 5; n++) step();
  expect(wrong).toEqual([]);
  expect([...told]).toEqual([]);
  expect(checker.state().incidents).toEqual([]);
}

describe('the plan of a fleet in which things go wrong all the time', () => {
  it('tells all and nothing twice for a month with 32 sleds, and keeps no more in the end', () => {
    live(32, sized(1, 4), sized(40, A_MONTH));
  }, 1_200_000);

  it('tells all and nothing twice for a day with 1,024 sleds in 32 racks, or a quarter of them', () => {
    live(sized(256, 1024), sized(1, 2), sized(3, A_DAY));
  }, 1_200_000);
});
