import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import { plainText } from '../../src/pasted/plain-text.ts';
import { readPasted } from '../../src/pasted/read-pasted.ts';
import { PROBES } from '../../src/probes/index.ts';
import { fixture } from '../parse/fixtures.ts';

/** ds-state and lr-state of what other scripts and tools print, since it holds the states. */
function read(name: string, text: string) {
  const probe = PROBES.find((each) => each.name === name)!;
  return readPasted(probe, plainText(text), { totals: false, older: false });
}

function only(rows: readonly Row[], names: readonly string[]): readonly unknown[] {
  return rows.map((row) => names.map((name) => row[name] ?? null));
}

const WHO = ['zone', 'pid', 'upstairs_id', 'session_id', 'ds0', 'ds2', 'health', 'note'];

const RECORD = {
  upstairs_id: '3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22',
  session_id: 'c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1',
  ds_state: ['Active', 'LiveRepair', 'Faulted'],
  up_count: 3,
  ds_live_repair_completed: [0, 1, 2],
  ds_live_repair_aborted: [3, 4, 5],
};
const OF_RECORD = [RECORD.upstairs_id, RECORD.session_id, 'active', 'faulted', 'degraded', null];

describe('ds-state of records', () => {
  it.each([
    ['Crucible’s own', RECORD, [null, null, ...OF_RECORD]],
    ['with an `ok` around it', { ok: RECORD }, [null, null, ...OF_RECORD]],
    ['with the PID', { pid: 7, status: RECORD }, [null, 7, ...OF_RECORD]],
    ['with the PID and an `ok`', { pid: 7, status: { ok: RECORD } }, [null, 7, ...OF_RECORD]],
    ['ours', { zone: 'oxz_a', pid: 7, time_ns: 5, status: RECORD }, ['oxz_a', 7, ...OF_RECORD]],
  ])('reads the one that is %s, on a line, printed over several, in a list', (_, record, row) => {
    const texts = [
      JSON.stringify(record),
      JSON.stringify(record, null, 2),
      JSON.stringify([record], null, 4),
      JSON.stringify([record]),
    ];
    for (const text of texts) {
      const { rows, issues } = read('ds-state', `${text}\n`);
      expect([issues, only(rows, WHO)]).toEqual([[], [row]]);
    }
  });

  it('reads the states of every year', () => {
    const states = [
      ['_Active', 'active', 'ACT'],
      [{ type: 'active' }, { type: 'stopping', value: { type: 'fault' } }, { type: 'live_repair' }],
    ];
    const text = states
      .map((ds_state, pid) => JSON.stringify({ pid: pid + 1, status: { ds_state } }))
      .join('\n');
    expect(only(read('ds-state', `${text}\n`).rows, ['ds0', 'ds1', 'ds2'])).toEqual([
      ['active', 'active', 'active'],
      ['active', 'faulted', 'live_repair'],
    ]);
  });

  it('takes the newest of a session, and tells what came before', () => {
    const states = ['Faulted', 'Faulted', 'LiveRepair', 'Active'];
    const text = states
      .map((state) => JSON.stringify({ ...RECORD, ds_state: ['Active', 'Active', state] }))
      .join('\n');
    const { rows, issues } = read('ds-state', `${text}\n`);
    expect([issues, only(rows, ['ds2', 'health', 'note'])]).toEqual([
      [],
      [['active', 'ok', 'was active/active/faulted, then active/active/live_repair']],
    ]);
  });

  it('tells the last of many changes, and how many there were', () => {
    const text = Array.from({ length: 100 }, (_, i) =>
      JSON.stringify({ ...RECORD, ds_state: ['Active', 'Active', i % 2 === 0 ? 'Faulted' : 'Offline'] }),
    ).join('\n');
    const note = String(read('ds-state', `${text}\n`).rows[0]?.['note']);
    expect(note.match(/then/g)).toHaveLength(7);
    expect(note).toMatch(/; 99 changes in all$/);
  });

  it.each([
    [{ err: 'no dtrace' }, 0, /^a report could not be read: no dtrace$/],
    [{ pid: 7, status: { err: 'gone' } }, 1, /could not be read: gone$/],
    [{ pid: 7, status: {} }, 1, /it does not have the states of three downstairs$/],
    [{ pid: 7, status: { up_count: 1 } }, 1, /it does not have the states of three downstairs$/],
    [
      { pid: 7, status: { ds_state: ['Active', 'Active'] } },
      1,
      /it does not have the states of three downstairs$/,
    ],
    [{ hello: 1 }, 0, /^a JSON object that is not a record of an upstairs: /],
  ])('says of %j that it has no states, and calls it neither down nor well', (record, rows, message) => {
    const { rows: found, issues } = read('ds-state', `${JSON.stringify(record)}\n`);
    expect(only(found, ['health'])).toEqual(Array.from({ length: rows }, () => [null]));
    const code = 'hello' in record ? 'unparsed_line' : 'unreadable';
    expect(issues).toEqual([{ code, message: expect.stringMatching(message) }]);
  });

  it('gives lr-state its counters', () => {
    const { rows, issues } = read('lr-state', `${JSON.stringify(RECORD)}\n`);
    expect(issues).toEqual([]);
    expect(only(rows, ['live_repair_completed_2', 'live_repair_aborted_0', 'health'])).toEqual([
      [2, 3, 'degraded'],
    ]);
  });
});

