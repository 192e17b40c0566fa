import { describe, expect, test } from 'vitest';
import type { Timed } from '../../../src/kinds/latency-spec.ts';
import { LATENCIES } from './made.ts';
import { histogramsOf, runScript, VOLUME, VOLUME_2, ZONE_A, ZONE_B, type Running } from './run-script.ts';

/** How the probes of one script time what is numbered in one way. */
interface TimedScript {
  readonly script: string;
  readonly kind: 'upstairs' | 'downstairs';
  readonly types: readonly Timed[];
  /** What the probes carry besides the id, and how the key line says it. */
  readonly more: readonly (number | string)[];
  readonly key: string;
  /** What another process's or client's probes carry. */
  readonly other: readonly (number | string)[];
  readonly otherKey: string;
}

const ALL = ['read', 'write', 'write-unwritten', 'flush', 'barrier'];
const DATA = ALL.slice(0, 4);
const joined = (type: string): string => type.replace('write-u', 'writeu');
const ok = (volume: string): string => JSON.stringify({ ok: volume });

/** What tells IOs of one number apart, beside the process. */
const NUMBERED = {
  job: { more: [], key: '', other: [], otherKey: '' },
  client: { more: [1], key: ' client=1', other: [2], otherKey: ' client=2' },
  volume: {
    more: [ok(VOLUME)],
    key: ` volume=${VOLUME}`,
    other: [ok(VOLUME_2)],
    otherKey: ` volume=${VOLUME_2}`,
  },
} as const;

/** Every script that times a start and a done; a whole extent has tests of its own. */
const TIMED: readonly TimedScript[] = LATENCIES.flatMap(({ script, source }) =>
  source.kind === 'latency'
    ? (['job', 'client', 'volume'] as const).flatMap((by): readonly TimedScript[] => {
        // Those of closes and reopens are also the beginning and the end of an extent.
        const isAlone = ({ start }: Timed) => !/^gw-(close|reopen)-/.test(start);
        const types = source.timed.filter((each) => each.by === by && isAlone(each));
        return types.length === 0 ? [] : [{ script, kind: source.provider, types, ...NUMBERED[by] }];
      })
    : [],
);

/** An IO that begins now and takes so long. */
function io(
  run: Running,
  timed: TimedScript,
  pid: number,
  { start, done }: Timed,
  id: number,
  ns: number,
  more = timed.more,
): void {
  run[timed.kind](pid, start, [id, ...more]);
  run.nanoseconds(ns);
  run[timed.kind](pid, done[0], [id, ...more]);
}

