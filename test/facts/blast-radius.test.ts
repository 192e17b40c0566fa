import { describe, expect, it } from 'vitest';
import { blastRadius, type SeenDownstairs } from '../../src/facts/blast-radius.ts';
import { causeOf, causeText, radiusLines, reasonsOf } from '../../src/facts/blast-words.ts';
import { createFactBase } from '../../src/facts/fact-base.ts';
import { seenOfRow } from '../../src/facts/seen-downstairs.ts';
import { settle, unknown, type Value } from '../../src/facts/value.ts';
import { sessionHealth } from '../../src/model/health.ts';
import { createRandom } from '../../src/simulator/random.ts';
import type { SimulatedRegion } from '../../src/simulator/storage/storage.ts';
import { exportsOf, NO_INVENTORY, place, storedWorld } from './support/world.ts';

const { inventory: origin } = NO_INVENTORY;
const value = (text: string | null): Value<string> =>
  settle(text === null ? [] : [{ value: text, origin }], unknown('not_in_source'));

/** So many downstairs of a place, sick or active. */
function there(
  many: number,
  state: 'sick' | 'active',
  sled: string | null,
  pool: string | null,
): readonly SeenDownstairs[] {
  return Array.from({ length: many }, (_, at) => ({
    key: `${state} ${sled} ${pool} ${at}`,
    isSick: state === 'sick',
    place: { sled: value(sled), pool: value(pool), physicalDisk: value(pool === null ? null : `A-${pool}`) },
  }));
}

/** The rest of a rack, all well: ten sleds with two pools each and twelve downstairs a pool. */
const REST = Array.from({ length: 20 }, (_, at) =>
  there(12, 'active', `rest-${at >> 1}`, `rest-${at}`),
).flat();

const said = (seen: readonly SeenDownstairs[]) => {
  const radius = blastRadius(seen);
  const causes = radius.shared.map((shared) =>
    causeOf(shared, { nameOf: (serial) => `3/${serial}`, shortNameOf: (serial) => `3/${serial}` }),
  );
  return [...causes.map(causeText), ...radiusLines(radius)];
};

describe('what sick downstairs share', () => {
  it('is the narrowest place, with its share and what speaks against it', () => {
    const disk = there(12, 'sick', '9', 'p1');
    expect(
      said([...REST, ...disk, ...there(12, 'active', '9', 'p2'), ...there(1, 'sick', '4', 'p7')]),
    ).toEqual(['12 of 13 sick downstairs are on 3/9 pool oxp_p1 (disk A-p1); 1 is not']);
    expect(
      said([...REST, ...disk, ...there(4, 'active', '9', 'p1'), ...there(2, 'sick', null, null)]),
    ).toEqual([
      '12 of 14 sick downstairs are on 3/9 pool oxp_p1 (disk A-p1); of 2 it is unknown; 4 others there are active',
      'the place of 2 of 14 sick downstairs is unknown: 2 not_in_source',
    ]);
  });

  it('is a sled where that explains more than its disks one by one', () => {
    const sled = ['p1', 'p2', 'p3'].flatMap((pool) => there(4, 'sick', '9', pool));
    expect(said([...REST, ...sled])).toEqual(['12 of 12 sick downstairs are on 3/9']);
    // One of each, so that no disk has three.
    const few = ['p1', 'p2', 'p3'].flatMap((pool) => there(1, 'sick', '9', pool));
    expect(said([...REST, ...few])).toEqual(['3 of 3 sick downstairs are on 3/9']);
    // Its pools are not known.
    expect(said([...REST, ...there(5, 'sick', '9', null)])).toEqual(['5 of 5 sick downstairs are on 3/9']);
  });

  it('is two disks where the third of the sled is well, and the worse one comes first', () => {
    const two = [
      ...there(6, 'sick', '9', 'p1'),
      ...there(9, 'sick', '9', 'p2'),
      ...there(12, 'active', '9', 'p3'),
    ];
    expect(said([...REST, ...two])).toEqual([
      '9 of 15 sick downstairs are on 3/9 pool oxp_p2 (disk A-p2); 6 are not',
      '6 of 15 sick downstairs are on 3/9 pool oxp_p1 (disk A-p1); 9 are not',
    ]);
  });

  it('needs three or more, and more than chance would put there', () => {
    expect(said([...REST, ...there(2, 'sick', '9', 'p1')])).toEqual([
      'no common cause: 2 sick downstairs on 1 disk of 1 sled',
    ]);
    const everywhere = Array.from({ length: 10 }, (_, at) => [
      ...there(4, 'sick', `${at >> 1}`, `p${at}`),
      ...there(8, 'active', `${at >> 1}`, `p${at}`),
    ]).flat();
    expect(said(everywhere)).toEqual(['no common cause: 40 sick downstairs on 10 disks of 5 sleds']);
  });

  it('is said not to be known where no place is, with how many and why', () => {
    const outdated = there(1, 'sick', null, null).map((each) => ({
      ...each,
      place: { ...each.place, sled: unknown('outdated') },
    }));
    expect(said([...there(3, 'sick', null, null).slice(1), ...outdated])).toEqual([
      'no common cause can be named',
      'the place of 3 of 3 sick downstairs is unknown: 2 not_in_source, 1 outdated',
    ]);
    expect(said(REST)).toEqual(['no sick downstairs']);
  });

  it('counts a downstairs once that two sessions see, as during a migration', () => {
    const disk = there(4, 'sick', '9', 'p1');
    expect(
      blastRadius([...REST, ...disk, ...disk.map((each) => ({ ...each, isSick: false }))]).shared,
    ).toMatchObject([{ sick: disk.map(({ key }) => key), elsewhere: 0, active: 0 }]);
  });
});

