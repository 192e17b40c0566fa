import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/alert/plan.ts';
import type { Incident } from '../../src/alert/incident.ts';
import { ruleNamed } from '../../src/alert/rules/index.ts';
import {
  makeChecker,
  makePolicy,
  makeWorld,
  MINUTE,
  type CheckWorld,
  type WorldSession,
} from '../support/check-world.ts';
import { runs } from '../support/sized.ts';

const SLEDS = 3;
const SESSIONS = 4;
const STATES = ['active', 'active', 'faulted', 'offline', 'live_repair', 'reconcile', 'new', 'odd'] as const;
const RESOLVE_AFTER = 2;

/** Something that happens between two runs. */
type Happening =
  | { readonly kind: 'states'; readonly session: number; readonly states: [string, string, string] }
  | { readonly kind: 'answer'; readonly sled: number; readonly answer: 'yes' | 'no' | 'in part' }
  | { readonly kind: 'move'; readonly session: number; readonly cubby: number }
  | { readonly kind: 'there'; readonly session: number; readonly there: WorldSession['there'] }
  | { readonly kind: 'work'; readonly session: number; readonly waiting: number; readonly bytes: number }
  | { readonly kind: 'restart'; readonly session: number }
  | { readonly kind: 'count'; readonly session: number; readonly downstairs: 0 | 1 | 2 }
  | { readonly kind: 'silence'; readonly sled: number; readonly minutes: number }
  | { readonly kind: 'clock'; readonly minutes: number };

const session = fc.nat(SESSIONS - 1);
const sled = fc.nat(SLEDS - 1);
const state = fc.constantFrom(...STATES);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('states' as const),
      session,
      states: fc.tuple(state, state, state),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('states' as const),
      session,
      states: fc.constant<[string, string, string]>(['active', 'active', 'active']),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      sled,
      answer: fc.constantFrom('yes' as const, 'yes' as const, 'no' as const, 'in part' as const),
    }),
  },
  fc.record({ kind: fc.constant('move' as const), session, cubby: sled }),
  fc.record({
    kind: fc.constant('there' as const),
    session,
    there: fc.constantFrom<WorldSession['there']>('yes', 'yes', 'no', 'silent', 'exited', 'unreadable'),
  }),
  fc.record({ kind: fc.constant('work' as const), session, waiting: fc.nat(2), bytes: fc.nat(1) }),
  fc.record({ kind: fc.constant('restart' as const), session }),
  fc.record({
    kind: fc.constant('count' as const),
    session,
    downstairs: fc.constantFrom(0 as const, 1 as const, 2 as const),
  }),
  fc.record({ kind: fc.constant('silence' as const), sled, minutes: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('clock' as const), minutes: fc.integer({ min: -3000, max: 3000 }) }),
);

const days = fc.array(fc.array(happening, { maxLength: 3 }), { minLength: 1, maxLength: 60 });
/** Two days of runs, every five minutes, in most of which nothing happens. */
const longDays = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(happening, { maxLength: 2 })),
  {
    minLength: 500,
    maxLength: 576,
    size: 'max',
  },
);

function apply(what: Happening, world: CheckWorld, checker: ReturnType<typeof makeChecker>): void {
  switch (what.kind) {
    case 'states':
      world.sessions[what.session]!.states = what.states;
      break;
    case 'answer':
      world.sleds[what.sled]!.answer = what.answer;
      break;
    case 'move':
      Object.assign(world.sessions[what.session]!, { cubby: what.cubby, pid: 40_000 + what.cubby });
      break;
    case 'there':
      world.sessions[what.session]!.there = what.there;
      break;
    case 'work': {
      const worked = world.sessions[what.session]!;
      worked.work = { waiting: what.waiting, queued: 0, bytes: what.bytes };
      worked.nextJob += what.waiting;
      break;
    }
    case 'restart': {
      const restarted = world.sessions[what.session]!;
      restarted.pid += 1;
      restarted.sessionId = `d${restarted.pid}-8a3e-4b10-b9b4-55f4f2a3d7e1`;
      break;
    }
    case 'count': {
      const counted = world.sessions[what.session]!;
      counted.aborted[what.downstairs] += 1;
      counted.connected[what.downstairs] += 2;
      break;
    }
    case 'silence':
      checker.silences.push({
        id: `s${checker.silences.length}`,
        racks: null,
        sleds: [`3/BRM4222000${what.sled}`],
        zones: null,
        upstairs: null,
        rules: null,
        reason: 'test',
        by: 'test',
        createdAt: checker.now(),
        endsAt: checker.now() + what.minutes * MINUTE,
      });
      break;
    case 'clock':
      checker.advance(what.minutes * MINUTE);
      break;
  }
}