describe.each(TIMED)('$script', (timed) => {
  const { script, kind, types, key } = timed;
  const [first] = types as readonly [Timed];
  const { type: firstType } = first;
  const title = (type: string, more = key, zone = ZONE_A, pid = 101): string =>
    `zone=${zone} pid=${pid} type=${type}${more}`;

  test('counts each type of IO for itself, in nanoseconds, once at the end', async () => {
    const run = runScript(script, [10]);
    types.forEach((probe, i) => {
      // 1500 and 1700 fall in the bucket 1024, twice as much in 2048, and so on.
      io(run, timed, 101, probe, 1000 + i, 1500 * 2 ** i);
      io(run, timed, 101, probe, 2000 + i, 1700 * 2 ** i);
      io(run, timed, 101, probe, 3000 + i, 1_000_000 * 2 ** i);
    });
    run.seconds(8.5);
    expect(run.lines).toEqual([]);
    run.seconds(2);
    expect(histogramsOf(run.lines)).toEqual(
      Object.fromEntries(
        types.map(({ type }, i) => [title(type), { [1024 * 2 ** i]: 2, [524_288 * 2 ** i]: 1 }]),
      ),
    );
    expect(await run.status()).toBe(0);
    expect(run.stderr).toBe('');
  });

  test('prints what it has when it is interrupted', async () => {
    const run = runScript(script);
    io(run, timed, 101, first, 1000, 4096);
    run.seconds(1);
    run.interrupt();
    expect(histogramsOf(run.lines)).toEqual({ [title(firstType)]: { 4096: 1 } });
    expect(await run.status()).toBe(0);
  });

  test('prints each interval for itself when one is given', () => {
    const run = runScript(script, [5, 2]);
    io(run, timed, 101, first, 1000, 4096);
    run.seconds(2.5);
    const before = run.lines.length;
    expect(histogramsOf(run.lines)).toEqual({ [title(firstType)]: { 4096: 1 } });
    io(run, timed, 101, first, 1001, 8192);
    run.seconds(3);
    expect(histogramsOf(run.lines.slice(before))).toEqual({ [title(firstType)]: { 8192: 1 } });
  });

  test('keeps processes, and clients or volumes, apart when their IOs have the same number', () => {
    const run = runScript(script, [2], { 101: ZONE_A, 102: ZONE_B });
    run[kind](101, first.start, [1000, ...timed.more]);
    run.nanoseconds(1000);
    run[kind](102, first.start, [1000, ...timed.more]);
    run.nanoseconds(1000);
    if (timed.otherKey !== '') run[kind](101, first.start, [1000, ...timed.other]);
    run.nanoseconds(8000);
    run[kind](101, first.done[0], [1000, ...timed.more]);
    run[kind](102, first.done[0], [1000, ...timed.more]);
    if (timed.otherKey !== '') {
      run.nanoseconds(60_000);
      run[kind](101, first.done[0], [1000, ...timed.other]);
    }
    run.seconds(3);
    expect(histogramsOf(run.lines)).toEqual({
      [title(firstType)]: { 8192: 1 }, // 10000 ns
      [title(firstType, key, ZONE_B, 102)]: { 8192: 1 }, // 9000 ns
      ...(timed.otherKey === '' ? {} : { [title(firstType, timed.otherKey)]: { 65536: 1 } }), // 68000 ns
    });
  });

  test('counts nothing whose beginning it did not see, and nothing twice', () => {
    const run = runScript(script, [2]);
    run[kind](101, first.done[0], [999, ...timed.more]);
    io(run, timed, 101, first, 1000, 4096);
    run[kind](101, first.done[0], [1000, ...timed.more]);
    run.seconds(3);
    expect(histogramsOf(run.lines)).toEqual({ [title(firstType)]: { 4096: 1 } });
  });

  test('is limited to a PID, or to a volume', () => {
    const isVolume = key.startsWith(' volume');
    const run = runScript(script, [2, 0, isVolume ? VOLUME_2 : 102], { 101: ZONE_A, 102: ZONE_B });
    io(run, timed, 101, first, 1000, 4096);
    io(run, timed, 102, first, 1001, 4096, isVolume ? timed.other : timed.more);
    run.seconds(3);
    const more = isVolume ? timed.otherKey : key;
    expect(histogramsOf(run.lines)).toEqual({ [title(firstType, more, ZONE_B, 102)]: { 4096: 1 } });
  });
});

describe('perf-upstairs-rw.d', () => {
  const title = (type: string, part: number): string => `zone=${ZONE_A} pid=101 type=${type} part=${part}`;

  /** Taken, queued after 1 µs, answered by two downstairs after 10 and 20 µs more, acknowledged 100 µs later. */
  function inParts(run: Running, type: string, job: number): void {
    run.upstairs(101, `gw-${type}-start`, [job]);
    run.nanoseconds(1000);
    run.upstairs(101, `up-to-ds-${type}-start`, [job]);
    run.nanoseconds(10_000);
    run.upstairs(101, `ds-${type}-client-done`, [job, 2]);
    run.nanoseconds(10_000);
    run.upstairs(101, `ds-${type}-client-done`, [job, 0]);
    run.nanoseconds(100_000);
    run.upstairs(101, `gw-${type}-done`, [job]);
    run.nanoseconds(5_000_000);
    run.upstairs(101, `ds-${type}-client-done`, [job, 1]);
  }

  test('times to the queue, to the last answer before the acknowledgement, and to that', () => {
    const run = runScript('perf-upstairs-rw.d', [2]);
    ALL.forEach((type, i) => {
      inParts(run, type, 1000 + i);
    });
    run.seconds(3);
    expect(run.stderr).toBe('');
    expect(histogramsOf(run.lines)).toEqual(
      Object.fromEntries(
        ALL.flatMap((type) => [
          [title(type, 1), { 512: 1 }], // 1000 ns
          [title(type, 2), { 16384: 1 }], // 20000 ns
          [title(type, 3), { 65536: 1 }], // 100000 ns
        ]),
      ),
    );
  });

  test('has part 1 only of what is acknowledged before any answer, and nothing of what was never queued', () => {
    const run = runScript('perf-upstairs-rw.d', [2]);
    run.upstairs(101, 'gw-write-start', [1000]);
    run.nanoseconds(1000);
    run.upstairs(101, 'up-to-ds-write-start', [1000]);
    run.nanoseconds(1000);
    run.upstairs(101, 'gw-write-done', [1000]);
    run.upstairs(101, 'ds-write-client-done', [1000, 0]);
    run.upstairs(101, 'gw-read-start', [1001]);
    run.upstairs(101, 'gw-read-done', [1001]);
    run.upstairs(101, 'up-to-ds-flush-start', [1002]);
    run.upstairs(101, 'gw-flush-done', [1002]);
    run.seconds(3);
    expect(histogramsOf(run.lines)).toEqual({ [title('write', 1)]: { 512: 1 } });
  });
});

