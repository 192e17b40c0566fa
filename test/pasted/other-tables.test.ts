import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/pasted/plain-text.ts';
import { readPasted } from '../../src/pasted/read-pasted.ts';
import { PROBES } from '../../src/probes/index.ts';

const LATEST = { totals: false, older: false };

function read(name: string, text: string, settings = LATEST) {
  const probe = PROBES.find((each) => each.name === name)!;
  return readPasted(probe, plainText(text), settings);
}

function messages(name: string, text: string): readonly string[] {
  return read(name, text).issues.map((issue) => issue.message);
}

describe('a table of a version that is not known', () => {
  const text = 'APPLY DOWN_S GUEST NEW_CHK NOOP\n1 2 3 4 5\n';

  it('is read where half its columns are known, and the others are kept', () => {
    const { rows, issues } = read('upstairs_action', text);
    expect([issues, rows]).toEqual([
      [],
      [{ apply: 1, action_downstairs: 2, action_guest: 3, new_chk: 4, action_noop: 5 }],
    ]);
  });

  it('is refused by other probes, with the one that comes nearest', () => {
    expect(messages('upstairs_info', text)).toEqual([
      expect.stringMatching(
        /^a table of another script, with 1 row, .* new_chk, action_noop; parse upstairs_action comes nearest$/,
      ),
    ]);
  });
});

describe('a table of another probe', () => {
  it('is refused with the probe that reads it, also where columns are shared', () => {
    const text =
      'DS0 DS1 DS2 CON0 CON1 CON2 LRC0 LRC1 LRC2 LRA0 LRA1 LRA2 REP0 REP1 REP2\nACT ACT ACT 1 1 1 0 0 0 0 0 0 0 0 0\n';
    expect(read('up_state', text).rows).toEqual([]);
    expect(messages('up_state', text)[0]).toMatch(/; parse upstairs_count or upstairs_repair reads it$/);
  });
});

describe('what cmon shows with fields of one’s choice', () => {
  it('is read by every probe that has some of its columns', () => {
    const text =
      'PID UPSTAIRS DS0 DS1 DS2 NREC AREC RPL0 RPL1 RPL2 EXR0 EXR1 EXR2 EXC0 EXC1 EXC2 DLY0 DLY1 DLY2 RLS0 RLS1 RLS2\n7 a1a1a1a1 ACT LR ACT 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n';
    const { rows, issues } = read('upstairs_repair', text);
    expect(issues).toEqual([]);
    expect(rows[0]).toMatchObject({
      upstairs_id: 'a1a1a1a1',
      replaced_2: 5,
      extents_repaired_0: 6,
      extents_confirmed_2: 11,
      write_delay_us_0: 12,
      live_repair_skipped_2: 17,
    });
    expect(read('up_state', text).rows[0]).toMatchObject({ reconcile_needed: 1, reconcile_aborted: 2 });
    expect(read('tracegw', text).rows).toEqual([]);
  });
});

describe('a table that is cut at its right', () => {
  it('lacks the column that is cut, whose numbers may be parts of numbers', () => {
    const text = 'PID UUID SESSION DS0 DS1 DS2 UPW DSW NEXT_J\n7 3f2b1c9e c0b92059 ACT ACT FLT 1 2 3533\n';
    const { rows, issues } = read('sled_upstairs_info', text);
    expect(Object.keys(rows[0]!)).toEqual(
      'pid upstairs_id session_id ds0 ds1 ds2 up_count ds_count'.split(' '),
    );
    expect(issues.map(({ message }) => message)).toEqual([
      expect.stringMatching(/within the heading NEXT_J:/),
    ]);
  });
});

describe('counts of a process twice under the same headings', () => {
  const HEADINGS = 'PID F> F< W> W< R> R< WS WIP WD\n';
  const row = (pid: number, count: number) => `${pid} ${count} 1 1 1 1 1 1 1 1\n`;
  const shown = (text: string, settings = LATEST) => {
    const { rows, issues } = read('all_downstairs', text, settings);
    return [rows.map((each) => [each['pid'], each['flush_in'], each['note'] ?? null]), issues.length];
  };

  it.each([
    ['whose other headings are gone', HEADINGS + row(7, 1) + row(8, 2) + row(7, 3)],
    ['that were sorted', HEADINGS + HEADINGS + row(7, 1) + row(7, 3) + row(8, 2)],
  ])('%s are all shown', (_, text) => {
    const all = [7, 8, 7].map((pid, i) => [pid, i + 1, null]);
    const [rows = [], issues] = shown(text);
    expect([[...(rows as unknown[][])].sort((a, b) => Number(a[1]) - Number(b[1])), issues]).toEqual([
      all,
      1,
    ]);
    expect(shown(text, { totals: false, older: true })[1]).toBe(1);
    expect(shown(text, { totals: true, older: false })).toEqual([
      [
        [7, 4, null],
        [8, 2, null],
      ],
      1,
    ]);
  });

  it('are the last interval where each has its headings', () => {
    const text = HEADINGS + row(7, 1) + row(8, 2) + HEADINGS + row(7, 3);
    expect(shown(text)).toEqual([
      [
        [7, 3, null],
        [8, undefined, 'no row in the last interval'],
      ],
      0,
    ]);
  });
});

