import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factFiles } from '../../src/simulator/storage/fact-files.ts';
import { sessionsOf, type SimulatedPool } from '../../src/simulator/storage/storage.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

let broken: SimulatedPool;
let sick = 0;

/** A rack with facts, of which one pool is broken. */
const rack = withRack(
  {
    sledsPerRack: 4,
    propolisPerSled: 3,
    pantryPerRack: 0,
    downstairsPerSled: 0,
    storage: { poolsPerSled: 2 },
    seed: 3,
  },
  async () => {
    const { world, storage } = rack.simulation;
    if (storage === null) throw new Error('a rack without storage');
    const usersOf = (pool: SimulatedPool) =>
      storage.disks.filter(({ live }) => live.some((each) => each.pool === pool));
    const [worst] = storage.sleds
      .flatMap(({ pools }) => pools)
      .toSorted((a, b) => usersOf(b).length - usersOf(a).length);
    if (worst === undefined) throw new Error('a rack without pools');
    broken = worst;
    for (const { session, crucible } of storage.disks.flatMap(({ id }) => sessionsOf(world, id)))
      crucible.setStates(session, ['active', 'active', 'active']);
    for (const disk of usersOf(broken)) {
      const [a, b, c] = disk.live.map(({ pool }) =>
        pool === broken ? ('offline' as const) : ('active' as const),
      );
      for (const { session, crucible } of sessionsOf(world, disk.id))
        if (a !== undefined && b !== undefined && c !== undefined) crucible.setStates(session, [a, b, c]);
      sick++;
    }
    const folder = join(rack.folder, 'files');
    mkdirSync(folder);
    const files = [...factFiles(world, storage)].filter(([file]) => file !== 'truth.json');
    for (const [file, text] of files) writeFileSync(join(folder, file), text);
    await run(['facts', 'import', ...files.map(([file]) => join(folder, file))], {
      env: env('facts'),
      cwd: folder,
    });
  },
);

const env = (name: string) => ({ XDG_STATE_HOME: join(rack.folder, `state-${name}`) });

const byCause = async (...words: readonly string[]) =>
  await rack.run(['ds-state', '--by-cause', ...words], { env: env('facts') });

describe('ds-state --by-cause', () => {
  it('names the broken pool for programs, with every degraded session in its rows', async () => {
    const { status, stdout } = await byCause('-o', 'json');
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    const name = `${broken.sled.world.id} pool oxp_${broken.id} (disk ${broken.diskSerial})`;
    expect([status, report.by_cause]).toEqual([
      0,
      {
        sick,
        causes: [
          {
            kind: 'disk',
            name,
            sled: broken.sled.world.id,
            pool: broken.id,
            physical_disk: broken.diskSerial,
            sick,
            elsewhere: 0,
            unknown: 0,
            active: 0,
          },
        ],
        unknown_places: {},
        remarks: [],
      },
    ]);
    expect(report.rows.map(({ cause }: { readonly cause: string }) => cause)).toEqual(Array(sick).fill(name));
    expect(report.filter).toBe('by cause');
  });

  it('shows a table under the heading of each cause, also within 80 columns', async () => {
    const { stdout, stderr } = await byCause('--width', '80');
    const [first = '', second = '', third = ''] = stdout.split('\n');
    expect(`${first}${second}`.replace(/ +/g, ' ')).toContain(
      `${sick} of ${sick} sick downstairs are on ${broken.sled.world.id} pool oxp_`,
    );
    expect([first, second, third].every((line) => line.length <= 80)).toBe(true);
    expect(stdout).toMatch(/^SLED .*HEALTH/m);
    expect(stderr).toContain('places are by kept facts: newest');
  });

  it.each(['csv', 'prometheus'])('says the cause with -o %s', async (output) => {
    const { status, stdout, stderr } = await byCause('-o', output);
    expect(status).toBe(0);
    expect(`${stdout}${stderr}`.replaceAll(/\s+/g, ' ')).toContain(`pool oxp_${broken.id}`);
  });

  it('says without facts of how many the place is unknown, and why', async () => {
    const { status, stdout } = await rack.run(['ds-state', '--by-cause'], { env: env('none') });
    expect(status).toBe(0);
    expect(stdout).toContain('sick downstairs of unknown place\n');
    expect(stdout).toContain(
      `no common cause can be named\nthe place of ${sick} of ${sick} sick downstairs is unknown: ${sick} no_source\n`,
    );
  });

  it('shows the rows that a filter leaves, with the cause of all', async () => {
    const { stdout } = await byCause('--state', 'faulted', '-o', 'json');
    const report = JSON.parse(stdout);
    expect([report.rows, report.by_cause.sick, report.filter]).toEqual([[], sick, 'by cause; state faulted']);
  });
});
