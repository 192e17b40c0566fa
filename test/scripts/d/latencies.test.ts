import { describe, expect, test } from 'vitest';
import { histogramsOf, runScript, VOLUME, VOLUME_2, ZONE_A, ZONE_B, type Running } from './run-script.ts';

/** How the probes of one script time one kind of IO. */
interface Timed {
  readonly script: string;
  readonly kind: 'upstairs' | 'downstairs';
  /** Type as printed, and the probes' names without `-start`, `-done`. */
  readonly types: readonly (readonly [string, string])[];
  /** What the probes carry besides the id, and how the key line says it. */
  readonly more: readonly (number | string)[];
  readonly key: string;
  /** What another process's or client's probes carry. */
  readonly other: readonly (number | string)[];
  readonly otherKey: string;
}

const jobs = (
  pattern: (type: string) => string,
  types: readonly string[],
): readonly (readonly [string, string])[] => types.map((type) => [type, pattern(type)]);
const ALL = ['read', 'write', 'write-unwritten', 'flush', 'barrier'];
const DATA = ALL.slice(0, 4);
const joined = (type: string): string => type.replace('write-u', 'writeu');
const ok = (volume: string): string => JSON.stringify({ ok: volume });
const plain = { more: [], key: '', other: [], otherKey: '' } as const;
const clients = { more: [1], key: ' client=1', other: [2], otherKey: ' client=2' } as const;
const volumes = {
  more: [ok(VOLUME)],
  key: ` volume=${VOLUME}`,
  other: [ok(VOLUME_2)],
  otherKey: ` volume=${VOLUME_2}`,
} as const;

const TIMED: readonly Timed[] = [
  { script: 'perfgw.d', kind: 'upstairs', types: jobs((t) => `gw-${t}`, ALL), ...plain },
  { script: 'perf-ds-client.d', kind: 'upstairs', types: jobs((t) => `ds-${t}-client`, ALL), ...clients },
  { script: 'perf-ds-net.d', kind: 'upstairs', types: jobs((t) => `ds-${t}-net`, DATA), ...clients },
  { script: 'perf-vol.d', kind: 'upstairs', types: jobs((t) => `volume-${joined(t)}`, DATA), ...volumes },
  { script: 'perf-reqwest.d', kind: 'upstairs', types: jobs((t) => `reqwest-${t}`, ['read']), ...volumes },
  {
    script: 'perf-downstairs.d',
    kind: 'downstairs',
    types: jobs((t) => `submit-${joined(t)}`, DATA),
    ...plain,
  },
  {
    script: 'perf-downstairs-os.d',
    kind: 'downstairs',
    types: jobs((t) => `os-${joined(t)}`, DATA),
    ...plain,
  },
  {
    script: 'perf-live-repair.d',
    kind: 'upstairs',
    types: jobs((t) => t.replace(/^ds-/, 'ds-'), ['ds-close', 'ds-repair', 'ds-noop', 'ds-reopen']),
    ...clients,
  },
  {
    script: 'perf-live-repair.d',
    kind: 'upstairs',
    types: jobs((t) => `gw-${t}`, ['repair', 'noop']),
    ...plain,
  },
];

/** An IO that begins now and takes so long. */
function io(
  run: Running,
  timed: Timed,
  pid: number,
  probe: string,
  id: number,
  ns: number,
  more = timed.more,
): void {
  run[timed.kind](pid, `${probe}-start`, [id, ...more]);
  run.nanoseconds(ns);
  run[timed.kind](pid, `${probe}-done`, [id, ...more]);
}

describe.each(TIMED)('$script', (timed) => {
  const { script, kind, types, key } = timed;
  const [firstType = '', firstProbe = ''] = types[0] ?? [];
  const title = (type: string, more = key, zone = ZONE_A, pid = 101): string =>
    `zone=${zone} pid=${pid} type=${type}${more}`;

  test('counts each type of IO for itself, in nanoseconds, once at the end', async () => {
    const run = runScript(script, [5]);
    types.forEach(([, probe], i) => {
      // 1500 and 1700 fall in the bucket 1024, twice as much in 2048, and so on.
      io(run, timed, 101, probe, 1000 + i, 1500 * 2 ** i);
      io(run, timed, 101, probe, 2000 + i, 1700 * 2 ** i);
      io(run, timed, 101, probe, 3000 + i, 1_000_000 * 2 ** i);
    });
    run.seconds(4.5);
    expect(run.lines).toEqual([]);
    run.seconds(1);
    expect(histogramsOf(run.lines)).toEqual(
      Object.fromEntries(
        types.map(([type], i) => [title(type), { [1024 * 2 ** i]: 2, [524_288 * 2 ** i]: 1 }]),
      ),
    );
    expect(await run.status()).toBe(0);
    expect(run.stderr).toBe('');
  });

  test('prints what it has when it is interrupted', async () => {
    const run = runScript(script);
    io(run, timed, 101, firstProbe, 1000, 4096);
    run.seconds(1);
    run.interrupt();
    expect(histogramsOf(run.lines)).toEqual({ [title(firstType)]: { 4096: 1 } });
    expect(await run.status()).toBe(0);
  });

  test('prints each interval for itself when one is given', () => {
    const run = runScript(script, [5, 2]);
    io(run, timed, 101, firstProbe, 1000, 4096);
    run.seconds(2.5);
    const first = run.lines.length;
    expect(histogramsOf(run.lines)).toEqual({ [title(firstType)]: { 4096: 1 } });
    io(run, timed, 101, firstProbe, 1001, 8192);
    run.seconds(3);
    expect(histogramsOf(run.lines.slice(first))).toEqual({ [title(firstType)]: { 8192: 1 } });
  });

  test('keeps processes, and clients or volumes, apart when their IOs have the same number', () => {
    const run = runScript(script, [2], { 101: ZONE_A, 102: ZONE_B });
    run[kind](101, `${firstProbe}-start`, [1000, ...timed.more]);
    run.nanoseconds(1000);
    run[kind](102, `${firstProbe}-start`, [1000, ...timed.more]);
    run.nanoseconds(1000);
    if (timed.otherKey !== '') run[kind](101, `${firstProbe}-start`, [1000, ...timed.other]);
    run.nanoseconds(8000);
    run[kind](101, `${firstProbe}-done`, [1000, ...timed.more]);
    run[kind](102, `${firstProbe}-done`, [1000, ...timed.more]);
    if (timed.otherKey !== '') {
      run.nanoseconds(60_000);
      run[kind](101, `${firstProbe}-done`, [1000, ...timed.other]);
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
    run[kind](101, `${firstProbe}-done`, [999, ...timed.more]);
    io(run, timed, 101, firstProbe, 1000, 4096);
    run[kind](101, `${firstProbe}-done`, [1000, ...timed.more]);
    run.seconds(3);
    expect(histogramsOf(run.lines)).toEqual({ [title(firstType)]: { 4096: 1 } });
  });

  test('is limited to a PID, or to a volume', () => {
    const isVolume = key.startsWith(' volume');
    const run = runScript(script, [2, 0, isVolume ? VOLUME_2 : 102], { 101: ZONE_A, 102: ZONE_B });
    io(run, timed, 101, firstProbe, 1000, 4096);
    io(run, timed, 102, firstProbe, 1001, 4096, isVolume ? timed.other : timed.more);
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
});
