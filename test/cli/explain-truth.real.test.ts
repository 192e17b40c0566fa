import { join } from 'node:path';
import { expect, it } from 'vitest';
import { storageTruth } from '../../src/simulator/storage/storage-truth.ts';
import { sessionsOf } from '../../src/simulator/storage/storage.ts';
import { withRack } from '../support/rack.ts';
import { sized } from '../support/sized.ts';

const rack = withRack({
  isWarm: true,
  sledsPerRack: sized(3, 4),
  propolisPerSled: sized(1, 2),
  storage: { poolsPerSled: sized(1, 2) },
  seed: 4,
});

type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Each way alone: the VM's own answer without a trace, and the trace without the VM's answer. */
const WAYS = ['--no-trace', '--no-http'] as const;

it('names region, sled, pool, disk and service of the copy that was broken, whichever source tells its address', async () => {
  const { world, storage } = rack.simulation;
  if (storage === null) throw new Error('a rack without storage');
  const disks = storage.disks.filter(({ instance }) => instance !== null).slice(0, sized(2, 16));
  expect(disks.length).toBeGreaterThan(1);
  for (const [at, disk] of disks.entries()) {
    const index = at % 3;
    const region = disk.live[index]!;
    storage.breakRegion(region);
    const [a, b, c] = [0, 1, 2].map((each) => (each === index ? 'offline' : 'active'));
    for (const { session, crucible } of sessionsOf(world, disk.id))
      crucible.setStates(session, [a, b, c] as unknown as typeof session.states);
    const truth = storageTruth(world, storage).find((each) => each.upstairs_id === disk.id)!;
    const { address, region: id, cubby, zone, pool, physical_disk } = truth.downstairs[index]!;
    for (const way of WAYS) {
      const ended = await rack.run(['explain', disk.id, way, '-o', 'json'], {
        env: { XDG_STATE_HOME: join(rack.folder, `state-${at}${way}`) },
      });
      const rows = JSON.parse(ended.stdout).rows as readonly Row[];
      const of = (part: string) => rows.filter((row) => row['part'] === part && row['index'] === index);
      expect([ended.status, of('copies').map(({ says }) => says)]).toEqual([
        0,
        [`${address}, region ${id}, on 3/${cubby}, ${zone}, pool oxp_${pool}, disk ${physical_disk}`],
      ]);
      const says = `the service of region ${id} on 3/${cubby} is in maintenance since Aug 04`;
      expect(of('follows')[0]).toMatchObject({
        says:
          way === '--no-http'
            ? `connection refused by ${address}, ${says}`
            : `${says}, and downstairs ${index} is offline`,
        command: `svcadm -z ${zone} clear svc:/oxide/crucible/downstairs:downstairs-${id}`,
      });
    }
  }
});
