import { describe, expect, test } from 'vitest';
import { COUNTS, of } from './made.ts';
import { rowsOf, runScript, tablesOf, VOLUME, VOLUME_2, ZONE_A, ZONE_B, type Running } from './run-script.ts';

const DOWNSTAIRS = 'oxz_crucible_7c1f6a1e-33b5-4a0c-9b52-8e0d3d1e6f00';
const WORK = ['F>', 'F<', 'W>', 'W<', 'R>', 'R<', 'WS', 'WIP', 'WD', 'WU>', 'WU<'];
const WORK_PROBES = [
  'submit-flush-start',
  'submit-flush-done',
  'submit-write-start',
  'submit-write-done',
  'submit-read-start',
  'submit-read-done',
  'work-start',
  'work-process',
  'work-done',
  'submit-writeunwritten-start',
  'submit-writeunwritten-done',
];
const GUEST = ['F>', 'F<', 'W>', 'W<', 'R>', 'R<', 'WU>', 'WU<', 'B>', 'B<'];
const GUEST_PROBES = ['flush', 'write', 'read', 'write-unwritten', 'barrier'].flatMap((type) => [
  `gw-${type}-start`,
  `gw-${type}-done`,
]);

interface Counted {
  readonly script: string;
  readonly columns: readonly string[];
  readonly probes: readonly string[];
  readonly kind: 'upstairs' | 'downstairs';
}
const COUNTED: readonly Counted[] = [
  { script: 'all_downstairs.d', columns: WORK, probes: WORK_PROBES, kind: 'downstairs' },
  { script: 'downstairs_count.d', columns: WORK, probes: WORK_PROBES, kind: 'downstairs' },
  { script: 'upstairs_io.d', columns: GUEST, probes: GUEST_PROBES, kind: 'upstairs' },
];

const argumentsFor = (script: string, ...rest: readonly number[]): readonly number[] =>
  script === 'downstairs_count.d' ? [201, ...rest] : rest;

/** Fires the first probe once, the second twice, and so on. */
function fireEach(run: Running, { kind, probes }: Counted, pid: number): void {
  probes.forEach((probe, i) => {
    for (let n = 0; n <= i; n++) run[kind](pid, probe, [1000 + n]);
  });
}

describe.each(COUNTED)('$script', (counted) => {
  const { script, columns, kind, probes } = counted;
  const first = probes[0] ?? '';
  const row = (values: readonly (number | string)[]): Record<string, string> =>
    Object.fromEntries(['ZONE', 'PID', ...columns].map((column, i) => [column, String(values[i])]));

  test('has headings at once, and each count under its own', () => {
    const run = runScript(script, argumentsFor(script), { 201: DOWNSTAIRS });
    run.seconds(0.2);
    expect(run.lines.map((line) => line.split(/ +/))).toEqual([['ZONE', 'PID', ...columns]]);
    fireEach(run, counted, 201);
    run.seconds(4);
    const counts = probes.map((_, i) => i + 1);
    expect(tablesOf(run.lines).map((table) => table.rows)).toEqual([[row([DOWNSTAIRS, 201, ...counts])], []]);
    expect(run.stderr).toBe('');
  });

  test('counts each interval for itself, and shows an idle one by its headings alone', async () => {
    const run = runScript(script, argumentsFor(script, 7, 2), { 201: DOWNSTAIRS });
    for (let n = 0; n < 3; n++) run[kind](201, first, [1000 + n]);
    run.seconds(4.5);
    run[kind](201, first, [1003]);
    run.seconds(3);
    const zeros = probes.slice(1).map(() => 0);
    expect(tablesOf(run.lines).map((table) => table.rows)).toEqual([
      [row([DOWNSTAIRS, 201, 3, ...zeros])],
      [],
      [row([DOWNSTAIRS, 201, 1, ...zeros])],
      [],
    ]);
    expect(await run.status()).toBe(0);
    expect(run.stderr).toBe('');
  });

  test('prints what it has when it is interrupted, and when its time is over within an interval', async () => {
    const interrupted = runScript(script, argumentsFor(script), { 201: DOWNSTAIRS });
    interrupted[kind](201, first, [1000]);
    interrupted.seconds(1.5);
    interrupted.interrupt();
    expect(rowsOf(interrupted.lines).map((r) => r[columns[0] ?? ''])).toEqual(['1']);
    expect(await interrupted.status()).toBe(0);
    const over = runScript(script, argumentsFor(script, 6, 4), { 201: DOWNSTAIRS });
    over.seconds(5);
    over[kind](201, first, [1000]);
    over.seconds(2);
    expect(tablesOf(over.lines).map((table) => table.rows.length)).toEqual([0, 1]);
    expect(await over.status()).toBe(0);
  });

  test('is limited to a PID', () => {
    const args = script === 'downstairs_count.d' ? [202, 30, 1] : [30, 1, 202];
    const run = runScript(script, args, { 201: DOWNSTAIRS, 202: ZONE_B });
    fireEach(run, counted, 201);
    fireEach(run, counted, 202);
    run.seconds(1.5);
    expect(rowsOf(run.lines).map((r) => [r['ZONE'], r['PID'], r[columns.at(-1) ?? '']])).toEqual([
      [ZONE_B, '202', String(columns.length)],
    ]);
  });
});

