import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PROBES } from '../../src/model/no-probes.ts';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import type { Row } from '../../src/model/column.ts';
import { totalCount } from '../../src/model/histogram.ts';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { readChatter } from '../../src/parse/chatter.ts';
import { PROBES } from '../../src/probes/index.ts';
import { formerColumns } from '../../src/pasted/table-owner.ts';
import { readPasted } from '../../src/pasted/read-pasted.ts';
import { fixture, fixturesIn } from '../parse/fixtures.ts';

const LATEST = { totals: false, older: false };

function probe(name: string): ProbeSpec {
  return PROBES.find((each) => each.name === name)!;
}

function read(name: string, text: string, settings = LATEST) {
  return readPasted(probe(name), text, settings);
}

function only(rows: readonly Row[], names: readonly string[]): readonly unknown[] {
  return rows.map((row) => names.map((name) => row[name] ?? null));
}

/** Every sample of the seed, and the probes whose output it may be: the same table, or histograms of the same keys. */
const INFO = ['upstairs_info', 'sled_upstairs_info', 'single_up_info'];
/** Tables that name sessions hold the states of ds-state, too. */
const FITS: Readonly<Record<string, readonly string[]>> = {
  all_downstairs: ['all_downstairs', 'downstairs_count'],
  downstairs_count: ['all_downstairs', 'downstairs_count'],
  'get-ds-state': ['ds-state'],
  'get-lr-state': ['lr-state'],
  'perf-ds-net': ['perf-ds-net', 'perf-ds-client'],
  'perf-vol': ['perf-vol'],
  perfgw: ['perfgw', 'perf-downstairs', 'perf-downstairs-os'],
  single_up_info: [...INFO, 'ds-state'],
  sled_upstairs_info: [...INFO, 'ds-state'],
  'trace-vol': ['trace-vol'],
  tracegw: ['tracegw'],
  upstairs_action: ['upstairs_action'],
  upstairs_count: ['upstairs_count', 'upstairs_repair'],
  upstairs_info: INFO,
};

describe("the seed's samples", () => {
  it('are all named here', () => {
    const samples = fixturesIn('seed').filter((name) => !name.endsWith('-command'));
    expect(Object.keys(FITS).sort()).toEqual(samples);
  });

  it.each(Object.entries(FITS))('%s is output of %j, and of no other probe', (sample, fitting) => {
    for (const each of PROBES) {
      const { rows, distributions = [], issues } = readPasted(each, fixture(`seed/${sample}.txt`), LATEST);
      const count = rows.length + distributions.length;
      if (fitting.includes(each.name)) {
        expect([each.name, count]).not.toEqual([each.name, 0]);
        expect(issues).toHaveLength(sample === 'perfgw' ? 1 : 0);
      } else {
        expect([each.name, count]).toEqual([each.name, 0]);
        expect(issues.length).toBeGreaterThan(0);
      }
    }
  });

  it('give cells only under columns that the probe has or had', () => {
    for (const [sample, fitting] of Object.entries(FITS)) {
      for (const name of fitting) {
        const known = [...probe(name).columns, ...formerColumns(probe(name))].map((column) => column.name);
        for (const row of read(name, fixture(`seed/${sample}.txt`)).rows) {
          expect(known).toEqual(expect.arrayContaining(Object.keys(row)));
        }
      }
    }
  });
});

