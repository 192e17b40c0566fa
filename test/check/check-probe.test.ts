import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import { checkProbe } from '../../src/check/check-probe.ts';
import { NO_PROBES } from '../../src/model/no-probes.ts';
import { dsState } from '../../src/probes/ds-state.ts';
import { PROBES } from '../../src/probes/index.ts';
import { fixture, fixturesIn } from '../parse/fixtures.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

const WHO =
  'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50 28022 3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22 c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1';
const STATES = 'active live_repair active';
/** A different value for each counter, in the script's order. */
const REPAIRS = [10, 11, 12, 20, 21, 22];
const OTHERS = [30, 31, 32, 50, 51, 52, 9384, 71, 72, 11640, 81, 82, 90, 60, 61];
const three = (name: string) => [0, 1, 2].map((n) => `${name}_${n}`);
/** Their columns. Further rules may read others behind them. */
const NAMES = [
  ...['live_repair_completed', 'live_repair_aborted', 'connected', 'replaced'].flatMap(three),
  ...['extents_repaired', 'extents_confirmed'].flatMap(three),
  'extent_under_repair',
  'reconciled',
  'reconcile_needed',
];
const COUNTERS = checkProbe.columns.filter((column) => NAMES.includes(column.name));

/** What the script gave on a simulated sled of that Crucible. */
function read(text: string) {
  const reading = checkProbe.read(result(text), SETTINGS);
  if (reading.status !== 'answer') throw new Error(`no answer: ${reading.error.message}`);
  return reading;
}

const line = (repairs: readonly unknown[] = REPAIRS, others: readonly unknown[] = OTHERS, note = '') =>
  [WHO, ...repairs, STATES, ...others, note].join(' ');

const countersOf = (row: Row | undefined) => COUNTERS.map((column) => row?.[column.name]);

describe('the probe of the check', () => {
  it('runs one script once, which prints all that the rules compare', () => {
    expect(checkProbe.arguments({ ...SETTINGS, seconds: 5 })).toEqual(['-f', '-a', '-w', '5']);
    expect(checkProbe.script).toBe('get-lr-state.sh');
    expect(checkProbe.needs).toEqual(dsState.needs);
    expect(checkProbe.key).toEqual(dsState.key);
  });

  it('has the columns of ds-state, which a narrow table shows, and the counters, which it does not', () => {
    expect(checkProbe.columns.filter((column) => column.narrow)).toEqual(dsState.columns);
    expect(COUNTERS.map((column) => column.name)).toEqual(NAMES);
    for (const column of checkProbe.columns.filter((each) => !each.narrow))
      expect(column.help, column.name).not.toBe(column.name.replaceAll('_', ' '));
  });

  it('is not a probe of run', () => {
    expect(PROBES.map((probe) => probe.name)).not.toContain(checkProbe.name);
  });

  it('puts each value where it belongs, with a cell for each column', () => {
    const { rows, issues } = read(`${line()}\n`);
    expect(issues).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(Object.keys(rows[0]!)).toEqual(checkProbe.columns.map((column) => column.name));
    expect(countersOf(rows[0])).toEqual([...REPAIRS, ...OTHERS]);
    expect(rows[0]).toMatchObject({
      pid: 28022,
      ds0: 'active',
      ds1: 'live_repair',
      ds2: 'active',
      health: 'repairing',
      live_repair_completed_1: 11,
      live_repair_aborted_2: 22,
      connected_0: 30,
      replaced_2: 52,
      extents_repaired_0: 9384,
      extents_confirmed_0: 11640,
      extent_under_repair: 90,
      reconciled: 60,
      reconcile_needed: 61,
      note: null,
    });
  });

  it('takes a counter that the report does not carry for not known, and the answer for whole', () => {
    const { rows, issues } = read(
      `${line(
        REPAIRS.map(() => '-'),
        OTHERS.map(() => '-'),
      )}\n`,
    );
    expect(issues).toEqual([]);
    expect(countersOf(rows[0])).toEqual(COUNTERS.map(() => null));
    expect(rows[0]).toMatchObject({ ds1: 'live_repair', health: 'repairing' });
  });

  it('takes a state that the report does not carry for an issue', () => {
    const { rows, issues } = read(`${line().replace('live_repair', 'unknown')}\n`);
    expect(rows[0]).toMatchObject({ ds1: 'unknown', health: 'degraded' });
    expect(issues.map((issue) => issue.code)).toEqual(['unknown_state']);
  });

  it('gives each counter exactly, or null: with an issue unless it is lacking', () => {
    const texts = fc.oneof(
      fc.nat().map(String),
      fc.constantFrom(
        '-',
        '9007199254740991',
        '9007199254740993',
        '1e3',
        '-1',
        '0x10',
        '1.5',
        'x',
        '{}',
        'null',
      ),
    );
    fc.assert(
      fc.property(fc.array(texts, { minLength: 21, maxLength: 21 }), (values) => {
        const { rows, issues } = read(`${line(values.slice(0, 6), values.slice(6))}\n`);
        const exact = (text: string) => /^\d+$/.test(text) && String(Number(text)) === text;
        expect(countersOf(rows[0])).toEqual(values.map((text) => (exact(text) ? Number(text) : null)));
        const wrong = COUNTERS.filter((_, i) => values[i] !== '-' && !exact(values[i]!));
        expect(issues.map((issue) => [issue.code, issue.message.split(' ')[0]])).toEqual(
          wrong.map((column) => ['unparsed_line', column.name]),
        );
      }),
    );
  });

  it('takes a row with a value too few or too many for none, and says so', () => {
    for (const text of [
      line().trim().replace(/ \S+$/, ''),
      `${line().trim()} 7`,
      `${line().trim()} 7 exited`,
    ]) {
      const { rows, issues } = read(`${text}\n`);
      expect(rows).toEqual([]);
      expect(issues.map((issue) => issue.code)).toEqual(['unparsed_line']);
    }
  });

  it('finds what ds-state finds, and aborted repairs', () => {
    const note = 'was=active/faulted/active,exited';
    const [row] = read(`${line([0, 0, 0, 2, 2, 2], OTHERS, note)}\n`).rows;
    expect(row).toMatchObject({ note: 'was active/faulted/active; process exited' });
    expect(checkProbe.check(row!)).toEqual([
      ...dsState.check(row!),
      { rule: 'live_repair_aborted', severity: 'warning', message: '2 live repairs aborted' },
    ]);
    expect(dsState.check(row!).map((finding) => finding.rule)).toEqual(['repairing', 'transition']);
  });

  it('fails where dtrace does', () => {
    const stderr = 'dtrace: failed to initialize dtrace: DTrace requires additional privileges\n';
    const reading = checkProbe.read(result('', 1, stderr), SETTINGS);
    expect(reading.status === 'failure' && reading.error.code).toBe('dtrace_privileges');
  });

  it('is not whole after drops or a fault of the D program', () => {
    const stderr =
      'dtrace: 17 drops on CPU 3\ndtrace: error on enabled probe ID 4 (ID 84104: crucible_upstairs7:propolis-server:x:up-status): out of scratch space in action #5 at DIF offset 24\n';
    const reading = checkProbe.read(result(`${line()}\n`, 0, stderr), SETTINGS);
    expect(reading).toMatchObject({ status: 'answer', rows: [{ pid: 28022 }] });
    expect(reading.status === 'answer' && reading.issues.length).toBe(2);
  });
});

