import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import type { ProbeSettings } from '../../src/model/probe.ts';
import { reportTable } from '../../src/kinds/report-table.ts';
import { PROBES } from '../../src/probes/index.ts';
import { upstairsRaw } from '../../src/probes/upstairs-raw.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

const table = reportTable({
  name: 'status',
  summary: 'reports',
  fields: ['ds', 'next_job_id', 'delta', 'write_delay_us', 'backpressure', 'apply'],
  pid: 'optional',
  ratesOf: ['apply'],
});

const ZONE = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';
const START = 1_790_000_000_000_000_000n;
const at = (seconds: number): string => String(START + BigInt(Math.round(seconds * 1e9)));
const begin = `{"began_ns":${at(0)}}`;
const end = (seconds: number): string => `{"ended_ns":${at(seconds)}}`;
const ACTIVE = ['Active', 'Active', 'Active'];

/** A line of `upstairs_raw.d`: a report of a session that came after so many seconds. */
function line(session: string, seconds: number, status: Readonly<Record<string, unknown>> = {}): string {
  const record = { upstairs_id: `u-${session}`, session_id: session, ds_state: ACTIVE, ...status };
  return `{"zone":"${ZONE}","pid":7,"time_ns":${at(seconds)},"status":${JSON.stringify(record)}}`;
}

const unreadable = (seconds: number, error: string): string =>
  `{"zone":"${ZONE}","pid":7,"time_ns":${at(seconds)},"error":${JSON.stringify(error)}}`;

/** What is read of the lines of a run, with its issues. */
function read(lines: readonly string[], change: Partial<ProbeSettings> = {}) {
  const reading = table.read(result(lines.map((each) => `${each}\n`).join('')), {
    ...SETTINGS,
    interval: 1,
    ...change,
  });
  if (reading.status !== 'answer') throw new Error(reading.error.message);
  return reading;
}

const rowsOf = (...args: Parameters<typeof read>): readonly Row[] => {
  const { rows, issues } = read(...args);
  expect(issues).toEqual([]);
  return rows;
};

const apply = (count: number | string) => ({ up_counters: { apply: count } });

