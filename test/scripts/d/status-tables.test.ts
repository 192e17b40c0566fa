import { describe, expect, test } from 'vitest';
import {
  report,
  rowsOf,
  runScript,
  SESSION,
  SESSION_2,
  tablesOf,
  UPSTAIRS,
  ZONE_A,
  ZONE_B,
} from './run-script.ts';

const IDS = 'ZONE PID UPSTAIRS SESSION';
const INFO =
  'DS0 DS1 DS2 UPW DSW NEXT_JOB DELTA WRITE_BO IP0 IP1 IP2 D0 D1 D2 S0 S1 S2 E0 E1 E2 ER0 ER1 ER2 EC0 EC1 EC2';
const INFO_VALUES =
  'LiveRepair Active Faulted 35 4350 570215 - 226492416 40 241 242 24 194 195 371 1 2 3 4 5 9384 71 72 11640 81 82';

/** Script, its own columns, and their values in `report()`. */
const TABLES: readonly (readonly [string, string, string])[] = [
  ['upstairs_info.d', INFO, INFO_VALUES],
  ['sled_upstairs_info.d', INFO, INFO_VALUES],
  ['single_up_info.d', INFO, INFO_VALUES],
  [
    'upstairs_count.d',
    'DS0 DS1 DS2 CON0 CON1 CON2 LRC0 LRC1 LRC2 LRA0 LRA1 LRA2 REP0 REP1 REP2',
    'LiveRepair Active Faulted 30 31 32 10 11 12 20 21 22 50 51 52',
  ],
  [
    'upstairs_action.d',
    'APPLY DOWN_S GUEST DFR_BLK DFR_MSG FLUSH_CHK STAT_CHK CTRL_CHK NOOP',
    '195661 88512 29496 13719 38399 19 10 6 25490',
  ],
  [
    'upstairs_repair.d',
    'DS0 DS1 DS2 LRC0 LRC1 LRC2 LRA0 LRA1 LRA2 CON0 CON1 CON2 REP0 REP1 REP2 ER0 ER1 ER2 EC0 EC1 EC2',
    'LiveRepair Active Faulted 10 11 12 20 21 22 30 31 32 50 51 52 9384 71 72 11640 81 82',
  ],
  [
    'up_state.d',
    'DS0 DS1 DS2 LRC0 LRC1 LRC2 LRA0 LRA1 LRA2 ER0 ER1 ER2 EC0 EC1 EC2 EXTENT RECONCILED NEEDED ABORTED',
    'LiveRepair Active Faulted 10 11 12 20 21 22 9384 71 72 11640 81 82 90 60 61 62',
  ],
];

/** The arguments for process 101. */
const of = (name: string, ...rest: readonly number[]): readonly number[] =>
  name === 'single_up_info.d' ? [101, ...rest] : rest;

describe.each(TABLES)('%s', (name, columns, values) => {
  test('prints its headings, and each value of a report under its own', () => {
    const run = runScript(name, of(name));
    run.report(101, report());
    run.seconds(1);
    expect(run.stderr).toBe('');
    expect(run.lines.map((line) => line.split(/ +/).join(' '))).toEqual([
      `${IDS} ${columns}`,
      `${ZONE_A} 101 ${UPSTAIRS} ${SESSION} ${values}`,
    ]);
  });

  test('keeps the row of a report that lacks every field, with a dash for each', () => {
    const run = runScript(name, of(name));
    run.report(101, '{"ok":{}}');
    run.report(101, '{"err":"it would not serialize"}');
    run.seconds(1);
    const dashes = columns.split(' ').map(() => '-');
    const row = [ZONE_A, '101', '-', '-', ...dashes].join(' ');
    expect(run.stderr).toBe('');
    expect(run.lines.slice(1).map((line) => line.split(/ +/).join(' '))).toEqual([row, row]);
  });

  test('repeats its headings after 21 rows', () => {
    const run = runScript(name, of(name, 60));
    for (let i = 0; i < 43; i++) {
      run.report(101, report());
      run.seconds(1);
    }
    expect(tablesOf(run.lines).map((table) => table.rows.length)).toEqual([21, 21, 1]);
  });

  test('ends by itself after its seconds, and after 30 when none are given', async () => {
    const short = runScript(name, of(name, 5));
    short.seconds(4.8);
    expect(await short.status()).toBeNull();
    short.seconds(0.5);
    expect(await short.status()).toBe(0);
    const long = runScript(name, of(name));
    long.seconds(29.8);
    expect(await long.status()).toBeNull();
    long.seconds(0.5);
    expect(await long.status()).toBe(0);
  });

  test('shows one row a session in each INTERVAL', () => {
    const run = runScript(name, of(name, 30, 4));
    run.seconds(0.5);
    for (let i = 0; i < 9; i++) {
      run.report(101, report());
      run.report(101, report({ session_id: SESSION_2 }));
      run.seconds(1);
    }
    const sessions = rowsOf(run.lines).map((row) => row['SESSION']);
    // at 0.5, 4.5 and 8.5 s
    expect(sessions).toEqual([SESSION, SESSION_2, SESSION, SESSION_2, SESSION, SESSION_2]);
  });

  test('shows each report of a session that has no id, whatever the INTERVAL', () => {
    const run = runScript(name, of(name, 30, 4));
    for (let i = 0; i < 3; i++) {
      run.report(101, report({ session_id: undefined }));
      run.seconds(1);
    }
    expect(rowsOf(run.lines)).toHaveLength(3);
  });

  test('is limited to a PID', () => {
    const run = runScript(name, name === 'single_up_info.d' ? [102] : [30, 1, 102], {
      101: ZONE_A,
      102: ZONE_B,
    });
    run.report(101, report());
    run.report(102, report());
    run.seconds(1);
    expect(rowsOf(run.lines).map((row) => [row['ZONE'], row['PID']])).toEqual([[ZONE_B, '102']]);
  });
});

