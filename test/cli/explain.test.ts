import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storageTruth, type DiskTruth } from '../../src/simulator/storage/storage-truth.ts';
import { sessionsOf, type SimulatedDisk, type Storage } from '../../src/simulator/storage/storage.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';

/** One rack for the whole file: its tests are in the order of a story. */
const rack = withRack({
  sledsPerRack: 3,
  propolisPerSled: 1,
  storage: { poolsPerSled: 2 },
  seed: 9,
});

type Row = Readonly<Record<string, string | number | boolean | null>>;

function storage(): Storage {
  const found = rack.simulation.storage;
  if (found === null) throw new Error('a rack without storage');
  return found;
}

const truth = (id: string): DiskTruth => {
  const found = storageTruth(rack.simulation.world, storage()).find(({ upstairs_id }) => upstairs_id === id);
  if (found === undefined) throw new Error('no such disk');
  return found;
};

function disk(at: number): SimulatedDisk {
  const found = storage().disks[at];
  if (found === undefined) throw new Error('no such disk in this rack');
  return found;
}

type States = Parameters<ReturnType<typeof rack.crucible>['setStates']>[1];

function setStates({ id }: SimulatedDisk, states: States): void {
  for (const { session, crucible } of sessionsOf(rack.simulation.world, id)) crucible.setStates(session, states);
}

/** A state folder of a test's own, so that nothing is kept from one to the next. */
function kept(name: string): { readonly XDG_STATE_HOME: string } {
  return { XDG_STATE_HOME: join(rack.folder, `state-${name}`) };
}

async function explained(name: string, ...words: readonly string[]) {
  const ended = await rack.run(['explain', ...words, '-o', 'json'], { env: kept(name) });
  const report = ended.stdout === '' ? { rows: [] } : JSON.parse(ended.stdout);
  const rows = report.rows as readonly Row[];
  const says = (part: string, index: number | null = null): readonly (string | null)[] =>
    rows
      .filter((row) => row['part'] === part && (index === null || row['index'] === index))
      .map((row) => row['says'] as string | null);
  return { ...ended, report, rows, says };
}

describe('explain', () => {
  it('says of a healthy upstairs that nothing is wrong, and invents nothing', async () => {
    const { id } = disk(0);
    const { status, stderr, says, rows, report } = await explained('ok', id);
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(schemaErrors(report)).toEqual([]);
    expect(says('follows')).toEqual(['all three downstairs are active: there is nothing to explain now']);
    expect([says('attempts'), says('logs'), says('upstream')]).toEqual([[], [], []]);
  });

  it('says of a connection that is refused that the service is in maintenance, since when, and what would clear it', async () => {
    const one = disk(0);
    const region = one.live[1];
    storage().breakRegion(region);
    storage().logs.set(region.id, ['starting', 'panicked at \u001B[31mhostile', 'key: c2VjcmV0LWtleS1vZi1hLWRpc2stMzItYnl0ZXMtbG9uZw==']);
    setStates(one, ['active', 'offline', 'active']);
    const { status, stderr, says, rows } = await explained('refused', one.id);
    expect(status).toBe(0);
    expect(says('follows')).toEqual([]);
  });
  it('page', async () => {
    const { stdout, stderr } = await rack.run(['explain', disk(0).id, '--no-http'], { env: kept('page') });
    console.log(stdout, stderr);
  });
});
