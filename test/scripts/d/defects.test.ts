import { describe, expect, test } from 'vitest';
import { DOWNSTAIRS_PROBES, LOG_PROBES, UPSTAIRS_PROBES } from '../../../src/simulator/probe-names.ts';
import { sized } from '../../support/sized.ts';
import { COUNTS, headingsOf, inFull, of, STATUS, TABLES, TIMED } from './made.ts';
import {
  histogramsOf,
  NAMES,
  programText,
  report,
  rowsOf,
  runScript,
  runScriptWith,
  SESSION,
  SESSION_2,
  tablesOf,
  UPSTAIRS,
  VOLUME,
  VOLUME_2,
  ZONE_A,
  ZONE_B,
} from './run-script.ts';

/**
 * What goes wrong in the scripts that have been run by hand on sleds until now, one group each. Ours must not.
 */
const SEEDS = Array.from({ length: sized(4, 8) }, (_, n) => n + 1);
const WITH_STATES = TABLES.filter(({ source }) => source.fields.includes('ds')).map(({ script }) => script);
const ok = (volume: string): string => JSON.stringify({ ok: volume });

/** Those in parts, and a whole extent. */
const IN_ORDER = [
  {
    script: 'perf-upstairs-rw.d',
    kind: 'upstairs',
    // the third downstairs answers after the acknowledgement
    probes: [
      'gw-write-start',
      'up-to-ds-write-start',
      'ds-write-client-done',
      'gw-write-done',
      'ds-write-client-done',
    ],
    more: [],
  },
  {
    script: 'perf-downstairs-three.d',
    kind: 'downstairs',
    probes: ['submit-write-start', 'os-write-start', 'os-write-done', 'submit-write-done'],
    more: [],
  },
  {
    script: 'perf-live-repair.d',
    kind: 'upstairs',
    probes: ['gw-close-start', 'ds-close-start', 'ds-close-done', 'gw-close-done', 'gw-reopen-done'],
    more: [1],
  },
] as const;

describe('an argument that a probe does not have', () => {
  test.each(NAMES)('is not read, and nothing is divided by one: %s', (name) => {
    const text = programText(name).replace(/"(?:[^"\\]|\\.)*"/g, '""');
    expect(text).not.toMatch(/\barg[2-9]\b|\bargs\b/);
    // the only slashes are those around a predicate
    expect(text.replace(/^\/[^/]*\/$/gm, '')).not.toContain('/');
  });
});

const FIRED: Readonly<Record<string, readonly string[]>> = {
  upstairs: UPSTAIRS_PROBES,
  downstairs: DOWNSTAIRS_PROBES,
  slog: LOG_PROBES,
};

describe('a probe that nothing fires', () => {
  test.each(NAMES)('is not listened to: %s', (name) => {
    const fired = (kind: string): readonly string[] => FIRED[kind] ?? [];
    const provider = /\b(?:crucible_)?(upstairs|downstairs|slog)[*$]\d?:::([\w-]+)/g;
    const named = [...programText(name).matchAll(provider)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, kind = '', probe = ''] of named) expect(fired(kind)).toContain(probe);
  });

  test('does not keep live repair from being timed', () => {
    const run = runScript('perf-live-repair.d', [2]);
    run.upstairs(101, 'gw-repair-start', [1000, 7]);
    run.nanoseconds(4096);
    run.upstairs(101, 'gw-repair-done', [1000, 7]);
    run.seconds(3);
    expect(histogramsOf(run.lines)).toEqual({ [`zone=${ZONE_A} pid=101 type=repair`]: { 4096: 1 } });
  });
});

describe('a fault of the third downstairs', () => {
  test.each(WITH_STATES)('is seen in DS2: %s', (name) => {
    for (const [args, states] of [
      [of(name), ['ACT', 'ACT', 'FLT']],
      [inFull(name), ['Active', 'Active', 'Faulted']],
    ] as const) {
      const run = runScript(name, args);
      run.report(101, report({ ds_state: ['Active', 'Active', 'Faulted'] }));
      run.seconds(1);
      const [row] = rowsOf(run.lines);
      expect([row?.['DS0'], row?.['DS1'], row?.['DS2']]).toEqual(states);
    }
  });
});