describe('output of get-ds-state.sh', () => {
  it('without ids has none, and its health', () => {
    const { rows } = read('ds-state', fixture('seed/get-ds-state.txt'));
    expect(rows).toHaveLength(7);
    expect(rows[1]).toEqual({
      zone: 'oxz_propolis-server_3cef2a36-c2c3-49a6-bf38-f3d340264b1c',
      pid: 7737,
      upstairs_id: null,
      session_id: null,
      ds0: 'active',
      ds1: 'active',
      ds2: 'active',
      health: 'ok',
      note: null,
    });
  });

  it('in codes, with cut ids and zones, is the same table', () => {
    const { rows, issues } = read('ds-state', fixture('ds-state/codes-and-ids.txt'));
    expect(issues).toEqual([]);
    expect(only(rows, ['zone', 'session_id', 'ds0', 'ds1', 'ds2', 'health'])).toEqual([
      ['oxz_propolis-server_34aa5f9c', 'c0b92059', 'active', 'active', 'active', 'ok'],
      ['oxz_propolis-server_3cef2a36', 'a666a8bd', 'live_repair', 'active', 'active', 'repairing'],
      ['oxz_propolis-server_3a1b039a', '10000000', 'faulted', 'offline', 'replacing', 'down'],
    ]);
  });

  it('of one session in several states is one row, the worst, with the others and an issue', () => {
    const text = `${fixture('ds-state/changed.txt')}oxz_propolis-server_34aa5f9c  28022 3f2b1c9e c0b92059 FLT ACT ACT\n`;
    const { rows, issues } = read('ds-state', text);
    expect(only(rows, ['session_id', 'ds0', 'health', 'note'])).toEqual([
      [
        'c0b92059',
        'faulted',
        'degraded',
        'also live_repair/active/active and live_repair_ready/active/active and active/active/active, and which is the newest is not known',
      ],
      ['a666a8bd', 'active', 'ok', null],
    ]);
    expect(issues.map((issue) => issue.code)).toEqual(['contradiction']);
  });

  it('without ids keeps every row of a process, as they may be of several disks', () => {
    const text = 'oxz_a 7 ACT ACT ACT\noxz_a 7 FLT ACT ACT\n';
    const { rows, issues } = read('ds-state', text);
    expect(only(rows, ['ds0', 'health'])).toEqual([
      ['active', 'ok'],
      ['faulted', 'degraded'],
    ]);
    expect(rows[0]?.['note']).toMatch(/one of 2 rows of this process: several disks, or one that changed/);
    expect(issues.map((issue) => issue.code)).toEqual(['contradiction']);
  });

  it('keeps a row whose zone was gone, without a zone', () => {
    const { rows, issues } = read('ds-state', fixture('ds-state/zone-gone.txt'));
    expect(only(rows, ['zone', 'pid', 'note'])[1]).toEqual([null, 31337, 'process exited']);
    expect(issues).toHaveLength(1);
  });

  it('with headings and nothing under them came from a script that ran', () => {
    const [headings = ''] = fixture('ds-state/ours.txt').split('\n');
    expect(read('ds-state', `${headings}\n`)).toMatchObject({ rows: [], issues: [], hasHeadings: true });
    expect(read('ds-state', 'root@a:~# ./get-ds-state.sh\n').hasHeadings).toBe(false);
  });

  it('of the D script alone prints no zone', () => {
    const { rows, issues } = read(
      'ds-state',
      '28022 10000000 c0b92059 ACT ACT ACT\n 7 active active faulted\n',
    );
    expect(issues).toEqual([]);
    expect(only(rows, ['zone', 'pid', 'upstairs_id', 'session_id', 'health'])).toEqual([
      [null, 28_022, '10000000', 'c0b92059', 'ok'],
      [null, 7, null, null, 'degraded'],
    ]);
  });

  it('is none of a sentence that has the shape of a row', () => {
    for (const line of ['sled 14 was rebooted yesterday', '7 drops on CPU', 'rack 3 is not well']) {
      expect(read('ds-state', `${line}\n`)).toMatchObject({ rows: [], issues: [{ code: 'unparsed_line' }] });
    }
  });

  it('keeps a state that a newer Crucible may have', () => {
    const { rows, issues } = read(
      'ds-state',
      'oxz_a 7 Sleeping ACT ACT\nglobal 8 c0b92059 Sleeping ACT ACT\n',
    );
    expect(only(rows, ['pid', 'ds0', 'health'])).toEqual([
      [7, 'sleeping', 'degraded'],
      [8, 'sleeping', 'degraded'],
    ]);
    expect(issues.map((issue) => issue.code)).toEqual(['unknown_state', 'unknown_state']);
  });
});