describe('seeded stories of a simulated rack', () => {
  const rack = storedWorld(8);
  const base = createFactBase(exportsOf(rack));
  const places = new Map(rack.storage.disks.map(({ id }) => [id, place(base, id)]));

  /** What is found where these regions are sick. */
  const story = (isSick: (region: SimulatedRegion) => boolean) =>
    blastRadius(
      rack.storage.disks.flatMap((disk) => {
        const [a, b, c] = disk.live.map((region) => (isSick(region) ? 'offline' : 'active'));
        if (a === undefined || b === undefined || c === undefined) return [];
        const row = {
          rack: '3',
          upstairs_id: disk.id,
          ds0: a,
          ds1: b,
          ds2: c,
          health: sessionHealth([a, b, c]),
        };
        return seenOfRow(row, places.get(disk.id) ?? null);
      }),
    );

  const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

  it('name the pool that is broken in nine of ten, though others are sick besides', () => {
    const named = SEEDS.filter((seed) => {
      const random = createRandom(seed);
      const pools = rack.storage.sleds
        .flatMap((sled) => sled.pools)
        .filter(
          (pool) =>
            rack.storage.disks.filter(({ live }) => live.some((each) => each.pool === pool)).length >= 3,
        );
      const broken = pools[random.below(pools.length)];
      const noise = new Set(rack.storage.regions.filter(() => random.next() < 0.02));
      const { shared } = story((region) => region.pool === broken || noise.has(region));
      return (
        shared[0]?.kind === 'disk' &&
        shared[0].pool === broken?.id &&
        shared[0].physicalDisk === broken?.diskSerial
      );
    });
    expect(named.length).toBeGreaterThanOrEqual(0.9 * SEEDS.length);
  });

  it('have no common cause where what is sick has none, in nine of ten', () => {
    const none = SEEDS.filter((seed) => {
      const random = createRandom(1000 + seed);
      const sick = new Set(rack.storage.regions.filter(() => random.next() < 0.08));
      const radius = story((region) => sick.has(region));
      return (
        radius.sick.length > 0 &&
        radius.shared.length === 0 &&
        radiusLines(radius)[0]?.startsWith('no common cause:')
      );
    });
    expect(none.length).toBeGreaterThanOrEqual(0.9 * SEEDS.length);
  });

  it('do not take whoever waits for its repair, or is not in use, for sick', () => {
    const row = { rack: '3', upstairs_id: 'u', ds0: 'live_repair', ds1: 'offline', ds2: 'active' };
    expect(seenOfRow({ ...row, health: 'degraded' }, null).map(({ isSick }) => isSick)).toEqual([
      true,
      false,
    ]);
    expect(seenOfRow({ ...row, ds0: 'new', ds1: 'new', ds2: 'new', health: 'inactive' }, null)).toEqual([]);
    expect(seenOfRow({ ...row, ds0: 'active', health: 'no_report' }, null)).toEqual([]);
    expect(reasonsOf(blastRadius(seenOfRow({ ...row, health: 'degraded' }, null)).unknown)).toEqual({
      not_in_source: 1,
    });
  });
});