const HEADINGS = 'PID SESSION DS0 DS1 DS2 NEXTJOB DELTA EXTL RECD RECN';

describe('ds-state of tables', () => {
  it('takes the newest row of a session, and tells what came before', () => {
    const text = `${HEADINGS}\n7 c0b92059 ACT ACT FLT 1 - 0 0 0\n7 c0b92059 ACT ACT LR 2 1 0 0 0\n`;
    const { rows, issues } = read('ds-state', text);
    expect([issues, only(rows, ['pid', 'ds2', 'note'])]).toEqual([
      [],
      [[7, 'live_repair', 'was active/active/faulted']],
    ]);
  });

  it('reads rows before the headings, and rows of get-ds-state.sh beside the table', () => {
    const text = `oxz_b 8 ACT ACT ACT\n7 c0b92059 ACT ACT FLT 1 - 0 0 0\n${HEADINGS}\noxz_b 9 ACT ACT OFL\n`;
    const { rows, issues } = read('ds-state', text);
    expect([issues, only(rows, ['zone', 'pid', 'health'])]).toEqual([
      [],
      [
        [null, 7, 'degraded'],
        ['oxz_b', 8, 'ok'],
        ['oxz_b', 9, 'degraded'],
      ],
    ]);
  });

  it.each([
    'up_state/one-sled.txt',
    'sled_upstairs_info/one-sled.txt',
    'upstairs_count/one-sled.txt',
    'upstairs_repair/one-sled.txt',
  ])('reads our %s', (path) => {
    const { rows, issues } = read('ds-state', fixture(path));
    expect(issues).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row['health'] !== null && row['zone'] !== null)).toBe(true);
  });

  it('says which probe reads a table that names no session', () => {
    const { rows, issues } = read('ds-state', 'DS0 DS1 DS2 CON0 CON1 CON2\nACT ACT ACT 1 1 1\n');
    expect(rows).toEqual([]);
    expect(issues[0]?.message).toMatch(
      /^a table of another script, with 1 row, .*; parse upstairs_count or .* reads it$/,
    );
  });

  it('tells a session that ctop marks as stale, and is not whole then', () => {
    const text = `${HEADINGS}\n*    7 c0b92059 ACT ACT ACT 12 --- 0 0 0 ▁▂▃\n>    8 c0b92060 ACT ACT ACT 12 5 0 0 0\n`;
    for (const name of ['ds-state', 'up_state']) {
      const { rows, issues } = read(name, text);
      expect(only(rows, ['pid', 'note'])).toEqual([
        [7, 'stale when it was shown: no report for some seconds'],
        [8, null],
      ]);
      expect(issues.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^1 row is marked \* by ctop/),
      ]);
    }
    expect(only(read('up_state', text).rows, ['delta', 'reconcile_needed'])).toEqual([
      [null, 0],
      [5, 0],
    ]);
  });
});

const UPSTREAM = 'PID UUID SESSION DS0 DS1 DS2 UPW DSW NEXT_JOB WRITE_BO IP0 IP1 IP2';

describe('Crucible’s sled_upstairs_info', () => {
  const row = (session: string, states: string) => `7 a1a1a1a1 ${session} ${states} 0 0 1 0 0 0 0\n`;

  it('is believed where one row shows that it does not repeat a state', () => {
    const text = `${UPSTREAM}\n${row('c0b92059', 'ACT LR LR')}${row('c0b92060', 'ACT LR ACT')}`;
    for (const name of ['ds-state', 'sled_upstairs_info']) {
      const { rows, issues } = read(name, text);
      expect([issues, only(rows, ['ds1', 'ds2'])]).toEqual([
        [],
        [
          ['live_repair', 'live_repair'],
          ['live_repair', 'active'],
        ],
      ]);
    }
  });

  it('is not believed otherwise, whatever its states', () => {
    const text = `${UPSTREAM}\n${row('c0b92059', 'FLT ACT ACT')}`;
    for (const name of ['ds-state', 'sled_upstairs_info']) {
      const { rows, issues } = read(name, text);
      expect([issues.length, only(rows, ['ds0', 'ds1', 'ds2'])]).toEqual([1, [['faulted', 'active', null]]]);
    }
  });

  it.each(['', ' UP', ' UPW DSW'])('is not believed where its columns are cut, behind DS2%s', (next) => {
    const values = next
      .split(' ')
      .filter((word) => word !== '')
      .map(() => ' 0')
      .join('');
    const text = `PID UUID SESSION DS0 DS1 DS2${next}\n7 a1a1a1a1 c0b92059 FLT ACT ACT${values}\n`;
    const { rows, issues } = read('ds-state', text);
    expect([issues.length, only(rows, ['ds0', 'ds1', 'ds2'])]).toEqual([1, [['faulted', 'active', null]]]);
  });

  it('is another script than up-info.d, which has other columns', () => {
    const text = 'PID UUID SESSION DS0 DS1 DS2 NEXT_JOB DELTA\n7 a1a1a1a1 c0b92059 FLT ACT ACT 1 0\n';
    expect(only(read('ds-state', text).rows, ['ds2'])).toEqual([['active']]);
  });

  it('is another script than ours, whose third state is known', () => {
    const text = `ZONE ${UPSTREAM.replace('UUID', 'UPSTAIRS')}\noxz_a ${row('c0b92059', 'FLT ACT ACT')}`;
    expect(only(read('ds-state', text).rows, ['ds2'])).toEqual([['active']]);
  });
});