describe('a table of reports', () => {
  it('runs the script that prints each report as it is, with when it began and ended', () => {
    expect([table.script, table.byHand, table.needs]).toEqual(['upstairs_raw.d', 'status.d', ['run-d.sh']]);
    const settings = { ...SETTINGS, seconds: 30, interval: 4 };
    expect(table.arguments(settings)).toEqual(['30', '4', '0', 'FIELDS']);
    expect(table.arguments({ ...settings, pid: 7 })).toEqual(['30', '4', '7', 'FIELDS']);
  });

  it('holds the newest row of each session, each value by its field, and when it came', () => {
    const rows = rowsOf([
      begin,
      line('s1', 0.5, { next_job_id: 1000, ds_delay_us: [1, 2, 3], ...apply(100) }),
      line('s2', 0.6, apply(5)),
      line('s1', 1.5, {
        ds_state: ['Active', 'live_repair', { type: 'stopping', value: { type: 'replacing' } }],
        next_job_id: 1234,
        ds_delay_us: [4, 5, 6],
        ...apply(130),
      }),
      line('s2', 1.6, apply(9)),
      end(2),
    ]);
    expect(rows).toHaveLength(2);
    expect(Object.keys(rows[0]!)).toEqual(table.columns.map((column) => column.name));
    expect(rows[0]).toEqual({
      zone: ZONE,
      pid: 7,
      upstairs_id: 'u-s1',
      session_id: 's1',
      ds0: 'active',
      ds1: 'live_repair',
      ds2: 'replacing',
      next_job_id: 1234,
      delta: 234,
      write_delay_us_0: 4,
      write_delay_us_1: 5,
      write_delay_us_2: 6,
      backpressure: null,
      apply: 130,
      apply_per_second: 30,
      time_ns: at(1.5),
      note: null,
    });
    expect(rows[1]).toMatchObject({ session_id: 's2', next_job_id: null, delta: null, apply_per_second: 4 });
  });

  it('shows what former Crucibles reported, in JSON but not in a narrow table', () => {
    expect(rowsOf([begin, line('s1', 0.5, { up_backpressure: 2761 }), end(1)])[0]).toMatchObject({
      backpressure: 2761,
      write_delay_us_0: null,
    });
    const wide = table.columns.filter((column) => column.narrow !== true).map((column) => column.name);
    expect(wide).toEqual(['backpressure', 'time_ns']);
  });

  it('divides what grew by the time that passed, not by the interval', () => {
    // The main loop was stalled: three seconds without a report, and 900 turns a second all the time.
    const rows = rowsOf([
      begin,
      line('s1', 0.5, apply(900)),
      line('s1', 1.5, apply(1800)),
      line('s1', 4.5, apply(4500)),
      end(5),
    ]);
    expect(rows[0]).toMatchObject({ apply_per_second: 900 });
  });

  it('keeps counts past 2^53 exact, and their differences', () => {
    const lines = [
      line('s1', 1, { next_job_id: 1 }).replace('"next_job_id":1', '"next_job_id":9007199254740993'),
      line('s1', 2, { next_job_id: 1 }).replace('"next_job_id":1', '"next_job_id":9007199254740995'),
    ];
    expect(rowsOf([begin, ...lines, end(3)])[0]).toMatchObject({ next_job_id: '9007199254740995', delta: 2 });
  });

  it('has no growth of a counter that fell: it is not the same one', () => {
    const rows = rowsOf([
      begin,
      line('s1', 1, { next_job_id: 2000, ...apply(500) }),
      line('s1', 2, { next_job_id: 1000, ...apply(20) }),
      end(3),
    ]);
    expect(rows.at(-1)).toMatchObject({ next_job_id: 1000, delta: null, apply_per_second: null });
  });

  it('has no rate or difference of a session that reported once, and takes none across sessions', () => {
    const rows = rowsOf([
      begin,
      line('s1', 0.5, { next_job_id: 1000, ...apply(100) }),
      line('s2', 0.7, { next_job_id: 2000, ...apply(130) }),
      end(1),
    ]);
    expect(rows.map((row) => [row['delta'], row['apply_per_second']])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('says of a session that reported too seldom that it was silent, unless the script was stopped', () => {
    const five = [1, 2, 3, 4, 29.5].map((seconds) => line('s1', seconds));
    const [row] = rowsOf([begin, ...five, end(30)], { seconds: 30 });
    expect(row!['note']).toBe('reported 5 of about 30 times: it came, went or was silent meanwhile');
    expect(rowsOf([begin, ...five], { seconds: 30, cut: true })[0]!['note']).toBeNull();
    expect(rowsOf([begin, ...[1, 2, 3, 4, 5].map((n) => line('s1', n)), end(6)])[0]!['note']).toBeNull();
  });

  it("says that the sled's clock was set within the window, and counts no reports by it", () => {
    const [set] = rowsOf([begin, line('s1', 1), line('s1', 2), end(1_700_000_000)]);
    expect(set!['note']).toBe("the sled's clock was set meanwhile: when it last reported is not known");
  });

  it('says how old a row is whose report is older than two intervals', () => {
    // Gone for the last 6 of 30 s: not too seldom, and not how it is now.
    const reports = Array.from({ length: 24 }, (_, n) => line('s1', n + 0.5));
    const others = Array.from({ length: 30 }, (_, n) => line('s2', n + 0.7));
    const [gone, stays] = rowsOf([begin, ...reports, ...others, end(30)]);
    expect(gone!['note']).toBe('its last report came 6.5 s before the end: it may be gone, or hang');
    expect(stays!['note']).toBeNull();
    // Where the script was stopped, the newest report of all says when.
    const [cut] = rowsOf([begin, ...reports, ...others], { cut: true });
    expect(cut!['note']).toMatch(/its last report came 6\.2 s before the end/);
    // A row in so many seconds may be as old as that.
    const thinned = [0, 8, 16, 24].map((n) => line('s1', n));
    expect(rowsOf([begin, ...thinned, end(30)], { interval: 8 })[0]!['note']).toBeNull();
  });

  it('says of reports without ids that disks look alike, and compares nothing of them', () => {
    const none = { upstairs_id: undefined, session_id: undefined };
    const [row, ...others] = rowsOf([
      begin,
      line('-', 1, { ...none, next_job_id: 1000, ...apply(100) }),
      line('-', 1.1, { ...none, next_job_id: 5000, ...apply(9000) }),
      end(2),
    ]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ apply: 9000, apply_per_second: null, delta: null });
    expect(row!['note']).toMatch(/no ids/);
  });

  it('has states that no Crucible has as an issue', () => {
    const { rows, issues } = read([begin, line('s1', 1, { ds_state: ['Active', 'Odd', 'Active'] }), end(2)]);
    expect(rows[0]).toMatchObject({ ds1: 'odd' });
    expect(issues).toEqual([
      { code: 'unknown_state', message: 'a state of a downstairs that is not known: Odd' },
    ]);
  });

  it('without its begin or end in the text is read all the same', () => {
    expect(rowsOf([line('s1', 0.5), line('s1', 1.5)])).toHaveLength(1);
    expect(rowsOf([])).toEqual([]);
  });

  it('has a line that is cut as an issue, and no row of it', () => {
    const { rows, issues } = read([begin, line('s1', 0.5), line('s2', 0.6).slice(0, 150)]);
    expect(rows.map((row) => row['session_id'])).toEqual(['s1']);
    expect(issues.map((issue) => issue.code)).toEqual(['unparsed_line']);
  });
});

describe('a report that could not be read', () => {
  it('has a row that says why, is an issue with its text, and a finding', () => {
    const { rows, issues } = read([
      begin,
      line('s1', 0.5),
      unreadable(0.7, 'it would not serialize'),
      unreadable(1.7, 'it would not serialize'),
      line('s1', 1.5),
      end(2),
    ]);
    expect(rows.map((row) => [row['session_id'], row['ds0'], row['note']])).toEqual([
      ['s1', 'active', null],
      [null, null, 'unreadable: it would not serialize'],
    ]);
    expect(issues).toEqual([
      {
        code: 'unreadable',
        message: `a report of ${ZONE} (PID 7) could not be read: it would not serialize (2 times)`,
      },
    ]);
    expect(rows.flatMap((row) => table.check(row))).toEqual([
      {
        rule: 'unreadable',
        severity: 'warning',
        message: 'a report could not be read: it would not serialize',
      },
    ]);
  });

  it('is one without the states of three downstairs too: what it has is shown', () => {
    for (const states of [undefined, [], ['Active', 'Active'], ['Active', null, 'Active']]) {
      const { rows, issues } = read([begin, line('s1', 0.5, { ds_state: states, ...apply(7) }), end(1)]);
      expect(rows[0]).toMatchObject({ session_id: 's1', apply: 7 });
      expect(rows[0]!['note']).toMatch(/^unreadable: it does not have the states/);
      expect(issues.map((issue) => issue.code)).toEqual(['unreadable']);
    }
  });

  it.each(
    PROBES.filter((probe) => probe.script === 'upstairs_raw.d').map((probe) => [probe.name, probe] as const),
  )('is an issue and a finding of every probe of reports, never a whole answer: %s', (_, probe) => {
    const text = [unreadable(0.5, 'no'), line('s1', 0.6, { ds_state: undefined })]
      .map((each) => `${each}\n`)
      .join('');
    const reading = probe.read(result(text), { ...SETTINGS, interval: 1 });
    if (reading.status !== 'answer') throw new Error('no answer');
    expect(reading.rows).toHaveLength(2);
    expect(reading.issues.map((issue) => issue.code)).toEqual(['unreadable', 'unreadable']);
    const found = reading.rows.flatMap((row) => probe.check(row)).map((finding) => finding.rule);
    expect(found).toEqual(probe === upstairsRaw ? ['unreadable'] : ['unreadable', 'unreadable']);
  });
});

describe('reports as they arrive', () => {
  it('are rows in the columns of the final ones, with what grew since the row before', () => {
    const stream = table.stream!({ ...SETTINGS, interval: 1 });
    expect(stream.push(`${begin}\n${line('s1', 1, apply(10)).slice(0, 60)}`)).toEqual([]);
    const [first] = stream.push(`${line('s1', 1, apply(10)).slice(60)}\n`);
    expect(Object.keys(first!)).toEqual(table.columns.map((column) => column.name));
    expect(first).toMatchObject({ session_id: 's1', apply: 10, apply_per_second: null, time_ns: at(1) });
    const more = stream.push(`${line('s1', 3, apply(30))}\n${unreadable(3.5, 'no')}\n${end(4)}\n`);
    expect(more.map((row) => [row['apply_per_second'], row['note']])).toEqual([
      [10, null],
      [null, 'unreadable: no'],
    ]);
    expect(stream.end()).toEqual([]);
  });

  it('leave out a line that never ends, and go on behind it', () => {
    const stream = table.stream!({ ...SETTINGS, interval: 1 });
    for (let n = 0; n < 20; n++) stream.push('x'.repeat(10_000));
    expect(stream.push(`\n${line('s1', 1)}\n`)).toHaveLength(1);
  });
});