describe('output of get-lr-state.sh', () => {
  it('of older versions has counters and no health, which is not no_report', () => {
    const { rows, issues } = read('lr-state', fixture('lr-state/ids.txt'));
    expect(issues).toEqual([]);
    expect(rows[0]).toEqual({
      zone: 'oxz_propolis-server_34aa5f9c',
      pid: 28022,
      upstairs_id: '3f2b1c9e',
      session_id: 'c0b92059',
      live_repair_completed_0: 0,
      live_repair_completed_1: 1,
      live_repair_completed_2: 2,
      live_repair_aborted_0: 3,
      live_repair_aborted_1: 4,
      live_repair_aborted_2: 5,
      ds0: null,
      ds1: null,
      ds2: null,
      health: null,
      note: null,
    });
  });

  it('of ours has the health, and says who did not report', () => {
    const { rows } = read('lr-state', fixture('lr-state/ours.txt'));
    expect(only(rows, ['live_repair_aborted_2', 'ds1', 'health'])).toEqual([
      [5, 'live_repair', 'repairing'],
      [null, null, 'no_report'],
    ]);
  });

  it('says that the login sees no probes, as the script does in a note', () => {
    const { rows, issues } = read('lr-state', fixture('lr-state/ours.txt').replace('no_report', 'no_probes'));
    expect(only(rows, ['ds1', 'health', 'note']).slice(1)).toEqual([[null, null, NO_PROBES]]);
    expect(issues).toEqual([
      { code: 'no_probes', message: `${NO_PROBES}; nothing is known of a process that runs` },
    ]);
  });

  it('of one session with several counters shows the most repairs, with the others', () => {
    const { rows, issues } = read('lr-state', 'oxz_a 7 c0b92059 0 0 0 0 0 0\noxz_a 7 c0b92059 0 1 0 0 0 0\n');
    expect(only(rows, ['live_repair_completed_1', 'note'])).toEqual([
      [1, 'also 0/0/0/0/0/0, and which is the newest is not known'],
    ]);
    expect(issues).toHaveLength(1);
  });
});

