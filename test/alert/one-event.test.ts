import { describe, expect, it } from 'vitest';
import { beganAt } from '../../src/alert/incident.ts';
import type { Plan } from '../../src/alert/plan.ts';
import { mailChanges } from '../../src/mail/mail-change.ts';
import { sledNames } from '../../src/mail/sled-names.ts';
import { makeChecker, makePolicy, makeWorld, MINUTE } from '../support/check-world.ts';

function setUp() {
  const world = makeWorld(2, 1);
  const checker = makeChecker(world, makePolicy());
  const step = (ms = 5 * MINUTE) => {
    checker.advance(ms);
    return checker.run();
  };
  return { world, disk: world.sessions[0]!, step };
}

/** What a mail says has changed, an entry a line. */
const told = (plan: Plan) =>
  mailChanges(plan.result.news, {
    places: new Map(),
    now: plan.result.at,
    sleds: sledNames({ outcomes: [] }),
  }).map(({ word, what }) => `${word} ${what.join(' | ')}`);

describe('one event', () => {
  it('is one entry where another downstairs is lost, which says what changed and what was', () => {
    const { disk, step } = setUp();
    disk.states = ['active', 'faulted', 'active'];
    step();
    disk.states = ['offline', 'faulted', 'active'];
    expect(told(step())).toEqual([
      'worse degraded → disk stopped; downstairs 0 active → offline; was active/faulted/active',
    ]);
    disk.states = ['offline', 'live_repair', 'active'];
    expect(told(step())).toEqual([
      'better disk stopped → degraded; downstairs 1 faulted → live_repair; was offline/faulted/active',
    ]);
  });

  it('is told as it was where version 0.1.0 told it, which did not keep the states', () => {
    const { disk, step } = setUp();
    disk.states = ['active', 'faulted', 'active'];
    const { state } = step();
    for (const { told: said } of state.incidents) Object.assign(said!, { states: null });
    disk.states = ['active', 'live_repair', 'active'];
    expect(told(step())).toEqual(['better was degraded, now repairing: downstairs 1 is in live_repair']);
  });

  it('that ends says how long each of its stages lasted, and of a live repair what it did', () => {
    const { disk, step } = setUp();
    disk.states = ['active', 'faulted', 'active'];
    for (let n = 0; n < 25; n++) step();
    disk.states = ['active', 'live_repair', 'active'];
    disk.repaired = [0, 100, 0];
    step();
    disk.repaired = [0, 400, 0];
    step(MINUTE);
    disk.states = ['active', 'active', 'active'];
    disk.repaired = [0, 700, 0];
    disk.completed = [0, 1, 0];
    step(MINUTE);
    const [line, ...others] = told(step());
    expect(others).toEqual([]);
    expect(line).toContain('; degraded for 2h05m, then repairing for 1m; ');
    expect(line).toMatch(
      /live repair of downstairs 1 completed: 600 extents repaired and 0 confirmed in 2m00s since it was first seen \(5\.0 a second\)$/,
    );
  });

  it('that came back says how long it was not seen, and lasts from then on', () => {
    const { disk, step } = setUp();
    disk.states = ['faulted', 'offline', 'active'];
    step();
    disk.states = ['faulted', 'active', 'active'];
    step();
    disk.states = ['faulted', 'faulted', 'active'];
    const [incident] = step().state.incidents.filter(({ subject }) => subject.downstairs === 1);
    expect(incident).toMatchObject({ rule: 'critical', ruleSince: incident?.lastSeenAt });
    disk.states = ['active', 'active', 'active'];
    step();
    expect(told(step())[0]).toMatch(
      /; disk stopped \(seen once\), then not seen for 10m, then disk stopped \(seen once\)$/,
    );
  });

  it('that takes some time to be one is told since it began', () => {
    const { disk, world, step } = setUp();
    step();
    world.sleds[0]!.answer = 'no';
    step();
    const [silent] = step().result.news;
    expect(silent?.incident).toMatchObject({ rule: 'sled_silent' });
    expect(silent!.incident.lastSeenAt - beganAt(silent!.incident)).toBe(5 * MINUTE);
    world.sleds[0]!.answer = 'yes';
    step();
    expect(told(step())).toEqual([expect.stringMatching(/^resolved sled silent; seen for 5m, from /)]);
    disk.states = ['live_repair', 'active', 'active'];
    step();
    const [stalled] = step().result.news;
    expect(stalled?.incident).toMatchObject({ rule: 'repair_stalled' });
    expect(stalled!.incident.lastSeenAt - beganAt(stalled!.incident)).toBe(5 * MINUTE);
  });

  it('that was repaired between two runs says so', () => {
    const { disk, step } = setUp();
    disk.states = ['active', 'offline', 'active'];
    step();
    Object.assign(disk, {
      states: ['active', 'active', 'active'],
      completed: [0, 1, 0],
      repaired: [0, 7, 0],
    });
    step();
    expect(told(step())[0]).toMatch(
      /; live repair of downstairs 1 completed between two runs, within 5m00s: 7 extents repaired and 0 confirmed$/,
    );
  });

  it('that is an abort says where the repair was, whatever the counter says of the other downstairs', () => {
    const { disk, step } = setUp();
    disk.states = ['active', 'live_repair', 'active'];
    step();
    disk.repaired = [0, 300, 0];
    step();
    Object.assign(disk, { states: ['active', 'faulted', 'active'], aborted: [1, 1, 1] });
    expect(told(step())).toEqual([
      'new degraded: downstairs 1 is faulted | repair aborted: ' +
        'downstairs 1, at extent 7 or later: 300 extents repaired and 0 confirmed in 5m00s ' +
        'since it was first seen (1.0 a second)',
    ]);
  });

  it('of another session does not end a repair that was under way', () => {
    const { disk, step } = setUp();
    disk.states = ['active', 'live_repair', 'active'];
    step();
    Object.assign(disk, {
      states: ['active', 'active', 'active'],
      sessionId: 'another',
      completed: [0, 1, 0],
    });
    const plan = step();
    expect(plan.state.incidents.map(({ outcome }) => outcome)).toEqual([]);
  });
});
