import { describe, expect, it } from 'vitest';
import { dsState } from '../../src/probes/ds-state.ts';
import { lrState } from '../../src/probes/lr-state.ts';
import { STATE_PROBES as PROBES } from '../../src/probes/index.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

const ZONE = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';
const WHO = `${ZONE}  28022 3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22 c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1`;

function answer(reading: ReturnType<typeof dsState.read>) {
  if (reading.status !== 'answer') throw new Error(`no answer: ${reading.error.message}`);
  return reading;
}

describe('ds-state', () => {
  it('reads states in every spelling and judges them', () => {
    const { rows, issues } = answer(dsState.read(result(`${WHO} Active LiveRepair ACT\n`), SETTINGS));
    expect(issues).toEqual([]);
    expect(rows).toEqual([
      {
        zone: ZONE,
        pid: 28022,
        upstairs_id: '3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22',
        session_id: 'c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1',
        ds0: 'active',
        ds1: 'live_repair',
        ds2: 'active',
        health: 'repairing',
        note: null,
      },
    ]);
  });

  it('notes what a session came from', () => {
    const { rows } = answer(
      dsState.read(result(`${WHO} active active active was=faulted/active/active\n`), SETTINGS),
    );
    expect(rows[0]).toMatchObject({ health: 'ok', note: 'was faulted/active/active' });
    expect(dsState.check(rows[0]!).map((finding) => finding.rule)).toEqual(['transition']);
  });

  it('shows a process that did not report, without any state', () => {
    const { rows } = answer(dsState.read(result(`${ZONE} 7 - - - - - no_report\n`), SETTINGS));
    expect(rows[0]).toMatchObject({ pid: 7, ds0: null, ds1: null, ds2: null, health: 'no_report' });
    expect(dsState.check(rows[0]!).map((finding) => finding.rule)).toEqual(['no_report']);
  });

  it('shows a state that no version of Crucible had, and counts it as an issue', () => {
    const { rows, issues } = answer(dsState.read(result(`${WHO} Active Active HalfAwake\n`), SETTINGS));
    expect(rows[0]).toMatchObject({ ds2: 'half_awake', health: 'degraded' });
    expect(issues.map((issue) => issue.code)).toEqual(['unknown_state']);
  });

  it('takes silence of a sled without upstairs for no rows, and a failing dtrace for a failure', () => {
    expect(answer(dsState.read(result('\n'), SETTINGS))).toMatchObject({ rows: [], issues: [] });
    const failed = dsState.read(
      result('', 1, 'dtrace: failed to initialize dtrace: DTrace requires additional privileges\n'),
      SETTINGS,
    );
    expect(failed.status === 'failure' && failed.error.code).toBe('dtrace_privileges');
  });

  it.each([
    ['faulted active active', 'degraded', 'warning', 'downstairs 0 is faulted'],
    ['faulted offline active', 'critical', 'critical', 'downstairs 0 is faulted, downstairs 1 is offline'],
    [
      'faulted faulted faulted',
      'down',
      'critical',
      'downstairs 0 is faulted, downstairs 1 is faulted, downstairs 2 is faulted',
    ],
  ])('finds for %s the rule %s', (states, rule, severity, message) => {
    const [row] = answer(dsState.read(result(`${WHO} ${states}\n`), SETTINGS)).rows;
    expect(dsState.check(row!)).toEqual([{ rule, severity, message }]);
  });
});

describe('lr-state', () => {
  it('reads the counters, and the states behind them', () => {
    const { rows } = answer(
      lrState.read(result(`${WHO}    1    0    0    2    0    0 live_repair active active\n`), SETTINGS),
    );
    expect(rows[0]).toMatchObject({
      live_repair_completed_0: 1,
      live_repair_aborted_0: 2,
      live_repair_aborted_2: 0,
      ds0: 'live_repair',
      health: 'repairing',
    });
    expect(lrState.check(rows[0]!).map((finding) => finding.rule)).toEqual([
      'repairing',
      'live_repair_aborted',
    ]);
  });

  it.each(['-', '9007199254740993', 'x'])('never makes a number of the counter %s', (text) => {
    const { rows, issues } = answer(
      lrState.read(result(`${WHO} ${text} 0 0 0 0 0 active active active\n`), SETTINGS),
    );
    expect(rows[0]?.['live_repair_completed_0']).toBeNull();
    expect(issues).toHaveLength(1);
  });
});

describe('every probe', () => {
  it('has a cell for each of its columns, and no other', () => {
    const lines = {
      'ds-state': `${WHO} active active active`,
      'lr-state': `${WHO} 0 0 0 0 0 0 active active active`,
    };
    for (const probe of PROBES) {
      const { rows } = answer(probe.read(result(lines[probe.name as keyof typeof lines]), SETTINGS));
      expect(Object.keys(rows[0]!)).toEqual(probe.columns.map((column) => column.name));
    }
  });
});