describe('two upstairs that fire on two CPUs at the same time', () => {
  const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

  test.each(STATUS)('never print the values of each other: %s', (name) => {
    for (const seed of SEEDS) {
      const run = runScript(name, inFull(name), { 101: ZONE_A }, seed);
      for (let n = 1; n <= 20; n++) {
        const values = [n, n, n];
        const state = `State${n}`;
        run.report(
          101,
          report({
            upstairs_id: id(n),
            session_id: id(n),
            ds_state: [state, state, state],
            next_job_id: n,
            up_count: n,
            ds_extents_repaired: values,
            ds_live_repair_completed: values,
            up_counters: { apply: n, action_noop: n },
          }),
          { cpu: n % 4 },
        );
      }
      run.seconds(1);
      const rows = rowsOf(run.lines);
      expect(rows).toHaveLength(20);
      for (const row of rows) {
        const n = Number(row['SESSION']?.slice(-12));
        expect(row['UPSTAIRS']).toBe(id(n));
        for (const column of ['DS0', 'DS2']) expect(row[column] ?? `State${n}`).toBe(`State${n}`);
        for (const column of ['NEXT_JOB', 'UPW', 'ER0', 'ER2', 'LRC2', 'APPLY', 'NOOP']) {
          expect(row[column] ?? String(n)).toBe(String(n));
        }
      }
      expect(run.stderr).toBe('');
    }
  });

  test('never count on the volume of each other', () => {
    for (const seed of SEEDS) {
      const trace = runScript('trace-vol.d', [2], { 101: ZONE_A }, seed);
      const perf = runScript('perf-vol.d', [2], { 101: ZONE_A }, seed);
      for (const run of [trace, perf]) {
        for (let n = 0; n < 40; n++) {
          const volume = n % 4 === 0 ? VOLUME : VOLUME_2;
          run.upstairs(101, 'volume-read-start', [n, ok(volume)], { cpu: n % 4 });
        }
        run.seconds(0.1);
        for (let n = 0; n < 40; n++) {
          const volume = n % 4 === 0 ? VOLUME : VOLUME_2;
          run.upstairs(101, 'volume-read-done', [n, ok(volume)], { cpu: (n + 1) % 4 });
        }
        run.seconds(3);
      }
      expect(rowsOf(trace.lines).map((row) => [row['VOLUME'], row['START'], row['DONE']])).toEqual([
        [VOLUME, '10', '10'],
        [VOLUME_2, '30', '30'],
      ]);
      const counted = Object.entries(histogramsOf(perf.lines)).map(([key, buckets]) => [
        key.slice(-36),
        Object.values(buckets).reduce((sum, n) => sum + n, 0),
      ]);
      expect(Object.fromEntries(counted)).toEqual({ [VOLUME]: 10, [VOLUME_2]: 30 });
    }
  });

  test('never make a row that is torn', () => {
    for (const seed of SEEDS) {
      const run = runScript('upstairs_raw.d', [], { 101: ZONE_A }, seed);
      for (let n = 1; n <= 20; n++) run.report(101, report({ up_count: n }), { cpu: n % 4 });
      run.seconds(1);
      const counts = run.lines.map(
        (line) => (JSON.parse(line) as { status: { up_count: number } }).status.up_count,
      );
      expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    }
  });
});

describe('job ids, which begin at 1000 in every upstairs', () => {
  // perf-*.d of one process after another are in latencies.test.ts; here both are under way at the same time.
  test.each(TIMED)('do not mix two processes: $script, $type', ({ script, kind, start, done, more }) => {
    const run = runScript(script, [2], { 101: ZONE_A, 102: ZONE_B });
    run[kind](101, start, [1000, ...more]);
    run.nanoseconds(60_000);
    run[kind](102, start, [1000, ...more]);
    run.nanoseconds(10_000);
    run[kind](101, done, [1000, ...more]);
    run[kind](102, done, [1000, ...more]);
    run.seconds(3);
    const found = Object.entries(histogramsOf(run.lines)).map(([key, buckets]) => [
      key.split(' ')[1],
      buckets,
    ]);
    expect(Object.fromEntries(found)).toEqual({ 'pid=101': { 65536: 1 }, 'pid=102': { 8192: 1 } });
  });
});

/** Room for some 1,250 beginnings: a sixteenth of the least that a script asks for. */
const SMALL_ROOM = '256k';