describe('the states', () => {
  test('are printed as the sled spells them, objects included', () => {
    const connecting = { type: 'connecting', value: { state: { type: 'wait_quorum' }, mode: 'new' } };
    const run = runScript('upstairs_info.d');
    run.report(101, report({ ds_state: [{ type: 'active' }, connecting, 'live_repair'] }));
    run.seconds(1);
    const [row] = rowsOf(run.lines);
    expect([row?.['DS0'], row?.['DS1'], row?.['DS2']]).toEqual([
      '{"type":"active"}',
      '{"type":"connecting","value":{"state":{"type":"wait_quorum"},"mode":"new"}}',
      'live_repair',
    ]);
  });
});

describe('upstairs_raw.d', () => {
  test('prints each report as one line of JSON, with where and when it was made', () => {
    const run = runScript('upstairs_raw.d', [], { 101: ZONE_A, 102: ZONE_B });
    run.seconds(0.5);
    run.report(101, report());
    run.report(102, report({ session_id: SESSION_2 }));
    run.seconds(1);
    const lines = run.lines.map((line): unknown => JSON.parse(line));
    const wallNs = 1_785_845_374_500_000_000;
    expect(lines).toEqual([
      { zone: ZONE_A, pid: 101, time_ns: wallNs, ...JSON.parse(report().replace('"ok"', '"status"')) },
      {
        zone: ZONE_B,
        pid: 102,
        time_ns: wallNs,
        ...JSON.parse(report({ session_id: SESSION_2 }).replace('"ok"', '"status"')),
      },
    ]);
    // Exact beyond 2^53, which JSON.parse rounds.
    expect(run.lines[0]).toContain('"time_ns":1785845374500000000,');
  });

  test('says what it could not read, in a line that is whole', () => {
    const run = runScript('upstairs_raw.d');
    run.report(101, '{"err":"a \\"quoted\\" text\\n"}');
    run.report(101, report({ ds_state: ['x'.repeat(5000), 'Active', 'Active'] }));
    run.report(101, 'no JSON');
    run.seconds(1);
    expect(run.stderr).toBe('');
    const lines = run.lines.map((line) => JSON.parse(line) as { readonly error?: string; status?: unknown });
    expect(lines.map((line) => line.error)).toEqual([
      'a "quoted" text\n',
      'the report is cut or is no JSON',
      'the report is cut or is no JSON',
    ]);
    expect(lines.map((line) => line.status)).toEqual([undefined, undefined, undefined]);
  });

  test('is limited to a PID, thinned to an INTERVAL, and ends by itself', async () => {
    const run = runScript('upstairs_raw.d', [6, 4, 102], { 101: ZONE_A, 102: ZONE_B });
    run.seconds(0.5);
    for (let i = 0; i < 6; i++) {
      run.report(101, report());
      run.report(102, report());
      run.seconds(1);
    }
    expect(run.lines.map((line) => (JSON.parse(line) as { pid: number }).pid)).toEqual([102, 102]);
    expect(await run.status()).toBe(0);
  });
});

describe('a script that needs a PID', () => {
  test.each(['single_up_info.d', 'downstairs_count.d'])('says so, and exits with 2: %s', async (name) => {
    for (const args of [[], [0], [0, 5]]) {
      const run = runScript(name, args);
      run.report(101, report());
      run.downstairs(101, 'submit-read-start', [1000]);
      run.seconds(1);
      expect(run.lines).toEqual([`usage: dtrace -Z -s ${name} PID [SECONDS [INTERVAL]]`]);
      expect(await run.status()).toBe(2);
    }
  });
});