describe('perf-downstairs-three.d', () => {
  test('times to the operating system, within it, and to the answer', () => {
    const run = runScript('perf-downstairs-three.d', [2], { 201: ZONE_B });
    for (const [i, type] of DATA.entries()) {
      const probe = joined(type);
      const job = [1000 + i];
      run.downstairs(201, `submit-${probe}-start`, job);
      run.nanoseconds(1000);
      run.downstairs(201, `os-${probe}-start`, job);
      run.nanoseconds(20_000);
      run.downstairs(201, `os-${probe}-done`, job);
      run.nanoseconds(300_000);
      run.downstairs(201, `submit-${probe}-done`, job);
    }
    // One that began before the window, and one that the operating system never saw.
    run.downstairs(201, 'os-read-done', [5]);
    run.downstairs(201, 'submit-read-done', [5]);
    run.downstairs(201, 'submit-read-start', [6]);
    run.downstairs(201, 'submit-read-done', [6]);
    run.seconds(3);
    expect(run.stderr).toBe('');
    expect(histogramsOf(run.lines)).toEqual(
      Object.fromEntries(
        DATA.flatMap((type) => [
          [`zone=${ZONE_B} pid=201 type=${type} part=1`, { 512: 1 }],
          [`zone=${ZONE_B} pid=201 type=${type} part=2`, { 16384: 1 }],
          [`zone=${ZONE_B} pid=201 type=${type} part=3`, { 262144: 1 }],
        ]),
      ),
    );
  });
});

describe('perf-downstairs.d', () => {
  test('times the jobs of live repair, each by its own kind', () => {
    const run = runScript('perf-downstairs.d', [2]);
    const work = [
      ['close', 'submit-el-close-start', 'submit-el-close-done'],
      ['flush-close', 'submit-el-flush-close-start', 'submit-el-close-done'],
      ['repair', 'submit-el-repair-start', 'submit-el-repair-done'],
      ['reopen', 'submit-el-reopen-start', 'submit-el-done'],
      ['noop', 'submit-el-noop-start', 'submit-el-done'],
    ] as const;
    for (const [i, [, start, done]] of work.entries()) {
      run.downstairs(101, start, [1000 + i]);
      run.nanoseconds(1024 * 2 ** i);
      run.downstairs(101, done, [1000 + i]);
    }
    run.seconds(3);
    expect(histogramsOf(run.lines)).toEqual(
      Object.fromEntries(
        work.map(([type], i) => [`zone=${ZONE_A} pid=101 type=${type}`, { [1024 * 2 ** i]: 1 }]),
      ),
    );
  });
});

