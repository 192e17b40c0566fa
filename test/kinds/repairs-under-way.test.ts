import { describe, expect, it } from 'vitest';
import { repairsUnderWay } from '../../src/kinds/repairs-under-way.ts';
import type { Row } from '../../src/model/column.ts';

/** A report of one session, at a second. */
const at = (second: number, change: Row): Row => ({
  ds0: 'active',
  ds1: 'active',
  ds2: 'active',
  time_ns: String(BigInt(second) * 1_000_000_000n),
  extents_repaired_1: 9384,
  extents_confirmed_1: 11640,
  extent_under_repair: 0,
  reconciled: 0,
  reconcile_needed: 0,
  ...change,
});

const repairing = (second: number, repaired: number, confirmed: number, change: Row = {}): Row =>
  at(second, {
    ds1: 'live_repair',
    extents_repaired_1: repaired,
    extents_confirmed_1: confirmed,
    extent_under_repair: 17,
    ...change,
  });

describe('a live repair', () => {
  it('has the rate of what was repaired and confirmed between two reports, and no total', () => {
    const [repair, ...others] = repairsUnderWay([repairing(10, 100, 50), repairing(14, 106, 60)]);
    expect(others).toEqual([]);
    expect(repair).toEqual({
      kind: 'live_repair',
      downstairs: 1,
      extentsMoved: 16,
      stillSeconds: 0,
      seenFromNs: '10000000000',
      begunAfterNs: null,
      repairsBefore: null,
      extentsDone: 17,
      total: null,
      state: 'live_repair',
      extentsRepaired: 106,
      extentsConfirmed: 60,
      extent: 17,
      tasksDone: null,
      tasksLeft: null,
      seconds: 4,
      extentsPerSecond: 4,
      extentsLeft: null,
      unknown: 'the total is not reported',
    });
  });

  it('is timed from its own first report: what an earlier one did in the same session is not its', () => {
    const rows = [
      repairing(10, 100, 50),
      at(11, { ds1: 'faulted', extents_repaired_1: 180, extents_confirmed_1: 50 }),
      repairing(12, 180, 50),
      repairing(14, 184, 54),
    ];
    expect(repairsUnderWay(rows)).toMatchObject([{ seconds: 2, extentsPerSecond: 4, extentsRepaired: 184 }]);
  });

  it('is not told apart from none by extent 0', () => {
    expect(repairsUnderWay([repairing(1, 0, 0, { extent_under_repair: 0 })])).toMatchObject([
      { extent: null },
    ]);
  });

  it('has no rate of a single report, of a clock that was set, or of counters that are not there', () => {
    const none = { seconds: null, extentsPerSecond: null };
    expect(repairsUnderWay([repairing(10, 1, 1)])).toMatchObject([none]);
    expect(repairsUnderWay([repairing(10, 1, 1), repairing(4, 5, 5)])).toMatchObject([none]);
    const without = { extents_confirmed_1: null };
    expect(repairsUnderWay([repairing(1, 1, 1, without), repairing(2, 2, 2, without)])).toMatchObject([
      { seconds: 1, extentsPerSecond: null, extentsConfirmed: null },
    ]);
  });

  it('has the total of a downstairs of the session whose repairs are over, and by it what is left', () => {
    const other = {
      live_repair_completed_2: 2,
      live_repair_aborted_2: 0,
      extents_repaired_2: 90,
      extents_confirmed_2: 110,
    };
    const its = { live_repair_completed_1: 1, live_repair_aborted_1: 0 };
    expect(repairsUnderWay([repairing(1, 50, 60, { ...other, ...its })])).toMatchObject([
      { total: { extents: 100, from: 'repair of downstairs 2' }, extentsDone: 17, extentsLeft: 83 },
    ]);
    // Without the extent under repair the counters say it, less what the former repair counted.
    const first = { ...other, ...its, extent_under_repair: 0 };
    expect(repairsUnderWay([repairing(1, 50, 60, first)])).toMatchObject([
      { extentsDone: 10, extentsLeft: 90 },
    ]);
    for (const doubt of [
      { live_repair_aborted_2: 1 },
      { live_repair_completed_2: 3 },
      { ds2: 'live_repair' },
    ])
      expect(repairsUnderWay([repairing(1, 50, 60, { ...first, ...doubt })])[0]).toMatchObject({
        total: null,
        extentsLeft: null,
      });
    const aborted = { ...first, live_repair_aborted_1: 1 };
    expect(repairsUnderWay([repairing(1, 50, 60, aborted)])).toMatchObject([
      { extentsDone: null, extentsLeft: null, unknown: 'what this repair has done is not reported' },
    ]);
  });

  it('says since when it was seen, after what, and for how long it stands still', () => {
    const rows = [
      at(9, {}),
      repairing(10, 1, 1),
      repairing(12, 2, 1),
      repairing(13, 2, 1),
      repairing(20, 2, 1),
    ];
    expect(repairsUnderWay(rows)).toMatchObject([
      { seenFromNs: '10000000000', begunAfterNs: '9000000000', stillSeconds: 8, extentsMoved: 1 },
    ]);
  });

  it('that waits has no rate and no extent', () => {
    const waits = { ds1: 'live_repair_ready', extent_under_repair: 9 };
    expect(repairsUnderWay([at(1, waits), at(3, waits)])).toMatchObject([
      {
        kind: 'live_repair',
        state: 'live_repair_ready',
        extent: null,
        extentsPerSecond: null,
        unknown: 'not begun',
      },
    ]);
  });

  it('of each downstairs is a repair by itself', () => {
    expect(
      repairsUnderWay([repairing(1, 1, 1, { ds2: 'live_repair' })]).map(({ downstairs }) => downstairs),
    ).toEqual([1, 2]);
  });
});

describe('a reconciliation', () => {
  const states = { ds0: 'reconcile', ds1: 'reconcile', ds2: 'reconcile' };

  it('counts tasks, four for each extent, and is one repair of all three downstairs', () => {
    const rows = [
      at(1, { ...states, reconciled: 8, reconcile_needed: 46 }),
      at(3, { ...states, reconciled: 24, reconcile_needed: 30 }),
    ];
    expect(repairsUnderWay(rows)).toMatchObject([
      {
        kind: 'reconciliation',
        downstairs: null,
        tasksDone: 24,
        tasksLeft: 30,
        extentsLeft: 7.5,
        seconds: 2,
        extentsPerSecond: 2,
        unknown: null,
      },
    ]);
  });

  it('says why what is left is unknown', () => {
    expect(repairsUnderWay([at(1, { ...states, reconcile_needed: null })])).toMatchObject([
      { extentsLeft: null, tasksLeft: null, unknown: 'what is left is not reported' },
    ]);
  });
});

it('no repair runs where all downstairs are active, whatever the counters say', () => {
  expect(repairsUnderWay([at(1, { extent_under_repair: 7, reconcile_needed: 5 })])).toEqual([]);
  expect(repairsUnderWay([])).toEqual([]);
});