describe('what the script printed on simulated sleds', () => {
  const lacks = (row: Row) => COUNTERS.filter((column) => row[column.name] === null).length;

  it('is there for each Crucible', () => {
    expect(fixturesIn('check')).toEqual(['camel-2021', 'object-era', 'snake', 'today']);
  });

  it.each(['object-era', 'snake'])('is read whole, with every counter: %s', (name) => {
    const { rows, issues } = read(fixture(`check/${name}.txt`));
    expect(issues).toEqual([]);
    expect(rows).toHaveLength(fixture(`check/${name}.txt`).trim().split('\n').length);
    for (const row of rows) {
      expect(lacks(row)).toBe(0);
      expect([row['upstairs_id'], typeof row['session_id']]).toEqual([null, 'string']);
    }
  });

  it('has of the oldest only states and reconciliation, and disks that cannot be told apart', () => {
    const { rows, issues } = read(fixture('check/camel-2021.txt'));
    expect(rows).toHaveLength(5);
    for (const row of rows) {
      expect(lacks(row)).toBe(COUNTERS.length - 2);
      expect([row['reconciled'], row['reconcile_needed']]).toEqual([0, 0]);
      expect([row['upstairs_id'], row['session_id']]).toEqual([null, null]);
    }
    expect(issues.map((issue) => issue.code)).toEqual(Array(3).fill('contradiction'));
  });

  it('says once a sled, and of no process, that the login sees no probes: nothing pages for each of them', () => {
    const silent = [1, 2, 3].map(
      (pid) => `zone=oxz_propolis-server_${pid} pid=${pid} no_report=yes probes=none login=7`,
    );
    const { rows, issues } = read(`began_ns=1 ended_ns=9\n${silent.join('\n')}\n`);
    expect(issues).toEqual([
      { code: 'no_probes', message: `${NO_PROBES}; nothing is known of 3 processes that run` },
    ]);
    expect(rows.map(({ health, note }) => [health, note])).toEqual(
      Array.from({ length: 3 }, () => [null, NO_PROBES]),
    );
    expect(rows.flatMap((row) => checkProbe.check(row))).toEqual([]);
  });

  it("has of today's a session that changed, and a process that says nothing", () => {
    const { rows, issues } = read(fixture('check/today.txt'));
    expect(issues).toEqual([]);
    expect(rows.map((row) => [row['health'], row['note'], lacks(row)])).toEqual([
      ['repairing', 'was active/faulted/active', 0],
      ['no_report', null, COUNTERS.length],
    ]);
    expect(rows.flatMap((row) => checkProbe.check(row)).map((finding) => finding.rule)).toEqual([
      'repairing',
      'transition',
      'live_repair_aborted',
      'no_report',
    ]);
  });
});
