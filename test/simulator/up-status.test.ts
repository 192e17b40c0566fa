import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/simulator/clock.ts';
import { createCrucible } from '../../src/simulator/crucible.ts';
import type { Crucible } from '../../src/simulator/crucible.ts';
import type { CrucibleVersion, States } from '../../src/simulator/simulated-downstairs.ts';
import type { Firing } from '../../src/simulator/machine.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createDisk } from '../../src/simulator/upstairs-session.ts';

const ZONE = 'oxz_propolis-server_3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22';

function oneVm(disks = 2, version: CrucibleVersion = 'today', ioRate = 0) {
  const clock = manualClock();
  const random = createRandom(7);
  const crucible = createCrucible({ clock, random, cpus: 8, version, ioRate });
  crucible.bootZone(ZONE);
  const vm = crucible.startProcess({
    zone: ZONE,
    args: '/opt/oxide/propolis-server/bin/propolis-server run',
    command: 'propolis-server',
    crucible: 'upstairs',
    disks: Array.from({ length: disks }, () => createDisk(random)),
  });
  return { clock, crucible, vm };
}

function statuses(crucible: Crucible): Firing[] {
  const heard: Firing[] = [];
  crucible.machine.onFiring(
    (firing) => heard.push(firing),
    (site) => site.name === 'up-status',
  );
  return heard;
}

const json = (firing: Firing) => JSON.parse(String(firing.args[1])).ok;

