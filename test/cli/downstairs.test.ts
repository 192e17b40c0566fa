import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factFiles } from '../../src/simulator/storage/fact-files.ts';
import type { Storage } from '../../src/simulator/storage/storage.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

const rack = withRack({
  isWarm: true,
  sledsPerRack: 4,
  propolisPerSled: 1,
  storage: { poolsPerSled: 2 },
  seed: 4,
});

type Row = Readonly<Record<string, string | number | null>>;

function storage(): Storage {
  const found = rack.simulation.storage;
  if (found === null) throw new Error('a rack without storage');
  return found;
}

describe('downstairs', () => {
  const env = () => ({ XDG_STATE_HOME: join(rack.folder, 'state') });

  it('shows every region of a rack once, with its service, pool and upstairs, and marks what to look at', async () => {
    const [disk, second] = storage().disks;
    if (disk === undefined || second === undefined) throw new Error('too few disks');
    storage().beginReplacement(disk, 1);
    storage().finishReplacement(disk);
    storage().breakRegion(second.live[0]);
    const { pool } = second.live[2];
    pool.allocatedBytes = Math.ceil(pool.sizeBytes * 0.81);
    const folder = join(rack.folder, 'files');
    mkdirSync(folder);
    const files = [...factFiles(rack.simulation.world, storage())].filter(([name]) => name !== 'truth.json');
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    await run(['facts', 'import', ...files.map(([name]) => join(folder, name))], { env: env() });

    const { status, stdout, stderr } = await rack.run(['downstairs', '-o', 'json'], { env: env() });
    expect([status, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    const rows: readonly Row[] = report.rows;
    const regions = storage().regions.filter(({ state }) => state !== 'disabled');
    expect(rows.length).toBe(regions.length);
    expect(new Set(rows.map((row) => row['region']))).toEqual(new Set(regions.map(({ id }) => id)));
    for (const row of rows) {
      const region = regions.find(({ id }) => id === row['region']);
      const its = storage().disks.find(({ live }) => live.some((each) => each === region));
      expect([
        row['service'],
        row['port'],
        row['address'],
        row['downstairs_pid'],
        row['pool'],
        row['sled'],
      ]).toEqual([
        region?.state,
        String(region?.port),
        region?.pool.address,
        region?.pid ?? null,
        region?.pool.id,
        region?.pool.sled.world.id,
      ]);
      expect([row['upstairs_id'], row['disk'], row['index']]).toEqual([
        its?.id,
        its?.name,
        its?.live.findIndex((each) => each === region),
      ]);
      expect(row['connections']).toBe(region?.state === 'online' ? 1 : 0);
    }
    const noteOf = (id: string) => rows.find((row) => row['region'] === id)?.['note'];
    expect(noteOf(second.live[0].id)).toContain('in maintenance since Aug 04');
    expect(noteOf(second.live[2].id)).toContain('its pool is 81 % full');
  });

  it('says ? of an upstairs that nothing tells, and that nobody talks to a region', async () => {
    const [disk] = storage().disks;
    if (disk === undefined) throw new Error('no disk');
    // A region that the database has and no process was told of.
    const fresh = storage().beginReplacement(disk, 0);
    const { stdout } = await rack.run(['downstairs', '-o', 'json', '-s', fresh.pool.sled.world.serial], {
      env: { XDG_STATE_HOME: join(rack.folder, 'none') },
    });
    const rows: readonly Row[] = JSON.parse(stdout).rows;
    const row = rows.find(({ region }) => region === fresh.id);
    expect([row?.['upstairs_id'], row?.['disk']]).toEqual([null, null]);
    // It has the port of the one that was deleted before.
    expect(row?.['note']).toMatch(/^nobody talks to it; its port was region [0-9a-f]{8}'s before$/);
  });

  it('counts the IOs of each process while it watches, and of none that does not run', async () => {
    const { status, stdout } = await rack.run(['downstairs', '-w', '2s', '-o', 'json'], { env: env() });
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    const rows: readonly Row[] = report.rows;
    for (const row of rows) {
      const isKnown = [row['reads'], row['writes'], row['flushes']].map((cell) => typeof cell === 'number');
      expect(isKnown).toEqual(Array(3).fill(row['downstairs_pid'] !== null));
    }
    expect(rows.some(({ reads }) => Number(reads) > 0)).toBe(true);
    expect(rows.some(({ downstairs_pid: pid }) => pid === null)).toBe(true);
  });
});