describe('perf-live-repair.d', () => {
  test("times an extent's four jobs and the whole, from the start of close to the end of reopen", () => {
    const run = runScript('perf-live-repair.d', [2]);
    const extent = 77;
    for (const [i, work] of ['close', 'repair', 'noop', 'reopen'].entries()) {
      run.upstairs(101, `gw-${work}-start`, work === 'noop' ? [1000 + i] : [1000 + i, extent]);
    }
    for (const [i, work] of ['close', 'repair', 'noop', 'reopen'].entries()) {
      run.nanoseconds(1_000_000);
      run.upstairs(101, `gw-${work}-done`, work === 'noop' ? [1000 + i] : [1000 + i, extent]);
    }
    run.seconds(3);
    const title = (type: string): string => `zone=${ZONE_A} pid=101 type=${type}`;
    expect(histogramsOf(run.lines)).toEqual({
      [title('close')]: { 524288: 1 }, // 1 ms
      [title('repair')]: { 1048576: 1 }, // 2 ms
      [title('noop')]: { 2097152: 1 }, // 3 ms
      [title('reopen')]: { 2097152: 1 }, // 4 ms
      [title('extent')]: { 2097152: 1 },
    });
  });

  test('has as many of each kind and downstairs as there were extents, though two probes tell of one acknowledgement', () => {
    const run = runScript('perf-live-repair.d', [30]);
    const extents = 59;
    let job = 1000;
    /** Downstairs 2 is repaired; for each acknowledgement of a reopen or a no-op Crucible fires both. */
    const acknowledge = (number: number, client: number): void => {
      run.nanoseconds(1000);
      run.upstairs(101, 'ds-noop-done', [number, client]);
      run.upstairs(101, 'ds-reopen-done', [number, client]);
    };
    for (let extent = 0; extent < extents; extent++) {
      const [close, repair, noop, reopen] = [job, job + 1, job + 2, job + 3];
      job += 4;
      run.upstairs(101, 'gw-close-start', [close, extent]);
      run.upstairs(101, 'gw-repair-start', [repair, extent]);
      run.upstairs(101, 'gw-noop-start', [noop]);
      run.upstairs(101, 'gw-reopen-start', [reopen, extent]);
      for (const [number, kind] of [
        [close, 'close'],
        [repair, 'repair'],
        [noop, 'noop'],
        [reopen, 'reopen'],
      ] as const) {
        for (const client of [0, 1, 2]) {
          run.upstairs(
            101,
            `ds-${kind}-start`,
            kind === 'noop' ? [number, client] : [number, client, extent],
          );
        }
        for (const client of [0, 1, 2]) {
          if (kind === 'close' || (kind === 'repair' && client === 2)) {
            run.nanoseconds(1000);
            run.upstairs(101, `ds-${kind}-done`, [number, client]);
          } else acknowledge(number, client);
        }
        run.upstairs(101, `gw-${kind}-done`, kind === 'noop' ? [number] : [number, extent]);
      }
    }
    run.interrupt();
    expect(run.stderr).toBe('');
    const counted = Object.entries(histogramsOf(run.lines)).map(([key, buckets]) => [
      key.replace(/^.*type=/, ''),
      Object.values(buckets).reduce((sum, count) => sum + count, 0),
    ]);
    const kinds = ['close', 'repair', 'noop', 'reopen'];
    const expected = [
      ...[...kinds, 'extent'].map((kind) => [kind, extents]),
      ...kinds.flatMap((kind) => [0, 1, 2].map((client) => [`ds-${kind} client=${client}`, extents])),
    ];
    expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(expected));
  });
});

/** The lines that count samples that could not be told apart, by type. */
function ambiguousIn(lines: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, type, count] = /^zone=\S+ pid=\d+ type=(\S+) ambiguous=(\d+)$/.exec(line) ?? [];
      return type === undefined ? [] : [[type, Number(count)]];
    }),
  );
}

