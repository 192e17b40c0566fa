import { describe, expect, it } from 'vitest';
import { readCondition } from '../../src/wait/conditions/index.ts';
import { judge, type Wanted } from '../../src/wait/judge.ts';
import { answered, failed, stateRow } from '../support/reports.ts';

const wanted = (texts: readonly string[], change: Partial<Wanted> = {}): Wanted => ({
  conditions: texts.map(readCondition),
  looks: 2,
  keeps: () => true,
  ...change,
});

const ok = stateRow(1, ['active', 'active', 'active'], 'ok');
const degraded = stateRow(2, ['active', 'faulted', 'active'], 'degraded');
const repairing = stateRow(3, ['active', 'active', 'live_repair_ready'], 'repairing');
const inactive = stateRow(4, ['new', 'new', 'new'], 'inactive');

describe('a look', () => {
  it('is met only with the last of so many in a row', () => {
    const first = judge(0, [answered(1, [ok])], wanted(['healthy']));
    expect(first).toMatchObject({ isMet: false, inARow: 1, missing: [], isWhole: true });
    expect(judge(1, [answered(1, [ok])], wanted(['healthy']))).toMatchObject({ isMet: true, inARow: 2 });
    expect(judge(1, [answered(1, [degraded])], wanted(['healthy'])).inARow).toBe(0);
  });

  it('is not good while a sled is silent or gives a part, whatever the others say', () => {
    for (const condition of ['healthy', 'no-repairs', 'quorum=1', 'upstairs=3f2b0001:ok']) {
      const silent = judge(5, [answered(1, [ok]), failed(2)], wanted([condition]));
      expect(silent).toMatchObject({ isMet: false, inARow: 0, isWhole: false });
      expect(silent.missing).toEqual([expect.stringMatching(/did not answer: no answer within/)]);
      const cut = { issues: [{ code: 'cut', message: 'cut: 3 of 5 rows arrived' }] };
      expect(judge(5, [answered(1, [ok], cut)], wanted([condition]))).toMatchObject({ isWhole: false });
    }
  });

  it('misses the same in the same order, however its rows came', () => {
    const rows = [degraded, repairing];
    const missing = (...of: Parameters<typeof answered>[1][]) =>
      judge(
        0,
        of.map((each, cubby) => answered(cubby, each)),
        wanted(['healthy']),
      ).missing;
    expect(missing(rows)).toEqual(missing(rows.toReversed()));
    expect(missing(rows)).toHaveLength(2);
  });

  it('in which nothing was seen is not health, and no repair', () => {
    expect(judge(0, [answered(1, [])], wanted(['healthy', 'quorum=2'])).missing).toEqual([
      'no upstairs was seen',
    ]);
    expect(judge(0, [answered(1, [])], wanted(['no-repairs'])).missing).toEqual([]);
  });
});

describe('conditions', () => {
  const missing = (condition: string, ...rows: Parameters<typeof answered>[1][number][]) =>
    judge(0, [answered(1, rows)], wanted([condition])).missing.length;

  it('healthy: ok or inactive', () => {
    expect(missing('healthy', ok, inactive)).toBe(0);
    expect(missing('healthy', ok, degraded, repairing)).toBe(2);
  });

  it('no-repairs: a downstairs that waits for one counts, one that is lost does not', () => {
    expect(missing('no-repairs', ok, degraded)).toBe(0);
    expect(missing('no-repairs', ok, repairing)).toBe(1);
  });

  it('quorum: active downstairs of what is in use', () => {
    expect(missing('quorum=2', ok, degraded, repairing, inactive)).toBe(0);
    expect(missing('quorum=3', ok, degraded, repairing, inactive)).toBe(2);
  });

  it.each(['healthy', 'no-repairs', 'quorum=1', 'upstairs=3f2b0001:ok'])(
    '%s is not so of a row that does not say how it is now',
    (condition) => {
      for (const note of [
        'its last report came 4.0 s before the end: it may be gone, or hang',
        'unreadable: cut',
      ])
        expect(missing(condition, { ...ok, note })).toBe(1);
      const unknown = { ...ok, ds0: null, ds1: null, ds2: null, health: 'no_report', note: null };
      expect(missing(condition, unknown)).toBe(1);
    },
  );

  it('is not about a process that ended, nor about rows that are not chosen', () => {
    expect(missing('no-repairs', ok, { ...repairing, note: 'process exited' })).toBe(0);
    const chosen = wanted(['healthy'], { keeps: (row) => row['pid'] === ok['pid'] });
    expect(judge(0, [answered(1, [ok, degraded])], chosen)).toMatchObject({ missing: [], upstairs: 1 });
  });
});