describe('a column with the names of sleds', () => {
  it.each(['RACK', 'SLED', 'SERIAL', 'CUBBY', 'HOST'])('called %s is not that of the answer', (heading) => {
    const text = `${heading} PID UUID SESSION DS0 DS1 DS2 UPW DSW\nsled14 7 3f2b1c9e c0b92059 ACT ACT FLT 1 2\n`;
    const { rows, issues } = read('sled_upstairs_info', text);
    expect(rows).toMatchObject([{ [`printed_${heading.toLowerCase()}`]: 'sled14', pid: 7 }]);
    expect(Object.keys(rows[0]!)).not.toContain(heading.toLowerCase());
    expect(issues).toEqual([{ code: 'warning', message: expect.stringMatching(/says whose its rows are/) }]);
    expect(messages('ds-state', text)).toContain(issues[0]!.message);
  });
});

describe('a session in tables', () => {
  const SLED = 'PID UUID SESSION DS0 DS1 DS2 UPW DSW NEXT_JOB\n';
  const FORMER = 'PID SESSION DS0 DS1 DS2 UPW DSW NEXT_JOB\n';

  it('is one row, whatever columns they have and whatever letters the ids', () => {
    const text = `${SLED}7 3f2b1c9e c0b92059 ACT LR ACT 1 2 10\n${FORMER}7 C0B92059 ACT ACT FLT 1 2 11\n`;
    const { rows, issues, notes } = read('sled_upstairs_info', text);
    expect(rows.map((row) => [row['next_job_id'], row['ds2']])).toEqual([[11, 'faulted']]);
    expect(issues).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^1 older row/)]);
  });

  it('is not known by its last row where the rows are not in the order of time', () => {
    const sorted = `${SLED}7 3f2b1c9e c0b92059 ACT ACT ACT 1 2 11\n7 3f2b1c9e c0b92059 ACT FLT LR 1 2 10\n`;
    const said = /^the reports of the session c0b92059 .* \(next_job_id falls from 11 to 10\)/;
    for (const name of ['sled_upstairs_info', 'ds-state']) {
      expect(messages(name, sorted)).toEqual([expect.stringMatching(said)]);
    }
    const [headings = '', later = '', earlier = ''] = sorted.split('\n');
    expect(messages('sled_upstairs_info', `${headings}\n${earlier}\n${later}\n`)).toEqual([]);
  });

  it.each(['host', 'hostname', 'sled', 'serial'])(
    'may be of any sled that records name as their %s',
    (key) => {
      const recordOf = (name: string) =>
        `${JSON.stringify({ [key]: name, pid: 7, status: { session_id: 'c0b92059', ds_state: ['Active', 'Active', 'Active'] } })}\n`;
      for (const name of ['ds-state', 'upstairs_info', 'upstairs_raw']) {
        const [said] = messages(name, recordOf('sled14') + recordOf('sled16'));
        expect(said).toMatch(/^its records name 2 hosts \(sled14, sled16\)/);
        expect(messages(name, recordOf('sled14') + recordOf('sled14'))).toEqual([]);
      }
    },
  );

  it.each(['"7"', '-5', '5.5'])('has no PID such as %s', (pid) => {
    const record = `{"pid":${pid},"status":{"session_id":"c0b92059","ds_state":["Active","Active","Active"]}}\n`;
    for (const name of ['ds-state', 'upstairs_info']) {
      expect(messages(name, record)).toContain(`a record has a PID that is none: ${pid}`);
    }
    expect(messages('ds-state', record.replace(pid, '7'))).toEqual([]);
  });

  it('is not known by its last record either', () => {
    const recordAt = (time: number, job: number) =>
      `${JSON.stringify({ pid: 7, time_ns: time, status: { session_id: 'c0b92059', next_job_id: job, ds_state: ['Active', 'Active', 'Active'] } })}\n`;
    for (const name of ['ds-state', 'upstairs_info']) {
      expect(messages(name, recordAt(1, 2) + recordAt(2, 3))).toEqual([]);
      const [ofTime = ''] = messages(name, recordAt(2, 2) + recordAt(1, 2));
      expect(ofTime).toMatch(/time_ns falls from 2 to 1/);
      const [ofJobs = ''] = messages(name, recordAt(1, 3) + recordAt(2, 2));
      expect(ofJobs).toMatch(/next_job_id falls from 3 to 2/);
    }
  });
});

