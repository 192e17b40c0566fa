import { expect, it } from 'vitest';
import { SIMULATED_START } from '../../src/simulator/clock.ts';
import { withRack } from '../support/rack.ts';

const rack = withRack({
  isWarm: true,
  sledsPerRack: 4,
  propolisPerSled: 3,
  degraded: 3,
  hasLife: true,
  seed: 9,
});

it('ds-state sees of a living rack what is so at the end of its window, run after run', async () => {
  const { life, sleds } = rack.simulation.world;
  let changes = 0;
  let compared = 0;
  let beganNs = 0;
  for (let run = 0; run < 3; run++) {
    const { stdout } = await rack.run(['ds-state', '--window', '20s', '-o', 'json']);
    const { rows } = JSON.parse(stdout);
    for (const { id, crucible } of sleds) {
      const nowNs = Number(crucible.machine.clock.now() - SIMULATED_START.now);
      // A report is at most so old.
      const fromNs = nowNs - 1_100_000_000;
      const recent = life!.truth(fromNs, nowNs + 1).filter(({ sled }) => sled === id);
      changes += life!.truth(beganNs, nowNs).filter(({ sled }) => sled === id).length;
      const changed = new Set(
        recent.flatMap((each) => (each.kind === 'states' ? [each.session_id] : [`${each.pid}`])),
      );
      const own = rows.filter((row: { sled: string }) => row.sled === id);
      for (const session of life!.sessionsAt(nowNs).filter(({ sled }) => sled === id)) {
        if (changed.has(session.session_id) || changed.has(`${session.pid}`)) continue;
        const row = own.find((each: { session_id: string }) => each.session_id === session.session_id);
        expect(row).toMatchObject({ zone: session.zone, pid: session.pid, upstairs_id: session.upstairs_id });
        expect([row.ds0, row.ds1, row.ds2]).toEqual([...session.states]);
        compared++;
      }
      if (id === sleds.at(-1)?.id) beganNs = nowNs;
    }
  }
  expect(compared).toBeGreaterThan(45);
  expect(changes).toBeGreaterThan(15);
});