describe('tables', () => {
  it('of downstairs show the last interval of each process', () => {
    const { rows } = read('all_downstairs', fixture('seed/all_downstairs.txt'));
    expect(only(rows, ['pid', 'flush_in', 'write_in', 'work_done'])).toEqual(
      expect.arrayContaining([
        [13790, 10, 1961, 2018],
        [17147, 2, 2, 4],
        [25627, 2, 2, 4],
      ]),
    );
    expect(rows).toHaveLength(6);
  });

  it('of downstairs add all intervals with totals', () => {
    const { rows } = read('all_downstairs', fixture('seed/all_downstairs.txt'), {
      totals: true,
      older: false,
    });
    // 1911 + 2054 + 1961 and 389 + 0, by hand from the document.
    expect(only(rows, ['pid', 'write_in', 'read_in'])).toEqual(
      expect.arrayContaining([
        [13790, 1911 + 2054 + 1961, 0],
        [17147, 0 + 2, 389],
      ]),
    );
  });

  it('say which process did nothing in the last interval', () => {
    const text = 'PID F> F<\n1 5 5\n2 6 6\nPID F> F<\n1 7 7\n';
    const { rows } = read('all_downstairs', text);
    expect(only(rows, ['pid', 'flush_in', 'note'])).toEqual([
      [1, 7, null],
      [2, null, 'no row in the last interval'],
    ]);
  });

  it('without a process keep each interval, and totals add them', () => {
    const text = fixture('seed/downstairs_count.txt');
    const latest = read('downstairs_count', text);
    expect(latest.rows).toHaveLength(15);
    expect(latest.notes).toHaveLength(1);
    const flushes = [47, 39, 42, 40, 6, 4, 4, 5, 25, 31, 38, 39, 29, 42, 34];
    const { rows } = read('downstairs_count', text, { totals: true, older: false });
    expect(only(rows, ['pid', 'flush_in'])).toEqual([[null, flushes.reduce((sum, each) => sum + each)]]);
  });

  it('of sessions show the newest row of each, by process', () => {
    const { rows, notes } = read('sled_upstairs_info', fixture('seed/sled_upstairs_info.txt'));
    expect(only(rows, ['pid', 'session_id', 'ds0', 'next_job_id', 'backpressure'])).toEqual([
      [15579, 'c0b92059', 'live_repair', 657227, 4805],
      [15579, 'a666a8bd', 'live_repair', 91972, 0],
      [24948, 'fac8cbba', 'new', 1000, 0],
      [24948, '79d92ceb', 'active', 1000, 0],
      [24948, '127b8de5', 'new', 1000, 0],
    ]);
    expect(notes).toEqual(['7 older rows of the same sessions left out; --older shows them']);
  });

  it('without sessions keep every row in the order of the text', () => {
    const { rows, notes } = read('upstairs_info', fixture('seed/upstairs_info.txt'));
    expect(only(rows, ['pid', 'delta'])).toEqual(
      [303, 314, 327, 315, 364, 362].map((delta) => [1546, delta]),
    );
    expect(notes).toEqual([expect.stringMatching(/^6 rows name no session/)]);
    expect(read('upstairs_action', fixture('seed/upstairs_action.txt')).rows[11]).toMatchObject({
      apply: 234292,
      action_leak_check: 12,
    });
    expect(read('upstairs_count', fixture('seed/upstairs_count.txt')).rows[4]).toMatchObject({
      ds0: 'reconcile',
    });
  });

  it('of get-up-state are repair and reconciliation', () => {
    const text =
      '  PID  SESSION DS0 DS1 DS2   NEXT_JOB  DELTA CONN   ELR   ELC   ERR   ERN\n' +
      '28022 c0b92059 ACT  LR ACT     570215     12    3  9384   100     7    13\n';
    const { rows, issues } = read('up_state', text);
    expect(issues).toEqual([]);
    expect(rows).toEqual([
      expect.objectContaining({ reconciled: 7, reconcile_needed: 13, extents_repaired: 9384 }),
    ]);
  });

  it('of another script are an issue with its columns', () => {
    const { rows, issues } = read('upstairs_info', fixture('seed/all_downstairs.txt'));
    expect(rows).toEqual([]);
    expect(issues.map((issue) => issue.message)).toEqual([
      expect.stringMatching(/^a table of another script, with 15 rows, is not of upstairs_info: .* flush_in/),
    ]);
  });

  it('keep sums past 2^53 exact', () => {
    const { rows } = read('all_downstairs', 'PID W> W<\n1 9007199254740993 1\nPID W> W<\n1 1 1\n', {
      totals: true,
      older: false,
    });
    expect(only(rows, ['write_in', 'write_out'])).toEqual([['9007199254740994', 2]]);
  });
});

describe('counts', () => {
  it('of tracegw are a row a type, by hand or from our table', () => {
    const { rows } = read('tracegw', fixture('seed/tracegw.txt'));
    expect(rows).toEqual(['read', 'write', 'flush'].map((type) => ({ type, start: 1000, done: 1000 })));
    const ours = read('tracegw', fixture('tracegw/one-sled.txt'));
    expect(ours.issues).toEqual([]);
    expect(ours.rows.find((row) => row['type'] === 'write')).toMatchObject({ pid: 763, start: 11, done: 11 });
  });

  it('of trace-vol are a row a volume and type', () => {
    const volume = '5d8b2d34-40e3-4166-84c6-6094ec201d19';
    expect(read('trace-vol', fixture('seed/trace-vol.txt')).rows).toEqual([
      { volume, type: 'flush', start: 12, done: 12 },
      { volume, type: 'write', start: 39, done: 39 },
      { volume, type: 'read', start: 49, done: 49 },
    ]);
  });

  it('of two runs are not added', () => {
    const { rows, issues } = read('tracegw', 'read-start:1 read-done:2\nread-start:3 read-done:4\n');
    expect(rows).toEqual([
      { type: 'read', start: 1, done: 2 },
      { type: 'read', start: 3, done: 4 },
    ]);
    expect(issues.map((issue) => issue.code)).toEqual(['contradiction', 'contradiction']);
  });
});