describe('all_downstairs.d', () => {
  test('has a row a process, those with the most flushes last', () => {
    const run = runScript('all_downstairs.d', [30, 4], { 201: DOWNSTAIRS, 202: ZONE_B, 203: DOWNSTAIRS });
    for (let n = 0; n < 3; n++) run.downstairs(201, 'submit-flush-start', [n]);
    run.downstairs(202, 'submit-flush-start', [1]);
    run.downstairs(203, 'work-start', [1]);
    run.seconds(4.5);
    expect(rowsOf(run.lines).map((r) => [r['PID'], r['F>'], r['WS']])).toEqual([
      ['203', '0', '1'],
      ['202', '1', '0'],
      ['201', '3', '0'],
    ]);
  });
});

describe('tracegw.d', () => {
  test('counts the IOs of each process and type that were started and done, once at the end', async () => {
    const run = runScript('tracegw.d', [5], { 101: ZONE_A, 102: ZONE_B });
    for (let job = 1000; job < 1007; job++) run.upstairs(101, 'gw-write-start', [job]);
    for (let job = 1000; job < 1005; job++) run.upstairs(101, 'gw-write-done', [job]);
    run.upstairs(101, 'gw-write-unwritten-done', [1]);
    run.upstairs(102, 'gw-read-start', [1000]);
    run.upstairs(102, 'gw-flush-start', [1001]);
    run.upstairs(102, 'gw-flush-done', [1001]);
    run.upstairs(102, 'gw-barrier-start', [1002]);
    run.upstairs(102, 'gw-barrier-start', [1003]);
    run.upstairs(102, 'gw-barrier-done', [1003]);
    run.seconds(4.5);
    expect(run.lines.map((line) => line.split(/ +/).join(' '))).toEqual(['ZONE PID TYPE START DONE']);
    run.seconds(1);
    expect(run.lines.slice(1).map((line) => line.split(/ +/).join(' '))).toEqual([
      `${ZONE_A} 101 write-unwritten 0 1`,
      `${ZONE_B} 102 read 1 0`,
      `${ZONE_B} 102 flush 1 1`,
      `${ZONE_B} 102 barrier 2 1`,
      `${ZONE_A} 101 write 7 5`,
    ]);
    expect(await run.status()).toBe(0);
    expect(run.stderr).toBe('');
  });

  test('counts by interval when asked, and one PID', () => {
    const run = runScript('tracegw.d', [5, 2, 102], { 101: ZONE_A, 102: ZONE_B });
    run.upstairs(101, 'gw-read-start', [1000]);
    run.upstairs(102, 'gw-read-start', [1000]);
    run.seconds(3);
    run.upstairs(102, 'gw-read-done', [1000]);
    run.seconds(3);
    expect(
      tablesOf(run.lines).map((table) => table.rows.map((r) => [r['PID'], r['START'], r['DONE']])),
    ).toEqual([[['102', '1', '0']], [['102', '0', '1']], []]);
  });
});

describe('trace-vol.d', () => {
  const ok = (volume: string): string => JSON.stringify({ ok: volume });

  function fireAll(run: Running): void {
    run.upstairs(101, 'volume-read-start', [1, ok(VOLUME)]);
    run.upstairs(101, 'volume-read-start', [2, ok(VOLUME_2)]);
    run.upstairs(101, 'volume-read-done', [1, ok(VOLUME)]);
    run.upstairs(101, 'volume-write-start', [3, ok(VOLUME)]);
    run.upstairs(101, 'volume-writeunwritten-start', [4, ok(VOLUME)]);
    run.upstairs(101, 'volume-writeunwritten-start', [5, ok(VOLUME)]);
    run.upstairs(101, 'volume-flush-done', [6, ok(VOLUME)]);
    run.upstairs(101, 'volume-flush-done', [7, '{"err":"no"}']);
  }

  test('counts by volume and type', () => {
    const run = runScript('trace-vol.d', [2]);
    fireAll(run);
    run.seconds(3);
    expect(run.stderr).toBe('');
    expect(tablesOf(run.lines)[0]?.columns.join(' ')).toBe('ZONE PID VOLUME TYPE START DONE');
    const rows = rowsOf(run.lines).map((r) => [r['VOLUME'], r['TYPE'], r['START'], r['DONE']].join(' '));
    expect(rows.sort()).toEqual(
      [
        `- flush 0 1`,
        `${VOLUME} flush 0 1`,
        `${VOLUME} read 1 1`,
        `${VOLUME} write 1 0`,
        `${VOLUME} write-unwritten 2 0`,
        `${VOLUME_2} read 1 0`,
      ].sort(),
    );
  });

  test('is limited to a volume', () => {
    const run = runScript('trace-vol.d', [2, 0, VOLUME_2]);
    fireAll(run);
    run.seconds(3);
    expect(rowsOf(run.lines).map((r) => [r['VOLUME'], r['TYPE'], r['START'], r['DONE']])).toEqual([
      [VOLUME_2, 'read', '1', '0'],
    ]);
  });
});

