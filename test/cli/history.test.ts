import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/report-schema.ts';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';

const START = Date.parse('2026-11-26T08:00:00Z');
const MINUTE = 60_000;

const rack = withRack({ isShellFree: true, sledsPerRack: 3, propolisPerSled: 1, seed: 5 });

let now = START;
const at = () => ({ now: () => new Date(now) });
const file = () => join(rack.folder, 'check.history.ndjson');

const check = async (more: readonly string[] = [], state = 'check.json') => {
  const ended = await rack.run(
    ['check', '--window', '2s', '--state-file', join(rack.folder, state), ...more],
    at(),
  );
  now += 5 * MINUTE;
  return ended;
};

const history = async (...argv: readonly string[]) =>
  await rack.run(['history', '--history', file(), '--since', '1d', ...argv], at());

const diff = async (a: string, b: string, ...argv: readonly string[]) =>
  await rack.run(['diff', a, b, '--history', file(), ...argv], at());

const rowsOf = ({
  stdout,
}: {
  readonly stdout: string;
}): readonly Readonly<Record<string, string | null>>[] => JSON.parse(stdout).rows;

const clock = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();

describe('a morning in the history of check', () => {
  let victim = '';
  let moved = '';

  beforeAll(async () => {
    const [ill] = rack.sessions('3/0');
    const crucible = rack.crucible('3/0');
    victim = ill!.upstairsId;
    await check(); // 08:00
    writeFileSync(
      join(rack.folder, 'before.json'),
      (await rack.run(['ds-state', '-o', 'json'], at())).stdout,
    );
    writeFileSync(
      join(rack.folder, 'filtered.json'),
      (await rack.run(['ds-state', '-o', 'json', '--degraded'], at())).stdout,
    );
    crucible.setStates(ill!, ['active', 'faulted', 'active']);
    await check(); // 08:05
    await check(); // 08:10
    crucible.setStates(ill!, ['active', 'live_repair', 'active']);
    await check(); // 08:15
    await rack.simulation.setFault('3/0', 'refused');
    await check(); // 08:20
    await rack.simulation.setFault('3/0', null);
    await check(); // 08:25
    crucible.setStates(ill!, ['active', 'active', 'active']);
    const vm = rack
      .crucible('3/1')
      .processes()
      .find(({ sessions }) => sessions.length > 0)!;
    moved = vm.sessions[0]!.upstairsId;
    const { world } = rack.simulation;
    world.migrate(world.sled('3/1'), vm.pid, world.sled('3/2'));
    await check(); // 08:30
    await rack.run(['ds-state', '--record', join(rack.folder, 'after')], at());
  }, 60_000);

  it('has each state of an upstairs once, with the look before it', async () => {
    const rows = rowsOf(await history(victim, '-o', 'json'));
    const told = rows.map(({ kind, from, not_before, health }) => [kind, from, not_before, health]);
    expect(told).toEqual([
      ['state', clock(0), null, 'ok'],
      ['state', clock(5), clock(0), 'degraded'],
      ['state', clock(15), clock(10), 'repairing'],
      ['repair', clock(15), clock(10), null],
      ['not_seen', clock(15), null, null],
      ['state', clock(30), clock(25), 'ok'],
    ]);
    expect(rows[4]).toMatchObject({ until: clock(25), note: 'refused', sled: expect.stringContaining('3/') });
  });

  it('shows a life as lines, with where it lived and when it was not seen', async () => {
    const { stdout, stderr, status } = await history(victim.slice(0, 8));
    expect([stdout, stderr, status]).toMatchInlineSnapshot(`
      [
        "upstairs f18fbcf2-6bcf-45b9-985f-11c62b262451 (not well twice)
        on 3/BRM42220000, propolis 973b793b, PID 666
        2026-11-26T08:00:00Z  ok         active active active  for 0s (began before the first look)
        2026-11-26T08:05:00Z  degraded   active faulted active  for 5m (began up to 5m earlier)
        2026-11-26T08:15:00Z  repairing  active live_repair active  for 10m (began up to 5m earlier)
        2026-11-26T08:15:00Z  live repair of downstairs 1 completed: seen for 10m, 20 extents, 0.03 a second
        2026-11-26T08:15:00Z  3/BRM42220000 not seen for 10m (refused)
        2026-11-26T08:30:00Z  ok         active active active  for 0s so far (began up to 5m earlier)

      ",
        "f18fbcf2: 7 runs read, 2026-11-26T08:00:00Z to 2026-11-26T08:30:00Z
      ",
        0,
      ]
    `);
    expect((await history(moved)).stdout.replaceAll(/PID \d+/g, 'PID n')).toMatchInlineSnapshot(`
      "upstairs 2772521f-43c4-487d-bbef-a91963f28c20 (always well)
        on 3/BRM42220001, propolis ac082858, PID n
        2026-11-26T08:00:00Z  ok         active active active  for 25m (began before the first look)
        2026-11-26T08:30:00Z  gone from 3/BRM42220001
        on 3/BRM42220002, propolis ac082858, PID n
        2026-11-26T08:30:00Z  ok         active active active  for 0s so far (began up to 5m earlier)

      "
    `);
  });

  it('takes the names of disks and instances, by kept facts', async () => {
    const named = join(rack.folder, 'disks.json');
    const disk = {
      name: 'boot',
      project_id: 'e3f1a5c2-0000-4000-8000-000000000001',
      size: 1024 ** 3,
      block_size: 512,
    };
    writeFileSync(
      named,
      JSON.stringify({
        items: [
          { ...disk, id: victim },
          { ...disk, name: 'idle', id: disk.project_id },
        ],
      }),
    );
    const env = { XDG_STATE_HOME: join(rack.folder, 'state') };
    const ask = async (...argv: readonly string[]) =>
      await rack.run(['history', '--history', file(), '--since', '1d', ...argv], { ...at(), env });
    await run(['facts', 'import', named], { env });
    const report = JSON.parse((await ask('--disk', 'boot', '-o', 'json')).stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect([report.filter, report.rows.length > 3]).toEqual(['disk boot', true]);
    // That its sled was not seen is a part of its life.
    const others = rowsOf({ stdout: JSON.stringify(report) }).filter(({ upstairs_id: id }) => id !== victim);
    expect(others.map(({ kind, sled }) => [kind, sled])).toEqual([['not_seen', '3/BRM42220000']]);
    const lines = await ask('--disk', 'boot');
    expect([lines.stdout.includes(victim.slice(0, 8)), lines.stderr]).toEqual([
      true,
      expect.stringContaining('; disk boot\n'),
    ]);
    const other = await ask('--instance', 'nosuch');
    expect([other.status, other.stderr]).toEqual([
      64,
      expect.stringContaining("no kept fact names the instance 'nosuch'"),
    ]);
    const sooner = await ask('--disk', 'idle');
    expect([sooner.status, sooner.stderr]).toEqual([
      64,
      expect.stringContaining('is of disk idle; go back further'),
    ]);
  });

  it('compares with now where one time is given', async () => {
    const alone = await rack.run(['diff', clock(0), '--history', file(), '-o', 'csv'], at());
    expect(alone).toEqual(await diff(clock(0), 'now', '-o', 'csv'));
    expect(alone.stdout).toContain(moved);
  });

  it('says what changed between two times, each in the class that it is', async () => {
    const changes = async (a: string, b: string) => {
      const { stdout, status } = await diff(a, b, '-o', 'json');
      return [
        status,
        ...rowsOf({ stdout }).map(
          ({ change, upstairs_id: id }) =>
            `${change} ${id === victim ? 'victim' : id === moved ? 'moved' : 'other'}`,
        ),
      ];
    };
    expect(await changes(clock(0), clock(1))).toEqual([0]);
    expect(await changes(clock(0), clock(6))).toEqual([1, 'worse victim']);
    expect(await changes(clock(6), clock(16))).toEqual([1, 'better victim']);
    // Its sled was not seen: no word of health.
    expect(await changes(clock(16), clock(21))).toEqual([3, 'not_comparable victim']);
    // The VM has two disks.
    expect(await changes(clock(26), clock(31))).toEqual([1, 'moved other', 'moved moved', 'repaired victim']);
  });

  it('compares recordings, reports and times with one another', async () => {
    const before = join(rack.folder, 'before.json');
    const after = join(rack.folder, 'after');
    const changes = async (a: string, b: string) => {
      const { stdout, stderr, status } = await diff(a, b, '-o', 'json');
      return { status, stderr, changes: rowsOf({ stdout }).map(({ change }) => change) };
    };
    const whole = await changes(before, after);
    expect(whole).toMatchObject({ status: 1, stderr: '' });
    expect(new Set(whole.changes)).toEqual(new Set(['moved']));
    expect(await changes(clock(0), after)).toEqual(whole);
    expect(await changes(before, before)).toEqual({ status: 0, stderr: '', changes: [] });
    expect(await changes(join(rack.folder, 'filtered.json'), after)).toMatchObject({
      status: 0,
      changes: [],
      stderr: expect.stringContaining('filtered'),
    });
  });

  it('counts by rack and sled', async () => {
    const rows = rowsOf(await history('--summary', '-o', 'json'));
    expect(rows.map(({ sled }) => sled)).toEqual([null, '3/BRM42220000', '3/BRM42220001', '3/BRM42220002']);
    expect(rows[0]).toMatchObject({
      upstairs: 5,
      not_well: 1,
      recovered: 1,
      lost: 1,
      repairs: 1,
      not_seen: 1,
    });
    expect(rows[1]).toMatchObject({ upstairs: 1, not_well: 1, repair_longest_s: 900 });
    const [heading = '', rack = ''] = (await history('--summary')).stdout.split('\n');
    // It fits a terminal.
    expect([heading.length <= 80, rack]).toEqual([
      true,
      expect.stringMatching(/^3 +- +5 +1 +1 +1 +0 +1 +900 +1$/),
    ]);
  });

  it('takes a report of its own, by the schema', async () => {
    for (const ended of [await history('-o', 'json'), await diff(clock(0), clock(31), '-o', 'json')]) {
      expect(schemaErrors(JSON.parse(ended.stdout))).toEqual([]);
    }
  });

  it('is in a mail: how often before, and how long the last repair took', async () => {
    rack.crucible('3/0').setStates(rack.sessions('3/0')[0]!, ['active', 'faulted', 'active']);
    const { stdout, status } = await check([
      '--dry-run',
      '--mail-to',
      'ada@example.com',
      '--sendmail=/bin/false',
    ]);
    expect(status).toBe(2);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'history not well once before in the 35m of the history; the last live repair took between 10m and 20m, over by 2026-11-26T08:30:00Z',
    );
  });

  it('never harms the verdict', async () => {
    const verdict = async (...more: readonly string[]) => {
      const { status, stdout, stderr } = await check(more, 'other.json');
      return { status, first: stdout.split('\n')[0], stderr: stderr.replaceAll(rack.folder, '') };
    };
    const well = await verdict('--history', 'off');
    expect(well.stderr).toBe('');
    expect(existsSync(join(rack.folder, 'other.history.ndjson'))).toBe(false);
    const newer = join(rack.folder, 'newer');
    writeFileSync(newer, '{"format":"cruc-fleet/history","version":2}\n');
    expect(await verdict('--history', newer)).toEqual({
      ...well,
      stderr: expect.stringMatching(/^warning: the history \/newer is of version 2.*not in it/),
    });
    expect(await verdict('--history', join(rack.folder, 'none', 'such'))).toEqual({
      ...well,
      stderr: expect.stringContaining('mkdir -m 700 /none'),
    });
    expect(await verdict('--history', newer, '--cron')).toMatchObject({ stderr: '' });
  });

  it('refuses what it cannot compare, with what to do', async () => {
    const problem = async (a: string, b: string) => {
      const { status, stderr } = await diff(a, b);
      return `${status} ${stderr.replaceAll(rack.folder, '')}`;
    };
    expect([await problem('25:00', 'now'), await problem('2026-11-25', 'now'), await problem(file(), 'now')])
      .toMatchInlineSnapshot(`
      [
        "64 cruc-fleet: '25:00' is not a time of day; there is no file or folder /nonexistent/25:00 either
      ",
        "78 cruc-fleet: the history has no run before 2026-11-25 (2026-11-25T00:00:00Z)
      ",
        "64 cruc-fleet: /check.history.ndjson is JSON in lines, as -o ndjson prints it, and not a report; give what -o json printed, or a folder of --record
      ",
      ]
    `);
    expect((await rack.run(['history', '--history', join(rack.folder, 'none')], at())).status).toBe(78);
    expect((await history('nobody')).status).toBe(64);
  });

  it('does not say that nothing is there where a part of it is damaged', async () => {
    const damaged = join(rack.folder, 'damaged.ndjson');
    const lines = readFileSync(file(), 'utf8').split('\n');
    writeFileSync(damaged, [...lines.slice(0, 2), 'garbage', ...lines.slice(3)].join('\n'));
    const { status, stderr } = await rack.run(
      ['history', 'nobody', '--history', damaged, '--since', '1d'],
      at(),
    );
    expect([status, stderr]).toEqual([
      78,
      "cruc-fleet: nothing is called 'nobody' in what can be read of the history, and 1 part of the history is damaged: it may have been there\n",
    ]);
  });
});