describe('records of upstairs_raw', () => {
  it('are read with zone and PID from ours, and alone', () => {
    const ours = read('upstairs_raw', fixture('upstairs_raw/one-sled.txt'));
    expect(ours.rows).toHaveLength(6);
    expect(ours.rows[0]).toMatchObject({ pid: 763 });
    const record = '{"upstairs_id":"3f2b1c9e","up_count":35,"ds_state":["Active","Active","Active"]}';
    for (const text of [`${record}\n`, `{"ok":${record}}\n`]) {
      expect(read('upstairs_raw', text).rows).toEqual([
        { zone: null, pid: null, time_ns: null, status: record, note: null },
      ]);
    }
    expect(read('upstairs_raw', '{"hello":1}\n')).toMatchObject({
      rows: [],
      issues: [{ code: 'unparsed_line' }],
    });
  });
});

const VOLUME = 'a416a597-5ec5-417f-a913-e2ee78bff1dc';

/** A histogram of one bucket, as dtrace draws it. */
function drawn(count: number): string {
  const row = (value: number, bar: string, n: number) =>
    `${String(value).padStart(16)} |${bar.padEnd(40)} ${String(n).padEnd(9)}\n`;
  return `           value  ------------- Distribution ------------- count    \n${row(512, '', 0)}${row(1024, '@'.repeat(40), count)}${row(2048, '', 0)}\n`;
}