/** Runs through some days and hands each run to a look at it. */
function live(
  history: readonly (readonly Happening[])[],
  look: (plan: Plan, before: readonly Incident[], world: CheckWorld) => void,
  policy = makePolicy({ resolveAfter: RESOLVE_AFTER }),
) {
  const world = makeWorld(SLEDS, SESSIONS);
  // Two disks of one process.
  const [one, two] = world.sessions;
  Object.assign(two!, { zone: one!.zone, cubby: one!.cubby, pid: one!.pid });
  const checker = makeChecker(world, policy);
  for (const happenings of history) {
    for (const each of happenings) apply(each, world, checker);
    checker.advance(5 * MINUTE);
    const before = checker.state().incidents;
    look(checker.run(), before, world);
  }
  return { world, checker };
}

const isEvent = ({ rule }: Incident) => ruleNamed(rule).isEvent;
const isWhole = (world: CheckWorld, cubby: number) =>
  world.sleds[cubby]!.answer === 'yes' &&
  !world.sessions.some((each) => each.cubby === cubby && each.there === 'unreadable');
const needsSomebody = (states: readonly string[]) =>
  states.some((each) => each === 'faulted' || each === 'offline' || each === 'odd');

describe('whatever happens, in any order', () => {
  it('no trouble that was seen is without an incident', () => {
    fc.assert(
      fc.property(days, (history) => {
        live(history, (plan, _, world) => {
          for (const each of world.sessions) {
            if (each.there !== 'yes' || world.sleds[each.cubby]!.answer === 'no') continue;
            if (!needsSomebody(each.states)) continue;
            const found = plan.state.incidents.filter(
              (incident) =>
                incident.subject.upstairsId === each.upstairsId &&
                incident.openedAt !== null &&
                incident.ending === null &&
                ['degraded', 'critical', 'down'].includes(incident.rule),
            );
            expect(found.length).toBeGreaterThan(0);
          }
        });
      }),
      runs(9, 2000),
    );
  });

  it('everybody was told of what is open and not silenced, and of nothing else', () => {
    fc.assert(
      fc.property(days, (history) => {
        live(history, (plan) => {
          for (const incident of plan.state.incidents) {
            if (incident.openedAt === null) expect(incident.told).toBeNull();
            else if (incident.silencedBy === null && incident.cleanRuns === 0) {
              expect(incident.told).not.toBeNull();
            }
            if (incident.ending !== null)
              expect([incident.told === null, incident.silencedBy]).not.toContain(true);
          }
        });
      }),
      runs(9, 2000),
    );
  });

  it.each([
    ['in hours', days, runs(9, 2000)],
    ['in days', longDays, runs(1, 100)],
  ])(
    'nothing is said twice, every end follows a beginning, one mail a group and run: %s',
    (_, histories, settings) => {
      fc.assert(
        fc.property(histories, (history) => {
          const open = new Set<string>();
          live(history, (plan) => {
            expect(plan.notices.length).toBeLessThanOrEqual(1);
            expect(plan.notices.filter((notice) => notice.kind === 'news').length).toBe(
              plan.result.news.length > 0 ? 1 : 0,
            );
            // A zone never changes here, so that a key is an identity for good.
            for (const { kind, incident, was } of plan.result.news) {
              if (isEvent(incident)) {
                expect([kind, was]).toEqual(['opened', null]);
                continue;
              }
              expect(open.has(incident.key)).toBe(kind !== 'opened');
              expect(was === null).toBe(kind === 'opened');
              if (kind === 'opened') open.add(incident.key);
              if (kind === 'resolved') open.delete(incident.key);
            }
          });
        }),
        settings,
      );
    },
  );

  it('an incident leaves only because it was looked for and not found, often enough', () => {
    fc.assert(
      fc.property(days, (history) => {
        live(history, (plan, before, world) => {
          for (const incident of before) {
            const now = plan.state.incidents.find((each) => each.key === incident.key);
            const said = plan.result.news.find((each) => each.incident.key === incident.key);
            // Nobody is told that an event is over.
            if (isEvent(incident)) {
              expect(said?.kind).not.toBe('resolved');
              continue;
            }
            if (now === undefined && incident.told !== null) expect(said?.kind).toBe('resolved');
            const cleaned =
              now === undefined || now.cleanRuns > incident.cleanRuns || now.ending !== incident.ending;
            if (!cleaned || incident.ending !== null) continue;
            // It goes on, and was told to be only listed.
            if (said?.incident.ending === 'settled') continue;
            // It was seen as healthy somewhere, or every sled answered in full.
            const { upstairsId, sled } = incident.subject;
            if (sled !== null) {
              expect(world.sleds[Number(sled.slice(-1))]!.answer).not.toBe('no');
              continue;
            }
            const seen = world.sessions.filter(
              (each) =>
                each.there === 'yes' &&
                (each.upstairsId === upstairsId || each.zone === incident.subject.zone) &&
                world.sleds[each.cubby]!.answer !== 'no',
            );
            const everywhere = world.sleds.every((_, cubby) => isWhole(world, cubby));
            if (incident.subject.zone !== null) expect(seen.length > 0 || everywhere).toBe(true);
          }
        });
      }),
      runs(12, 2000),
    );
  });

  it('everything is over once all is well for long enough, and every end was told', () => {
    fc.assert(
      fc.property(days, (history) => {
        const told = new Set<string>();
        const track = (plan: Plan) => {
          for (const { kind, incident } of plan.result.news) {
            if (kind === 'opened' && !isEvent(incident)) told.add(incident.key);
            if (kind === 'resolved') told.delete(incident.key);
          }
        };
        const { world, checker } = live(history, track);
        for (const each of world.sleds) each.answer = 'yes';
        for (const each of world.sessions) {
          each.states = ['active', 'active', 'active'];
          each.there = 'yes';
          each.work = { waiting: 0, queued: 0, bytes: 0 };
        }
        // A clock that jumped back prolongs silences, which end at a time of day.
        checker.silences.length = 0;
        // Flapping is over when its hour is.
        for (let n = 0; n < 16; n++) {
          checker.advance(5 * MINUTE);
          track(checker.run());
        }
        expect(checker.state().incidents).toEqual([]);
        expect([...told]).toEqual([]);
        expect(checker.run().result.level).toBe('ok');
      }),
      runs(9, 2000),
    );
  });

  it('says nothing while nothing changes and nothing is due', () => {
    fc.assert(
      fc.property(days, (history) => {
        const policy = makePolicy({ repeatMs: null });
        const { world, checker } = live(history, () => {}, policy);
        for (const each of world.sessions)
          each.states = each.states.map((was) =>
            was === 'live_repair' ? 'faulted' : was,
          ) as typeof each.states;
        for (const each of world.sessions)
          each.states = each.states.map((was) =>
            was === 'reconcile' ? 'faulted' : was,
          ) as typeof each.states;
        // As above: the end of a silence is something that is due, at a time of day.
        checker.silences.length = 0;
        for (let n = 0; n < 40; n++) {
          checker.advance(5 * MINUTE);
          checker.run();
        }
        checker.advance(5 * MINUTE);
        expect(checker.run().notices).toEqual([]);
      }),
      runs(8, 1000),
    );
  });

  it('an incident opens only because something was seen, and nothing is told of what is only listed', () => {
    fc.assert(
      fc.property(days, (history) => {
        live(history, (plan, before, world) => {
          const wasOpen = new Set(before.filter(({ openedAt }) => openedAt !== null).map(({ key }) => key));
          const answers = (cubby: number) => world.sleds[cubby]!.answer !== 'no';
          for (const incident of plan.state.incidents) {
            if (incident.isListed) expect([incident.told, incident.openedAt]).toEqual([null, null]);
          }
          for (const incident of plan.state.incidents) {
            const { upstairsId } = incident.subject;
            if (incident.openedAt === null || wasOpen.has(incident.key) || upstairsId === null) continue;
            const own = world.sessions.filter((each) => each.upstairsId === upstairsId);
            if (incident.rule !== 'vanished') {
              expect(own.some((each) => each.there === 'yes' && answers(each.cubby))).toBe(true);
              continue;
            }
            expect(own.some((each) => each.there === 'yes' && answers(each.cubby))).toBe(false);
            const others = world.sessions.filter(
              ({ zone, pid, cubby }) =>
                zone === incident.subject.zone && pid === incident.sight.pid && isWhole(world, cubby),
            );
            expect(others.some((each) => each.there === 'yes')).toBe(true);
          }
        });
      }),
      runs(9, 2000),
    );
  });

  it('a clock that is set changes nothing of what is told, where the machine says how long it has run', () => {
    const isOfClock = ({ kind }: Happening) => kind === 'clock' || kind === 'silence';
    fc.assert(
      fc.property(days, (history) => {
        const newsWith = (isSet: boolean): readonly string[] => {
          const world = makeWorld(SLEDS, SESSIONS);
          const checker = makeChecker(world, makePolicy(), 'tells');
          return history.map((happenings) => {
            for (const each of happenings) {
              if (!isOfClock(each)) apply(each, world, checker);
              else if (each.kind === 'clock' && isSet) checker.setClock(each.minutes * 1000 * MINUTE);
            }
            checker.advance(5 * MINUTE);
            const { result, notices } = checker.run();
            const told = result.news.map(({ kind, incident }) => `${kind} ${incident.rule} ${incident.key}`);
            return [result.level, ...told, ...notices.map(({ kind }) => kind)].join(', ');
          });
        };
        expect(newsWith(true)).toEqual(newsWith(false));
      }),
      runs(9, 2000),
    );
  });

  it('the same run gives the same plan', () => {
    fc.assert(
      fc.property(days, (history) => {
        const one: Plan[] = [];
        const two: Plan[] = [];
        live(history, (plan) => one.push(plan));
        live(history, (plan) => two.push(plan));
        expect(one.map((plan) => plan.state)).toEqual(two.map((plan) => plan.state));
        expect(one.map((plan) => plan.notices)).toEqual(two.map((plan) => plan.notices));
      }),
      runs(8, 300),
    );
  });
});