describe('beginnings that are kept', () => {
  test('are never those of barriers, which no probe of a downstairs ends', () => {
    for (const name of ['perf-downstairs.d', 'perf-downstairs-three.d']) {
      expect(programText(name)).not.toContain('barrier');
      const run = runScriptWith(name, 'dynvarsize', SMALL_ROOM, [5]);
      for (let job = 0; job < 3000; job++) run.downstairs(101, 'submit-barrier-start', [job]);
      run.downstairs(101, 'submit-read-start', [4000]);
      run.downstairs(101, 'os-read-start', [4000]);
      run.downstairs(101, 'os-read-done', [4000]);
      run.downstairs(101, 'submit-read-done', [4000]);
      run.seconds(6);
      expect(run.stderr).toBe('');
      expect(Object.keys(histogramsOf(run.lines))[0]).toMatch(/type=read/);
    }
  });

  test.each([
    ...TIMED.map(({ start, done, ...timed }) => ({ ...timed, probes: [start, done] })),
    ...IN_ORDER,
  ])('are given back when the IO is done: $script, $probes', ({ script, kind, probes, more }) => {
    const run = runScriptWith(script, 'dynvarsize', SMALL_ROOM, [5]);
    const ios = 2000;
    for (let job = 0; job < ios; job++) for (const probe of probes) run[kind](101, probe, [job, ...more]);
    run.seconds(6);
    expect(run.stderr).toBe('');
    const counts = Object.values(histogramsOf(run.lines)).map((buckets) => buckets['0']);
    expect(counts.length).toBeGreaterThan(0);
    for (const count of counts) expect(count).toBe(ios);
  });

  test('would be missed where they are not given back', () => {
    const run = runScriptWith('perfgw.d', 'dynvarsize', SMALL_ROOM, [5]);
    for (let job = 0; job < 2000; job++) run.upstairs(101, 'gw-write-start', [job]);
    run.seconds(6);
    expect(run.stderr).toMatch(/dynamic variable drops/);
  });
});

describe('a write of what was never written', () => {
  const UNWRITTEN = TIMED.filter(({ start }) => /write-?unwritten/.test(start));

  test.each(UNWRITTEN)('is neither a write nor a read: $script', ({ script, kind, start, done, more }) => {
    const run = runScript(script, [2]);
    run[kind](101, start, [1000, ...more]);
    run[kind](101, done, [1000, ...more]);
    run.seconds(3);
    const types = Object.keys(histogramsOf(run.lines)).map((key) => /type=(\S+)/.exec(key)?.[1]);
    expect(types).toEqual(['write-unwritten']);
  });

  test.each([
    ['upstairs_io.d', 'upstairs', 'gw-write-unwritten-start'],
    ['all_downstairs.d', 'downstairs', 'submit-writeunwritten-start'],
  ] as const)('has a column of its own: %s', (name, kind, probe) => {
    const run = runScript(name, [2]);
    run[kind](101, probe, [1000]);
    run.seconds(3);
    const [row] = rowsOf(run.lines);
    expect([row?.['W>'], row?.['R>'], row?.['WU>']]).toEqual(['0', '0', '1']);
  });
});

describe('DELTA', () => {
  const WITH_DELTA = TABLES.filter(({ source }) => source.fields.includes('delta'));

  test.each(WITH_DELTA.map(({ script }) => script))(
    'is what came since the row before of that session, and unknown in its first: %s',
    (name) => {
      // The ids differ in their last digit only.
      const other = SESSION.replace(/1$/, '2');
      const run = runScript(name, of(name));
      for (const [session, next] of [
        [SESSION, 570_215],
        [other, 90_656],
        [SESSION, 570_762],
        [other, 90_664],
        [SESSION, 571_129],
        [SESSION, 571_129],
      ] as const) {
        run.report(101, report({ session_id: session, next_job_id: next }));
        run.seconds(0.5);
      }
      run.report(101, report({ next_job_id: undefined }));
      run.report(101, report({ next_job_id: 571_130 }));
      run.report(101, report({ session_id: undefined, next_job_id: 571_131 }));
      run.report(101, report({ session_id: undefined, next_job_id: 571_132 }));
      run.seconds(0.5);
      expect(rowsOf(run.lines).map((row) => row['DELTA'])).toEqual([
        '-',
        '-',
        '547',
        '8',
        '367',
        '0',
        '-',
        '1',
        '-',
        '-',
      ]);
      expect(run.stderr).toBe('');
    },
  );

  test('keeps two processes apart that have one session id', () => {
    const run = runScript('upstairs_info.d', [], { 101: ZONE_A, 102: ZONE_B });
    run.report(101, report({ next_job_id: 1010 }));
    run.report(102, report({ next_job_id: 5000 }));
    run.report(101, report({ next_job_id: 1020 }));
    run.seconds(1);
    expect(rowsOf(run.lines).map((row) => row['DELTA'])).toEqual(['-', '-', '10']);
  });

  test('is exact for job ids beyond 32 bits', () => {
    const run = runScript('upstairs_info.d');
    run.report(101, report({ next_job_id: 6_000_000_000 }));
    run.report(101, report({ next_job_id: 11_000_000_007 }));
    run.seconds(1);
    expect(rowsOf(run.lines).map((row) => row['DELTA'])).toEqual(['-', '5000000007']);
  });
});