describe('histograms', () => {
  it('of perf-ds-net are by type and client', () => {
    const { distributions = [] } = read('perf-ds-net', fixture('seed/perf-ds-net.txt'));
    expect(distributions).toHaveLength(9);
    const [first] = distributions;
    expect(first?.keys).toEqual({ type: 'flush', client: 1 });
    expect(totalCount(first!.histogram)).toBe(BigInt(19 + 134 + 317 + 502 + 46 + 5 + 2));
  });

  it('of perf-vol are by volume and type', () => {
    const { distributions = [] } = read('perf-vol', fixture('seed/perf-vol.txt'));
    expect(distributions.map(({ keys, histogram }) => [keys, totalCount(histogram)])).toEqual([
      [{ volume: VOLUME, type: 'write' }, 30n],
      [{ volume: VOLUME, type: 'flush' }, 14n],
      [{ volume: VOLUME, type: 'read' }, 56n],
    ]);
  });

  it('of today’s perf-vol, with a count between keys and histogram, are the same', () => {
    const head = `${VOLUME} ${'volume-write-done'.padStart(20)} ${'30'.padStart(8)}\n`;
    const { distributions = [], issues } = read('perf-vol', head + drawn(30));
    expect(issues).toEqual([]);
    expect(distributions.map(({ keys }) => keys)).toEqual([{ volume: VOLUME, type: 'write' }]);
  });

  it('of perfgw keep what is left of the one that is cut', () => {
    const { distributions = [], issues } = read('perfgw', fixture('seed/perfgw.txt'));
    expect(distributions.map(({ keys, histogram }) => [keys['type'], totalCount(histogram)])).toEqual([
      ['write', 1000n],
      ['read', 1000n],
      ['flush', 1001n],
    ]);
    expect(issues).toHaveLength(1);
  });

  it('of the three parts of an IO keep the parts apart', () => {
    const text = ['up-to-ds-write-start', 'gw-write-done'].map((name) => `  ${name}\n${drawn(5)}`).join('');
    const { distributions = [] } = read('perf-upstairs-rw', text);
    expect(distributions.map(({ keys }) => keys)).toEqual([
      { type: 'write', part: 'up-to-ds-write-start' },
      { type: 'write', part: 'gw-write-done' },
    ]);
  });

  it.each(PROBES.filter((each) => each.shape === 'distributions').map((each) => each.name))(
    'of our %s are as many as a visit reads',
    (name) => {
      const text = fixture(`${name}/one-sled.txt`);
      const settings = { seconds: 3, interval: 0, pid: null, volume: null, totals: false, rates: false };
      const visited = probe(name).read(
        { stdout: text, stderr: '', exitStatus: 0, signalName: null },
        settings,
      );
      const { distributions, issues } = read(name, text);
      expect(issues).toEqual([]);
      expect(visited.status === 'answer' ? visited.distributions : null).toEqual(distributions);
    },
  );

  it('that only grow hold what came before: the last is taken, and that is said', () => {
    const text = [3, 5, 9]
      .map((count) => `  ${VOLUME.padEnd(50)}  volume-read-done\n${drawn(count)}`)
      .join('');
    const { distributions = [], notes, issues } = read('perf-vol', text);
    expect(issues).toEqual([]);
    expect(distributions.map(({ histogram }) => totalCount(histogram))).toEqual([9n]);
    expect(notes).toEqual([expect.stringMatching(/3 times, each holding the one before: the last/)]);
  });

  it('whose counts only fall are of intervals: all are kept, and that is said', () => {
    const text = [9, 5, 3]
      .map((count) => `  ${VOLUME.padEnd(50)}  volume-read-done\n${drawn(count)}`)
      .join('');
    const { distributions = [], notes, issues } = read('perf-vol', text);
    expect(issues).toEqual([]);
    expect(distributions.map(({ histogram }) => totalCount(histogram))).toEqual([9n, 5n, 3n]);
    expect(notes).toEqual([expect.stringMatching(/counts that fall: all are added/)]);
  });

  it('whose counts grow and fall may be intervals, or several runs: each is shown alone, and that is said', () => {
    const text = [3, 9, 5]
      .map((count) => `  ${VOLUME.padEnd(50)}  volume-read-done\n${drawn(count)}`)
      .join('');
    const { distributions = [], notes, issues } = read('perf-vol', text);
    expect(notes).toEqual([]);
    expect(issues.map(({ message }) => message)).toEqual([
      expect.stringMatching(/3 times with counts that grow and fall/),
    ]);
    const { groups } = groupDistributions(distributions, []);
    expect(groups.map(({ keys, histogram }) => [keys['print'], totalCount(histogram)])).toEqual([
      [1, 3n],
      [2, 9n],
      [3, 5n],
    ]);
  });

  it('of another script are issues, told by their keys or by the names of their probes', () => {
    const reqwest = `  ${VOLUME}                reqwest-read\n${drawn(5)}`;
    expect(read('perf-reqwest', reqwest).distributions).toHaveLength(1);
    expect(read('perf-vol', reqwest)).toMatchObject({
      distributions: [],
      issues: [{ code: 'unparsed_line' }],
    });
    const { issues } = read('perfgw', fixture('seed/perf-vol.txt'));
    expect(issues).toHaveLength(3);
    expect(issues[0]?.message).toMatch(/a histogram that is not of perfgw: .*volume-write-done/);
  });
});

describe('readPasted', () => {
  it('never throws, and says something of every text that is not blank', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'oxz_a 7 ACT ACT ACT',
        'PID F> F<',
        '7 1 2',
        '{"up_count":1}',
        ' read-start:1 read-done:2',
        '           value  ------------- Distribution ------------- count',
        '            1024 |@@@@@@@@ 5',
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...PROBES), fc.array(line, { maxLength: 8 }), (each, lines) => {
        const text = lines.join('\n');
        const { rows, distributions = [], issues, hasHeadings } = readPasted(each, text, LATEST);
        // Prompts and notes of dtrace mean nothing.
        fc.pre(lines.join('').trim() !== '' && text.split('\n').every((each) => readChatter(each) === null));
        expect(rows.length + distributions.length + issues.length > 0 || hasHeadings).toBe(true);
      }),
    );
  });
});
