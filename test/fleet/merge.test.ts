import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortRows } from '../../src/fleet/sort-rows.ts';
import { coverageOf, isComplete } from '../../src/model/report.ts';
import { answered, failed, mixedReport, report, stateRow } from '../support/reports.ts';

const OK: [string, string, string] = ['active', 'active', 'active'];

describe('mergeReport', () => {
  it('has every selected sled exactly once, and each row with its sled', () => {
    const merged = mixedReport();
    expect(merged.outcomes.map((outcome) => outcome.sled.cubby)).toEqual([14, 15, 17]);
    expect(coverageOf(merged)).toEqual({ selected: 3, answered: 2, failed: 1, withIssues: 0 });
    expect(merged.rows.map((row) => row['sled'])).toEqual(['3/BRM42220014', '3/BRM42220014']);
    expect(merged.rows[0]).toMatchObject({ rack: '3', serial: 'BRM42220014', cubby: 14, health: 'degraded' });
  });

  it('counts healths before the filter, and says what the filter was', () => {
    const merged = mixedReport({
      filter: { text: 'degraded', keeps: (row) => row['health'] === 'degraded' },
    });
    expect(merged.rows).toHaveLength(1);
    expect(merged.rowsBeforeFilter).toBe(2);
    expect(merged.healthCounts).toEqual({ degraded: 1, ok: 1 });
    expect(merged.filter).toBe('degraded');
  });

  it('is complete only if every sled answered in full', () => {
    const whole = report([answered(1, [])]);
    expect(isComplete(whole)).toBe(true);
    expect(isComplete(mixedReport())).toBe(false);
    expect(isComplete(report([answered(1, [], { issues: [{ code: 'drops', message: 'x' }] })]))).toBe(false);
    expect(isComplete({ ...whole, interrupted: true })).toBe(false);
  });

  it('finds an upstairs that is active on two sleds, which no sled can see alone', () => {
    const merged = report([
      answered(1, [stateRow(1, OK, 'ok')]),
      answered(2, [stateRow(1, OK, 'ok', { pid: 77 })]),
    ]);
    expect(merged.findings.map((finding) => [finding.rule, finding.severity])).toEqual([
      ['active_twice', 'critical'],
    ]);
    expect(merged.findings[0]?.message).toContain(
      'is active on 2 sleds: 3/BRM42220001 PID 20001 and 3/BRM42220002 PID 77',
    );
  });

  it('finds no upstairs active twice where its process left one of the sleds, or started again on one', () => {
    const gone = stateRow(1, OK, 'ok', { note: 'process exited' });
    const again = stateRow(1, OK, 'ok', { session_id: 'a666a8bd-8a3e-4b10-b9b4-55f4f2a3d7e1' });
    expect(report([answered(1, [gone]), answered(2, [stateRow(1, OK, 'ok')])]).findings).toEqual([]);
    expect(report([answered(1, [stateRow(1, OK, 'ok'), again])]).findings).toEqual([]);
  });

  it('finds an upstairs active twice though the filter leaves one of its rows out', () => {
    const merged = report([answered(1, [stateRow(1, OK, 'ok')]), answered(2, [stateRow(1, OK, 'ok')])], {
      filter: { text: 'sled 1', keeps: (row) => row['cubby'] === 1 },
    });
    expect(merged.rows).toHaveLength(1);
    expect(merged.findings.map((finding) => finding.rule)).toEqual(['active_twice']);
  });

  it('gives a finding where it stands', () => {
    const [finding] = mixedReport().findings;
    expect(finding).toMatchObject({ rule: 'degraded', rack: '3', sled: '3/BRM42220014', pid: 20_002 });
  });
});

describe('the order of rows', () => {
  it('is worst first, then zone and PID', () => {
    const rows = [
      stateRow(3, OK, 'ok'),
      stateRow(1, OK, 'ok'),
      stateRow(2, ['new', 'new', 'new'], 'inactive'),
      stateRow(9, ['faulted', 'faulted', 'faulted'], 'down'),
      stateRow(4, OK, 'no_report', { ds0: null, ds1: null, ds2: null }),
    ];
    expect(report([answered(1, rows)]).rows.map((row) => row['pid'])).toEqual([
      20_009, 20_004, 20_002, 20_001, 20_003,
    ]);
  });

  it('never depends on which sled came first', () => {
    const rows = [1, 2, 3, 4, 5].map((n) => ({
      ...stateRow(n % 3, OK, n % 2 === 0 ? 'ok' : 'down'),
      session_id: `s${n}`,
    }));
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: 5 }), (shuffled) => {
        expect(sortRows(shuffled, [])).toEqual(sortRows(rows, []));
      }),
    );
  });

  it('follows --sort-by, numbers by value, descending with a minus', () => {
    const rows = [
      { cubby: 9, rack: '10' },
      { cubby: 14, rack: '9' },
      { cubby: null, rack: '9' },
    ];
    expect(sortRows(rows, ['rack']).map((row) => row['rack'])).toEqual(['9', '9', '10']);
    expect(sortRows(rows, ['cubby']).map((row) => row['cubby'])).toEqual([9, 14, null]);
    expect(sortRows(rows, ['-cubby']).map((row) => row['cubby'])).toEqual([14, 9, null]);
  });

  it('keeps failed sleds out of the rows and in the outcomes', () => {
    const merged = report([failed(1), failed(2, 'refused')]);
    expect(merged.rows).toEqual([]);
    expect(merged.outcomes).toHaveLength(2);
  });
});