describe('two IOs of one number that are under way at once', () => {
  const CASES: readonly (readonly [
    script: string,
    kind: 'upstairs' | 'downstairs',
    probe: string,
    more: readonly (number | string)[],
  ])[] = [
    ['perfgw.d', 'upstairs', 'gw-read', []],
    ['perf-ds-client.d', 'upstairs', 'ds-read-client', [1]],
    ['perf-ds-net.d', 'upstairs', 'ds-read-net', [1]],
    ['perf-vol.d', 'upstairs', 'volume-read', [ok(VOLUME)]],
    ['perf-reqwest.d', 'upstairs', 'reqwest-read', [ok(VOLUME)]],
    ['perf-downstairs.d', 'downstairs', 'submit-read', []],
    ['perf-downstairs-os.d', 'downstairs', 'os-read', []],
    ['perf-upstairs-rw.d', 'upstairs', 'gw-read', []],
    ['perf-downstairs-three.d', 'downstairs', 'submit-read', []],
  ];

  test.each(CASES)(
    'are counted, and neither is timed; those before and after are: %s',
    (script, kind, probe, more) => {
      const run = runScript(script, [5]);
      const fire = (phase: 'start' | 'done', id: number): void =>
        run[kind](101, `${probe}-${phase}`, [id, ...more]);
      /** One that goes its whole way, in parts too. */
      const whole = (id: number): void => {
        fire('start', id);
        run.nanoseconds(1000);
        if (script === 'perf-upstairs-rw.d') {
          run.upstairs(101, 'up-to-ds-read-start', [id]);
          run.upstairs(101, 'ds-read-client-done', [id, 0]);
        }
        if (script === 'perf-downstairs-three.d') {
          run.downstairs(101, 'os-read-start', [id]);
          run.downstairs(101, 'os-read-done', [id]);
        }
        run.nanoseconds(1000);
        fire('done', id);
      };
      whole(1000);
      // Two disks, then three, each with a job 1001 and 1002 under way.
      for (const [id, disks] of [
        [1001, 2],
        [1002, 3],
      ] as const) {
        for (let disk = 0; disk < disks; disk++) {
          fire('start', id);
          run.nanoseconds(500);
        }
        for (let disk = 0; disk < disks; disk++) {
          fire('done', id);
          run.nanoseconds(500);
        }
      }
      // Afterwards the numbers are as good as new.
      whole(1001);
      whole(1002);
      run.seconds(6);
      expect(run.stderr).toBe('');
      expect(ambiguousIn(run.lines)).toEqual({ read: 5 });
      const histograms = histogramsOf(run.lines.filter((line) => !line.includes('ambiguous=')));
      for (const buckets of Object.values(histograms)) {
        expect(Object.values(buckets).reduce((sum, count) => sum + count, 0)).toBe(3);
      }
      expect(Object.keys(histograms).length).toBeGreaterThan(0);
    },
  );

  test('of other types, clients, volumes or processes are told apart', () => {
    const run = runScript('perf-ds-client.d', [5], { 101: ZONE_A, 102: ZONE_B });
    const fired = [
      [101, 'read', 0],
      [101, 'read', 1],
      [101, 'write', 0],
      [102, 'read', 0],
    ] as const;
    for (const [pid, type, client] of fired) run.upstairs(pid, `ds-${type}-client-start`, [1000, client]);
    for (const [pid, type, client] of fired) run.upstairs(pid, `ds-${type}-client-done`, [1000, client]);
    run.seconds(6);
    expect(ambiguousIn(run.lines)).toEqual({});
    expect(Object.keys(histogramsOf(run.lines))).toHaveLength(4);
  });

  test('count nothing twice where a write ends once more for a downstairs that is given up', () => {
    const run = runScript('perfgw.d', [5]);
    run.upstairs(101, 'gw-write-start', [1000]);
    run.nanoseconds(2048);
    for (let n = 0; n < 2; n++) run.upstairs(101, 'gw-write-done', [1000]);
    run.seconds(6);
    expect(histogramsOf(run.lines)).toEqual({ [`zone=${ZONE_A} pid=101 type=write`]: { 2048: 1 } });
  });
});

describe('a VOLUME of a script of latencies', () => {
  test.each([0, VOLUME_2.toUpperCase()])('may be 0, or in capitals: %s', (only) => {
    const run = runScript('perf-vol.d', [2, 0, only]);
    run.upstairs(101, 'volume-read-start', [1, ok(VOLUME_2)]);
    run.upstairs(101, 'volume-read-done', [1, ok(VOLUME_2)]);
    run.seconds(3);
    expect(run.stderr).toBe('');
    expect(Object.keys(histogramsOf(run.lines))).toHaveLength(1);
  });
});