describe('a value that an old Crucible does not report, or that is cut off', () => {
  test.each(STATUS)('leaves the rest of its row in place: %s', (name) => {
    const old = {
      up_count: 3,
      ds_count: 4,
      ds_state: ['active', 'active', 'faulted'],
      ds_io_count: {
        new: [9, 9, 9],
        in_progress: [1, 2, 3],
        done: [4, 5, 6],
        skipped: [7, 8, 9],
        error: [0, 0, 0],
      },
    };
    const run = runScript(name, inFull(name));
    run.report(101, JSON.stringify({ ok: old }));
    // 5000 bytes of states: what stands before them is still read.
    run.report(101, report({ ds_state: ['x'.repeat(5000), 'Active', 'Active'] }));
    run.seconds(1);
    expect(run.stderr).toBe('');
    const [first, second] = rowsOf(run.lines);
    expect([first?.['UPSTAIRS'], first?.['SESSION']]).toEqual(['-', '-']);
    if (WITH_STATES.includes(name)) expect([first?.['DS0'], first?.['DS2']]).toEqual(['active', 'faulted']);
    expect([second?.['UPSTAIRS'], second?.['SESSION']]).toEqual([UPSTAIRS, SESSION]);
    expect(second?.['DS0'] ?? '-').toBe('-');
    if (headingsOf(TABLES.find(({ script }) => script === name)!.source).includes('IP2')) {
      expect([first?.['IP2'], first?.['S0'], first?.['NEXT_JOB'], first?.['ER0']]).toEqual([
        '3',
        '7',
        '-',
        '-',
      ]);
      expect([second?.['UPW'], second?.['WRITE_BO']]).toEqual(['35', '226492416']);
    }
  });

  test('is not cut at the 2048 bytes that used to be read', () => {
    const run = runScript('up_state.d');
    run.report(101, report({ ds_state: ['Active', 'Active', 'x'.repeat(2500)] }));
    run.seconds(1);
    expect(rowsOf(run.lines)[0]?.['EXTENT']).toBe('90');
  });
});

