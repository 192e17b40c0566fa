import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/simulator/clock.ts';
import type { Transition } from '../../src/simulator/life-transition.ts';
import { createWorld } from '../../src/simulator/rack-world.ts';
import type { World } from '../../src/simulator/rack-world.ts';

const MINUTE = 60_000;
const HOUR_NS = 3600e9;

function livingRack(seed = 1) {
  const clock = manualClock();
  const world = createWorld({
    racks: ['3'],
    sledsPerRack: 8,
    propolisPerSled: 3,
    pantryPerRack: 1,
    downstairsPerSled: 1,
    degraded: 6,
    visible: () => true,
    seed,
    crucible: () => 'today',
    ioRate: 1,
    clockOf: () => clock,
    hasLife: true,
  });
  return { clock, world, life: world.life! };
}

/** Every session with its counters, as a debugger that does not lie would see it. */
const truthOf = (world: World) =>
  world.sleds.flatMap(({ id, crucible }) =>
    crucible.truth().sessions.map((session) => ({ sled: id, ...session })),
  );

const pathsOf = (transitions: readonly Transition[]): ReadonlyMap<string, string[]> => {
  const paths = new Map<string, string[]>();
  for (const transition of transitions) {
    if (transition.kind === 'started')
      for (const { sessionId, states } of transition.sessions) paths.set(sessionId, [states.join(' ')]);
    if (transition.kind === 'states') paths.get(transition.session_id)?.push(transition.states.join(' '));
  }
  return paths;
};

describe('a life', () => {
  it('is a function of seed and time, whoever looks on the way', () => {
    const unseen = livingRack();
    const seen = livingRack();
    for (let minute = 0; minute < 20; minute++) {
      const { crucible } = seen.world.sleds[minute % 8]!;
      // A tracer for half a minute, of IO too at times.
      const stop = crucible.machine.onFiring(
        () => undefined,
        (site) => minute % 3 === 0 || site.name === 'up-status',
      );
      seen.clock.advance(MINUTE / 2);
      stop();
      seen.clock.advance(MINUTE / 2);
      if (minute % 4 === 0) truthOf(seen.world);
    }
    unseen.clock.advance(20 * MINUTE);
    expect(truthOf(seen.world)).toEqual(truthOf(unseen.world));
    expect(seen.life.truth(0, HOUR_NS)).toEqual(unseen.life.truth(0, HOUR_NS));
    expect(livingRack(2).life.truth(0, HOUR_NS)).not.toEqual(seen.life.truth(0, HOUR_NS));
  });

  it('is on the sleds what its list of transitions says, at any moment', () => {
    const { clock, world, life } = livingRack();
    for (const seconds of [0, 1, 59, 60, 61, 200, 333, 1000, 3600]) {
      clock.advance(seconds * 1000 - Number(clock.now() - 1_000_000_000_000n) / 1e6);
      const seen = truthOf(world).map(({ sled, zone, pid, upstairs_id, session_id, states }) => ({
        sled,
        zone,
        pid,
        upstairs_id,
        session_id,
        states,
      }));
      const bySession = (a: { session_id: string | null }, b: { session_id: string | null }) =>
        String(a.session_id).localeCompare(String(b.session_id));
      const said = [...life.sessionsAt(seconds * 1e9)].toSorted(bySession);
      expect(seen.toSorted(bySession)).toEqual(said);
    }
  });

  it('has faults that open, flap, are repaired and aborted, reconciliations, and VMs that come, go and move', () => {
    const { life } = livingRack();
    const transitions = life.truth(0, HOUR_NS);
    expect(transitions.map(({ at_ns }) => at_ns)).toEqual(
      transitions.map(({ at_ns }) => at_ns).toSorted((a, b) => a - b),
    );
    const steps = [...pathsOf(transitions).values()].flatMap((path) =>
      path.slice(1).map((states, index) => `${path[index]} > ${states}`),
    );
    for (const step of [
      /^active active active > .*offline/,
      /^active active active > .*faulted/,
      /offline.* > active active active$/,
      /faulted.* > .*live_repair_ready/,
      /live_repair_ready.* > .*live_repair\b(?!_)/,
      /live_repair\b(?!_).* > active active active$/,
      /live_repair\b(?!_).* > .*faulted/,
      /^wait_quorum wait_quorum wait_quorum > reconcile/,
      /^reconcile reconcile reconcile > active active active$/,
    ])
      expect(steps).toContainEqual(expect.stringMatching(step));
    const stopped = transitions.filter((transition) => transition.kind === 'stopped');
    expect(new Set(stopped.map(({ because }) => because))).toEqual(new Set(['stop', 'migrate']));
  });

  it('moves a VM to another sled with its disks, and new session, zone and PID, never on two at once', () => {
    const { life } = livingRack();
    const transitions = life.truth(0, HOUR_NS);
    const started = transitions.filter((transition) => transition.kind === 'started');
    const moves = transitions.filter((t) => t.kind === 'stopped').filter((t) => t.because === 'migrate');
    expect(moves.length).toBeGreaterThan(10);
    for (const move of moves) {
      const from = started.find(({ zone, sled }) => zone === move.zone && sled === move.sled)!;
      const ids = from.sessions.map(({ upstairsId }) => upstairsId);
      const to = started.find(
        ({ at_ns, sessions }) => at_ns >= move.at_ns && sessions[0]?.upstairsId === ids[0],
      );
      // The last one may be on its way.
      if (to === undefined) continue;
      expect(to.sessions.map(({ upstairsId }) => upstairsId)).toEqual(ids);
      expect(to.sled).not.toBe(from.sled);
      expect(to.zone).not.toBe(from.zone);
      expect(to.pid).not.toBe(from.pid);
      expect(to.sessions[0]?.sessionId).not.toBe(from.sessions[0]?.sessionId);
      expect(to.at_ns).toBeGreaterThan(move.at_ns);
    }
  });

  it('gets on with reconciliations and live repairs, and ends them where they are done', () => {
    const { clock, world } = livingRack();
    const reconciling = () => truthOf(world).find(({ states }) => states[0] === 'reconcile')!;
    clock.advance(10_000);
    const { reconciled, reconcile_needed: needed, session_id: id } = reconciling();
    clock.advance(20_000);
    expect(reconciling()).toMatchObject({ session_id: id, reconciled: reconciled + 50 });
    expect(reconciling().reconcile_needed).toBe(needed - 50);
    clock.advance((needed / 2.5) * 1000);
    const after = truthOf(world).find(({ session_id: sessionId }) => sessionId === id);
    expect(after).toMatchObject({ reconciled: reconciled + needed, reconcile_needed: 0 });
    const completed = truthOf(world).flatMap((session) => session.live_repair_completed);
    expect(Math.max(...completed)).toBeGreaterThan(0);
    for (const { states, extent_under_repair: extent } of truthOf(world))
      expect(extent > 0).toBe(states.includes('live_repair'));
  });
});
