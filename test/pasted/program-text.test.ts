import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/pasted/plain-text.ts';
import { readPasted } from '../../src/pasted/read-pasted.ts';
import { PROBES } from '../../src/probes/index.ts';
import { fixture } from '../parse/fixtures.ts';

function read(name: string, text: string, settings = { totals: false, older: false }) {
  const probe = PROBES.find((each) => each.name === name)!;
  return readPasted(probe, plainText(text), settings);
}

const RECORD = {
  session_id: 'c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1',
  ds_state: ['Active', 'Active', 'Faulted'],
  up_count: 3,
  ds_count: 4,
};

describe('what scripts print for programs', () => {
  it.each([
    ['Crucible’s own', RECORD],
    ['with the PID', { pid: 7, status: RECORD }],
    ['ours', { zone: 'oxz_a', pid: 7, time_ns: 5, status: RECORD }],
  ])('as records is the table that is made of them: %s', (_, record) => {
    for (const text of [JSON.stringify(record), JSON.stringify(record, null, 2), JSON.stringify([record])]) {
      const { rows, issues } = read('upstairs_info', `${text}\n`);
      expect(issues).toEqual([]);
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ up_count: 3, ds_count: 4, ds2: 'faulted', note: null });
    }
  });

  it('of the whole sample gives the rows that a visit gives', () => {
    const text = fixture('upstairs_raw/one-sled.txt');
    const { rows, issues } = read('sled_upstairs_info', text);
    expect(issues).toEqual([]);
    expect(rows.map((row) => row['session_id'])).toEqual([...new Set(rows.map((row) => row['session_id']))]);
    expect(rows.length).toBeGreaterThan(1);
  });

  it('as named values of intervals is the last of these, or their sums', () => {
    const text = [
      'zone=oxz_a pid=7 flush_in=1 flush_out=1',
      'interval=1 elapsed_ns=4000000000 time_ns=5',
      'zone=oxz_a pid=7 flush_in=2 flush_out=1',
      'interval=2 elapsed_ns=4000000000 time_ns=9',
      '',
    ].join('\n');
    expect(read('all_downstairs', text).rows).toMatchObject([{ zone: 'oxz_a', pid: 7, flush_in: 2 }]);
    const totals = read('all_downstairs', text, { totals: true, older: false });
    expect(totals.rows).toMatchObject([{ flush_in: 3 }]);
    expect(read('all_downstairs', text, { totals: false, older: true }).notes).toEqual([
      expect.stringMatching(/^older rows are not shown/),
    ]);
  });

  it('as named values that are cut is no row of a process that nobody printed', () => {
    const row = 'zone=oxz_a pid=7 flush_in=1 flush_out=1';
    const text = `${row}\ninterval=1 elapsed_ns=4000000000 time_ns=5\n`;
    for (const cut of ['zone=oxz', 'zone=oxz_b pid=7 flush_in=2', 'interval=2 elapsed_ns=4 time_ns=9']) {
      const { rows, issues } = read('all_downstairs', text + cut);
      expect(rows).toMatchObject([{ zone: 'oxz_a', pid: 7, flush_in: 1, seconds: 4 }]);
      expect(issues.map(({ message }) => message)).toEqual([expect.stringContaining(cut)]);
    }
    const { rows, issues } = read('all_downstairs', text.replace(row, `zone=oxz_b\n${row}`));
    expect([rows.length, issues.length]).toEqual([1, 1]);
  });

  const OF_SCRIPTS = ['all_downstairs', 'upstairs_io', 'tracegw', 'trace-vol'];
  it.each(OF_SCRIPTS)('as named values of %s is no answer of another probe', (script) => {
    const text = fixture(`${script}/fields.txt`);
    for (const name of [...OF_SCRIPTS, 'ds-state', 'lr-state', 'upstairs_info']) {
      const { rows, issues } = read(name, text);
      expect([name, rows.length > 0]).toEqual([name, name === script]);
      if (name !== script) expect(issues.length).toBeGreaterThan(0);
    }
  });

  it('as keys of histograms is no session', () => {
    const keys = 'zone=oxz_a pid=7 type=write client=1\n';
    for (const name of ['ds-state', 'lr-state']) {
      expect(read(name, keys)).toMatchObject({ rows: [], issues: [{ code: 'unparsed_line' }] });
    }
  });

  it('as named values of a session is its row', () => {
    const text = 'zone=oxz_a pid=7 upstairs_id=- session_id=c0b92059 ds0=Active ds1=Active ds2=Offline\n';
    expect(read('ds-state', text)).toMatchObject({ rows: [{ zone: 'oxz_a', pid: 7, health: 'degraded' }] });
  });

  it('makes no row of a sentence below what looks like JSON', () => {
    const text = '[4:12 PM] kim: hello\nsled 14 was rebooted yesterday by kim\n';
    for (const name of ['ds-state', 'lr-state', 'upstairs_info', 'all_downstairs']) {
      expect(read(name, text)).toMatchObject({ rows: [], issues: { length: expect.any(Number) } });
    }
  });

  it('says which other lines stand among it', () => {
    const text = 'zone=oxz_a pid=7 session_id=c0b92059 ds0=Active ds1=Active ds2=Active\nand then?\n';
    expect(read('ds-state', text)).toMatchObject({
      rows: [{ zone: 'oxz_a' }],
      issues: [{ message: 'a line that is not of what a script prints for programs: and then?' }],
    });
  });

  it('is not an answer to another probe', () => {
    expect(read('tracegw', `${JSON.stringify(RECORD)}\n`)).toMatchObject({ rows: [], hasHeadings: false });
    expect(read('upstairs_info', '{"hello":1}\n')).toMatchObject({ rows: [], hasHeadings: false });
  });
});