describe('the report', () => {
  test.each([...STATUS, 'upstairs_raw.d'])('is copied once, and its JSON read in 4 KiB: %s', (name) => {
    expect(programText(name).match(/copyinstr\(/g)).toHaveLength(1);
    expect(programText(name)).toContain('strsize=4k');
  });
});

describe('rows of several upstairs', () => {
  test.each(STATUS)(
    'can be told apart by zone, PID, upstairs and session, all in full with LONG: %s',
    (name) => {
      const zone = `oxz_${'z'.repeat(59)}`;
      const run = runScript(name, inFull(name), { 101: zone });
      run.report(101, report());
      run.report(101, report({ session_id: SESSION_2 }));
      run.seconds(1);
      expect(
        rowsOf(run.lines).map((row) => [row['ZONE'], row['PID'], row['UPSTAIRS'], row['SESSION']]),
      ).toEqual([
        [zone, '101', UPSTAIRS, SESSION],
        [zone, '101', UPSTAIRS, SESSION_2],
      ]);
    },
  );
});

describe('headings', () => {
  test.each([...TABLES, ...COUNTS].map(({ script }) => script))('stand before every row: %s', (name) => {
    const run = runScript(name, of(name));
    run.report(101, report());
    run.seconds(0.3);
    expect(run.lines[0]).toMatch(/^ZONE +PID /);
  });
});

describe('counts by interval', () => {
  test('forget a process that has gone, and print nothing of their own accord at the end', async () => {
    const run = runScript('all_downstairs.d', [6, 2], { 201: ZONE_A, 202: ZONE_B });
    run.downstairs(201, 'submit-read-start', [1000]);
    run.downstairs(202, 'submit-read-start', [1000]);
    run.seconds(2.5);
    run.machine.removeProcess(202);
    run.downstairs(201, 'submit-read-start', [1001]);
    run.downstairs(201, 'submit-writeunwritten-start', [1002]);
    run.seconds(4);
    expect(tablesOf(run.lines).map((table) => table.rows.map((row) => row['PID']))).toEqual([
      ['202', '201'], // as often: in the order of their zones
      ['201'],
      [],
    ]);
    expect(await run.status()).toBe(0);
    expect(run.lines.every((line) => /^(ZONE|oxz_)/.test(line))).toBe(true);
  });

  test('jump neither to zero nor to the double when the rate is steady', () => {
    const run = runScript('upstairs_io.d', [10, 1]);
    run.nanoseconds(50_000_000);
    for (let n = 0; n < 100; n++) {
      run.upstairs(101, 'gw-read-start', [n]);
      run.nanoseconds(100_000_000);
    }
    const counts = rowsOf(run.lines).map((row) => Number(row['R>']));
    expect(counts.length).toBeGreaterThanOrEqual(8);
    for (const count of counts) expect(Math.abs(count - 10)).toBeLessThanOrEqual(1);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(88);
  });

  test.each(['all_downstairs.d', 'downstairs_count.d', 'upstairs_io.d'])(
    'come every 4 seconds: %s',
    (name) => {
      const run = runScript(name, of(name, 13));
      run.seconds(12.5);
      expect(tablesOf(run.lines)).toHaveLength(4);
    },
  );
});

describe('a script that is interrupted, or whose time is over', () => {
  test.each(NAMES)('prints no aggregation of its own accord: %s', (name) => {
    const text = programText(name);
    const kept = new Set([...text.matchAll(/@([a-z_]+)\[/g)].map((match) => match[1]));
    const atEnd = text.split(/\n\}/).filter((clause) => clause.includes('dtrace:::END'));
    for (const aggregation of kept) {
      const printed = atEnd.filter((clause) => new RegExp(`printa\\([^;]*@${aggregation}\\b`).test(clause));
      expect(printed.length).toBeGreaterThan(0);
      expect(atEnd.filter((clause) => clause.includes(`trunc(@${aggregation});`))).toHaveLength(1);
    }
  });

  test('shows all three parts of an IO in a downstairs at ^C', () => {
    const run = runScript('perf-downstairs-three.d');
    for (const probe of ['submit-read-start', 'os-read-start', 'os-read-done', 'submit-read-done']) {
      run.downstairs(101, probe, [1000]);
      run.nanoseconds(1024);
    }
    run.seconds(1);
    run.interrupt();
    expect(Object.keys(histogramsOf(run.lines)).map((key) => key.slice(-6))).toEqual([
      'part=1',
      'part=2',
      'part=3',
    ]);
  });
});

describe('a PID', () => {
  test.each(NAMES)('limits by comparing, with no process grabbed: %s', (name) => {
    expect(programText(name)).not.toMatch(/\$target|[^|]\|[^|]/);
  });

  test('that ends does not end the trace', async () => {
    const run = runScript('upstairs_info.d', [30, 1, 101]);
    run.report(101, report());
    run.machine.removeProcess(101);
    run.seconds(3);
    expect(await run.status()).toBeNull();
  });
});

describe('a session that changes its state', () => {
  test('has rows in the order of time, the newest last', () => {
    const run = runScript('up_state.d', inFull('up_state.d'));
    const states = ['Faulted', 'LiveRepairReady', 'LiveRepair', 'Active'];
    for (const state of states) {
      run.report(101, report({ ds_state: [state, 'Active', 'Active'] }), { cpu: states.indexOf(state) });
      run.seconds(1);
    }
    expect(rowsOf(run.lines).map((row) => row['DS0'])).toEqual(states);
  });
});