describe.each(COUNTS)('$script with FIELDS', ({ script, source }) => {
  const isByVolume = source.limit === 'volume';
  const pid = source.limit === 'needed pid' ? 101 : 102;
  const named = (seconds: number, interval: number): readonly (string | number)[] =>
    source.limit === 'needed pid' ? [101, seconds, interval, 'FIELDS'] : [seconds, interval, 0, 'FIELDS'];
  const fire = (run: Running, probe: string): void => {
    run[source.provider](pid, probe, [1000, ...(isByVolume ? [JSON.stringify({ ok: VOLUME })] : [])]);
  };

  test('prints each count by its name, and after each interval how long it was and when it ended', () => {
    const run = runScript(script, named(5, 2), { 101: ZONE_A, 102: ZONE_B });
    run.seconds(0.5);
    const zone = pid === 101 ? ZONE_A : ZONE_B;
    source.counted.forEach(({ probe }, i) => {
      for (let n = 0; n <= i; n++) fire(run, probe);
    });
    run.seconds(6);
    expect(run.stderr).toBe('');
    const words = run.lines.map(
      (line) => Object.fromEntries(line.split(' ').map((word) => word.split('='))) as Record<string, string>,
    );
    const rows = words.filter((word) => word['interval'] === undefined);
    for (const row of rows) expect(row).toMatchObject({ zone, pid: String(pid) });
    for (const [i, { column, type }] of source.counted.entries()) {
      const [row, ...others] = rows.filter((each) => each['type'] === type);
      expect(others).toEqual([]);
      expect(row?.[column]).toBe(String(i + 1));
      if (isByVolume) expect(row?.['volume']).toBe(VOLUME);
    }
    const closing = words.filter((word) => word['interval'] !== undefined);
    expect(closing.map((word) => [word['interval'], Math.round(Number(word['elapsed_ns']) / 1e9)])).toEqual([
      ['0', 2],
      ['1', 2],
      ['2', 1],
    ]);
    for (const { time_ns: time } of closing) expect(time).toMatch(/^\d{19}$/);
    expect(run.lines.at(-1)).toMatch(/^interval=2 /);
  });

  test('takes no other word in its place', async () => {
    const run = runScript(script, [...named(2, 1).slice(0, 3), 'NAMES'], { 101: ZONE_A });
    run.seconds(1);
    expect(run.lines).toHaveLength(1);
    expect(run.lines[0]).toMatch(/^usage: .*\[FIELDS\]/);
    expect(await run.status()).toBe(2);
  });

  test('and by hand says of an interval that is shorter than the others how long it is', () => {
    const run = runScript(script, of(script, 5, 2), { 101: ZONE_A, 102: ZONE_B });
    run.seconds(6);
    expect(run.lines.filter((line) => line.startsWith('#'))).toEqual([
      '# the rows above are of 1 s, those of an interval of 2 s',
    ]);
    const even = runScript(script, of(script, 4, 2), { 101: ZONE_A, 102: ZONE_B });
    even.seconds(6);
    expect(even.lines.filter((line) => line.startsWith('#'))).toEqual([]);
  });
});

describe('a VOLUME', () => {
  const ok = (volume: string): string => JSON.stringify({ ok: volume });

  test.each([
    [0, 2],
    ['0', 2],
    [VOLUME_2.toUpperCase(), 1],
    [VOLUME_2, 1],
  ])('of %s leaves %i', (only, count) => {
    const run = runScript('trace-vol.d', [2, 0, only]);
    for (const volume of [VOLUME, VOLUME_2]) run.upstairs(101, 'volume-read-start', [1, ok(volume)]);
    run.seconds(3);
    expect(run.stderr).toBe('');
    expect(rowsOf(run.lines)).toHaveLength(count);
  });
});