describe('up-status', () => {
  it('fires about once a second for each upstairs of a process, each at its own moment', () => {
    const { clock, crucible, vm } = oneVm(3);
    const heard = statuses(crucible);
    clock.advance(10_000);
    for (const session of vm.sessions) {
      const times = heard.filter((f) => json(f).session_id === session.sessionId).map((f) => Number(f.at));
      expect(times.length).toBeGreaterThanOrEqual(9);
      expect(times.length).toBeLessThanOrEqual(10);
      const gaps = times.slice(1).map((time, index) => time - times[index]!);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1e9);
      expect(Math.max(...gaps)).toBeLessThan(1.01e9);
    }
    expect(new Set(heard.slice(0, 3).map((f) => f.at)).size).toBe(3);
  });

  it('comes in order of time, from the provider of its process, with the text "stats" first', () => {
    const { clock, crucible, vm } = oneVm(3);
    const heard = statuses(crucible);
    clock.advance(5000);
    const times = heard.map((f) => f.at);
    expect(times).toEqual(times.toSorted((a, b) => Number(a - b)));
    for (const firing of heard) {
      expect(firing.args[0]).toBe('stats');
      expect(firing.site.provider).toBe(`crucible_upstairs${vm.pid}`);
      expect(firing.process.zone).toBe(ZONE);
    }
  });

  it("has today's fields in Crucible's order", () => {
    const { clock, crucible } = oneVm(1);
    const heard = statuses(crucible);
    clock.advance(1500);
    const text = String(heard[0]!.args[1]);
    expect(text.startsWith('{"ok":{"upstairs_id":"')).toBe(true);
    expect(Object.keys(json(heard[0]!))).toEqual(
      (
        'upstairs_id session_id up_count up_counters next_job_id ds_count write_bytes_out ds_state ds_io_count ' +
        'ds_reconciled ds_reconcile_needed ds_reconcile_aborted ds_live_repair_completed ds_live_repair_aborted ' +
        'ds_connected ds_replaced ds_extents_repaired ds_extents_confirmed ds_extent_limit ds_delay_us ' +
        'ds_ro_lr_skipped'
      ).split(' '),
    );
    expect(Object.keys(json(heard[0]!).up_counters)).toEqual(
      (
        'apply action_downstairs action_guest action_deferred_block action_deferred_message ' +
        'action_flush_check action_stat_check action_control_check action_noop'
      ).split(' '),
    );
    expect(text.length).toBeGreaterThan(700);
    expect(text.length).toBeLessThan(1100);
  });

  it.each<[CrucibleVersion, unknown[]]>([
    ['today', ['LiveRepair', 'Faulted', 'WaitQuorum']],
    ['snake', ['live_repair', 'faulted', 'wait_quorum']],
    ['camel-2021', ['LiveRepair', 'Failed', 'WaitQuorum']],
    [
      'object-era',
      [
        { type: 'live_repair' },
        { type: 'connecting', value: { state: { type: 'wait_connect' }, mode: 'faulted' } },
        { type: 'connecting', value: { state: { type: 'wait_quorum' }, mode: 'new' } },
      ],
    ],
  ])('writes ds_state as the Crucible of %s did', (version, expected) => {
    const { clock, crucible, vm } = oneVm(1, version);
    crucible.setStates(vm.sessions[0]!, ['live_repair', 'faulted', 'wait_quorum']);
    const heard = statuses(crucible);
    clock.advance(1500);
    expect(json(heard[0]!).ds_state).toEqual(expected);
  });

  it('lacks in older Crucibles the ids that came later, and the truth says so', () => {
    const fields = (version: CrucibleVersion) => {
      const { clock, crucible, vm } = oneVm(1, version);
      const heard = statuses(crucible);
      clock.advance(1500);
      const truth = crucible.truth().sessions[0]!;
      expect(truth.upstairs_id).toBe(json(heard[0]!).upstairs_id ?? null);
      expect(truth.session_id).toBe(json(heard[0]!).session_id ?? null);
      expect(vm.sessions[0]!.upstairsId).toMatch(/^[0-9a-f-]{36}$/);
      return [truth.upstairs_id !== null, truth.session_id !== null];
    };
    expect(fields('today')).toEqual([true, true]);
    expect(fields('object-era')).toEqual([false, true]);
    expect(fields('snake')).toEqual([false, true]);
    expect(fields('camel-2021')).toEqual([false, false]);
  });

  it('advances the counters of a live repair, and ends it as completed', () => {
    const { clock, crucible, vm } = oneVm(1);
    const session = vm.sessions[0]!;
    crucible.setStates(session, ['active', 'live_repair', 'active']);
    const heard = statuses(crucible);
    clock.advance(4000);
    const repaired: number[] = heard.map((f) => json(f).ds_extents_repaired[1]);
    expect(repaired.at(-1)! - repaired[0]!).toBeGreaterThanOrEqual(5);
    expect(json(heard.at(-1)!).ds_extent_limit).toBeGreaterThan(json(heard[0]!).ds_extent_limit);
    expect(json(heard.at(-1)!).ds_extents_repaired[0]).toBe(0);
    clock.advance(3_600_000);
    const truth = crucible.truth().sessions[0]!;
    expect(truth.states).toEqual(['active', 'active', 'active']);
    expect(truth.live_repair_completed).toEqual([0, 1, 0]);
    expect(json(heard.at(-1)!).ds_extent_limit).toBe(0);
  });

  it('keeps a live repair in its state without any progress while it is stalled', () => {
    const { clock, crucible, vm } = oneVm(1);
    const session = vm.sessions[0]!;
    const progress = () => {
      const truth = crucible.truth().sessions[0]!;
      return [truth.extents_repaired[1], truth.extents_confirmed[1], truth.extent_under_repair];
    };
    crucible.setStates(session, ['active', 'live_repair', 'active']);
    clock.advance(10_000);
    crucible.setStalled(session, true);
    const before = progress();
    expect(before).toEqual([30, 20, 51]);
    const heard = statuses(crucible);
    clock.advance(3_600_000);
    expect(progress()).toEqual(before);
    expect(json(heard.at(-1)!)).toMatchObject({
      ds_state: ['Active', 'LiveRepair', 'Active'],
      ds_extents_repaired: [0, 30, 0],
      ds_extents_confirmed: [0, 20, 0],
      ds_extent_limit: 51,
    });
    crucible.setStalled(session, false);
    clock.advance(10_000);
    for (const [i, value] of progress().entries()) expect(value).toBeGreaterThan(before[i]! + 15);
  });

  it('has in the truth the counters that the record has', () => {
    const { clock, crucible, vm } = oneVm(1);
    const session = vm.sessions[0]!;
    session.connected[0] += 4;
    session.replaced[2] += 1;
    for (const states of [
      ['reconcile', 'reconcile', 'reconcile'],
      ['active', 'active', 'live_repair'],
    ] as const) {
      crucible.setStates(session, states);
      const heard = statuses(crucible);
      clock.advance(5000);
      crucible.setStalled(session, true);
      clock.advance(1500);
      const record = json(heard.at(-1)!);
      expect(crucible.truth().sessions[0]).toMatchObject({
        connected: record.ds_connected,
        replaced: record.ds_replaced,
        extents_repaired: record.ds_extents_repaired,
        extents_confirmed: record.ds_extents_confirmed,
        extent_under_repair: record.ds_extent_limit,
        reconciled: record.ds_reconciled,
        reconcile_needed: record.ds_reconcile_needed,
      });
      crucible.setStalled(session, false);
    }
    expect(crucible.truth().sessions[0]).toMatchObject({ connected: [5, 1, 1], replaced: [0, 0, 1] });
    expect(crucible.truth().sessions[0]!.extents_repaired[2]).toBeGreaterThan(10);
  });

  it('counts a live repair that was broken off as aborted, for all three downstairs at once', () => {
    const { crucible, vm } = oneVm(1);
    crucible.setStates(vm.sessions[0]!, ['live_repair', 'active', 'active']);
    crucible.setStates(vm.sessions[0]!, ['faulted', 'active', 'active']);
    expect(crucible.truth().sessions[0]!.live_repair_aborted).toEqual([1, 1, 1]);
    expect(crucible.truth().sessions[0]!.live_repair_completed).toEqual([0, 0, 0]);
  });

  it('can change state after a given report of a trace', () => {
    const { clock, crucible, vm } = oneVm(1);
    const session = vm.sessions[0]!;
    const bad: States = ['offline', 'active', 'active'];
    crucible.afterReports(session, 2, () => crucible.setStates(session, bad));
    const heard = statuses(crucible);
    clock.advance(4500);
    expect(heard.slice(0, 4).map((f) => json(f).ds_state[0])).toEqual([
      'Active',
      'Active',
      'Offline',
      'Offline',
    ]);
  });

  it('does not come from a silenced upstairs, whose process runs on', () => {
    const { clock, crucible, vm } = oneVm(2);
    const [quiet, loud] = vm.sessions;
    crucible.setReports(quiet!, false);
    const heard = statuses(crucible);
    clock.advance(3000);
    expect(new Set(heard.map((f) => json(f).session_id))).toEqual(new Set([loud!.sessionId]));
    expect(crucible.truth().sessions.map((s) => s.reports)).toEqual([false, true]);
    crucible.setReports(quiet!, true);
    clock.advance(1500);
    expect(heard.some((f) => json(f).session_id === quiet!.sessionId)).toBe(true);
  });

  it('comes from a process that starts while somebody listens, and stops with its process', () => {
    const { clock, crucible, vm } = oneVm(1);
    const heard = statuses(crucible);
    const exits: number[] = [];
    crucible.machine.onExit((pid) => exits.push(pid));
    clock.advance(1500);
    const later = crucible.startProcess({
      zone: ZONE,
      args: 'x',
      command: 'propolis-server',
      crucible: 'upstairs',
      disks: [createDisk(createRandom(9))],
    });
    crucible.stopProcess(vm.pid);
    heard.length = 0;
    clock.advance(2500);
    expect(exits).toEqual([vm.pid]);
    expect(new Set(heard.map((f) => f.process.pid))).toEqual(new Set([later.pid]));
    expect(crucible.machine.probes().every((site) => site.pid !== vm.pid)).toBe(true);
  });

  it('costs nothing while nobody listens', () => {
    const { clock, crucible } = oneVm(3, 'today', 100);
    let timers = 0;
    const after = clock.after.bind(clock);
    Object.assign(clock, {
      after: (ms: number, callback: () => void) => {
        timers++;
        return after(ms, callback);
      },
    });
    clock.advance(10_000);
    expect(timers).toBe(0);
    const stop = crucible.machine.onFiring(() => undefined);
    clock.advance(1000);
    expect(timers).toBeGreaterThan(10);
    stop();
    timers = 0;
    clock.advance(10_000);
    expect(timers).toBe(0);
  });
});