describe('a line of a table that somebody or something changed', () => {
  const HEADINGS = 'PID UUID SESSION DS0 DS1 DS2 UPW DSW NEXT_JOB WRITE_BO\n';
  const ROW = '7 3f2b1c9e c0b92059 ACT ACT ACT 1 2 353320000 4096\n';

  it.each([
    ['the sign of a diff', '7 ', '-7 '],
    ['an id without its beginning', '3f2b1c9e', '2b1c9e'],
    ['an id behind the sign of a diff', 'c0b92059', '-c0b92059'],
    ['grouped digits', '353320000', '353,320,000'],
    ['a rounded number', '4096', '4K'],
    ['a number below zero', '2 3533', '-2 3533'],
    ['a mark of a pager', '4096', '40>'],
  ])('with %s is no row', (_, from, to) => {
    expect(messages('sled_upstairs_info', HEADINGS + ROW)).toHaveLength(1);
    for (const name of ['sled_upstairs_info', 'ds-state']) {
      const { rows, issues } = read(name, HEADINGS + ROW.replace(from, to));
      expect(rows).toEqual([]);
      expect(issues.map(({ message }) => message).join()).toContain(to.trim());
    }
  });

  it('is none whose zone has a hole in it', () => {
    const text = 'ZONE PID F> F< W> W< R> R< WU> WU< B> B<\noxz_a\0b 7 1 1 1 1 1 1 1 1 1 1\n';
    expect(read('upstairs_io', text)).toMatchObject({ rows: [], issues: [{ code: 'unparsed_line' }] });
    expect(read('upstairs_io', text.replace('\0', '')).rows).toHaveLength(1);
  });

  it('is none of a table whose first column is a count', () => {
    const counts = ' 47 135 135 204 204 386 386 386\n';
    const text = `F> F< W> W< R> R< WS WIP WD\n-1047${counts}+1048${counts}13:1049${counts}1050${counts}`;
    const { rows, issues } = read('downstairs_count', text);
    expect([rows.map((row) => row['flush_in']), issues.length]).toEqual([[1050], 3]);
  });
});

describe('a sentence', () => {
  it.each([
    ['all_downstairs', 'PID F> F<', 'it was then'],
    ['tracegw', 'ZONE PID TYPE START DONE', 'what I saw on Monday'],
    ['upstairs_action', 'APPLY NOOP', 'good morning'],
    ['up_state', 'PID SESSION DS0 DS1 DS2', '7 disks are well again'],
  ])('of as many words as %s has headings is no row', (name, headings, line) => {
    for (const text of [`${headings}\n${line}\n`, `${line}\n${headings}\n`]) {
      const { rows, issues } = read(name, text);
      expect(rows).toEqual([]);
      expect(issues.map(({ message }) => message)).toContainEqual(expect.stringContaining(line));
    }
  });
});

describe('a script that is not quiet', () => {
  const FIRED = '  0  80003                       f:up-status ';
  const HEADER = 'CPU     ID                    FUNCTION:NAME\n';

  it('prints CPU and probe before each row, which are none of it', () => {
    const table = `${HEADER}${FIRED}PID F> F<\n${FIRED}7 1 2\n`;
    expect(read('all_downstairs', table)).toMatchObject({
      rows: [{ pid: 7, flush_in: 1, flush_out: 2 }],
      issues: [],
    });
    const states = `${HEADER}${FIRED}   7 c3c3c3c3 73737373 ACT ACT FLT\n`;
    expect(read('ds-state', states)).toMatchObject({ rows: [{ pid: 7, health: 'degraded' }], issues: [] });
    const record = `${HEADER}${FIRED}{"up_count":1,"ds_state":["Active","Active","Active"]}\n`;
    expect(read('upstairs_raw', record)).toMatchObject({ rows: [{ note: null }], issues: [] });
  });
});

describe('a message of dtrace', () => {
  it('within a row, as two streams in one file have it, is said and takes nothing', () => {
    const drop = 'dtrace: 7 drops on CPU 3\n';
    const said = [{ code: 'drops', message: 'dtrace: 7 drops on CPU 3' }];
    expect(read('all_downstairs', `PID F> F<\n7 1${drop}2 3\n`)).toMatchObject({
      rows: [{ flush_in: 12 }],
      issues: said,
    });
    expect(read('ds-state', `oxz_a 7 ACT ${drop}ACT FLT\n`)).toMatchObject({
      rows: [{ ds2: 'faulted' }],
      issues: said,
    });
    expect(read('upstairs_raw', `{"up_count":1,${drop}"ds_count":2}\n`)).toMatchObject({
      rows: [{ status: '{"up_count":1,"ds_count":2}' }],
      issues: said,
    });
  });
});

describe('older rows', () => {
  const text = 'PID F> F<\n1 5 5\n2 6 6\nPID F> F<\n1 7 7\n';

  it('of earlier intervals are counted, and shown when they are wanted', () => {
    expect(read('all_downstairs', text).notes).toEqual([
      '2 rows of earlier intervals left out; --totals adds them, --older shows them',
    ]);
    const { rows, notes } = read('all_downstairs', text, { totals: false, older: true });
    expect([notes, rows.map((row) => [row['pid'], row['flush_in'], row['note'] ?? null])]).toEqual([
      [],
      [
        [1, 5, 'older'],
        [2, 6, 'older'],
        [1, 7, null],
      ],
    ]);
  });

  it('are not mentioned where there are none', () => {
    expect(read('all_downstairs', 'PID F> F<\n1 5 5\n').notes).toEqual([]);
    expect(read('upstairs_info', 'PID SESSION UPW\n1 c0b92059 5\n').notes).toEqual([]);
  });
});
