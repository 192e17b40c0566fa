import { describe, expect, it } from 'vitest';
import { createFactBase } from '../../src/facts/fact-base.ts';
import type { FactSet } from '../../src/facts/fact-set.ts';
import type { DownstairsPlace } from '../../src/facts/place.ts';
import { known, type Value } from '../../src/facts/value.ts';
import { exportsOf, HOUR, NOW, place, storedWorld } from './support/world.ts';

const rack = storedWorld();
const ALL = exportsOf(rack);

/** What a place says of a downstairs, in the truth's words; what only a running sled knows is left out. */
function said(downstairs: DownstairsPlace, serialOf: (serial: string) => string = (serial) => `3/${serial}`) {
  const { region, address, sled, cubby, pool, physicalDisk, inventorySlot, extents } = downstairs;
  const serial = known(sled);
  return {
    region: known(region),
    address: known(address),
    sled: serial === null ? null : serialOf(serial),
    cubby: known(cubby),
    pool: known(pool),
    physical_disk: known(physicalDisk),
    inventory_slot: known(inventorySlot),
    extents: known(extents),
  };
}

const reason = (value: Value<unknown>): string => ('unknown' in value ? value.unknown : 'known');

describe('where, from exports alone', () => {
  it('places every downstairs of a rack as the truth does, with nothing to doubt', () => {
    const base = createFactBase(ALL);
    for (const disk of rack.truth()) {
      const found = place(base, disk.upstairs_id);
      expect([found.disk, found.size, found.hasParent].map((value: Value<unknown>) => known(value))).toEqual([
        disk.disk,
        disk.size,
        disk.has_parent,
      ]);
      expect(known(found.instance)).toBe(disk.instance);
      if (disk.instance !== null) expect(known(found.project)).toBe(disk.project);
      expect(found.downstairs.map((each) => said(each))).toEqual(
        disk.downstairs.map((each) => {
          const { region, address, sled, cubby, pool, physical_disk, inventory_slot, extents } = each;
          return { region, address, sled, cubby, pool, physical_disk, inventory_slot, extents };
        }),
      );
      for (const downstairs of found.downstairs) {
        const { index, state, ...values } = downstairs;
        expect([index, state]).toEqual([found.downstairs.indexOf(downstairs), null]);
        for (const value of Object.values(values)) if ('value' in value) expect(value.doubts).toEqual([]);
        expect([reason(downstairs.zone), reason(downstairs.service)]).toEqual(['no_source', 'no_source']);
      }
    }
  });

  it('says with each source alone only what that source can know', () => {
    const disk = rack.truth().find(({ instance }) => instance !== null);
    if (disk === undefined) throw new Error('no disk with an instance');
    const knows = (keeps: (name: string) => boolean) => {
      const found = place(exportsOf(rack, keeps), disk.upstairs_id);
      const [first] = found.downstairs;
      const { downstairs: _, upstairsId: __, isParent: ___, ...whose } = found;
      const { index: ____, state: _____, ...where } = first;
      return Object.entries({ ...whose, ...where }).flatMap(
        ([name, value]: readonly [string, Value<unknown>]) => (known(value) === null ? [] : [name]),
      );
    };
    expect(knows((name) => name === 'disks-list.txt')).toEqual(['disk', 'size', 'extents']);
    expect(knows((name) => name === 'api-disks.json')).toEqual([
      'disk',
      'project',
      'size',
      'hasParent',
      'extents',
    ]);
    expect(knows((name) => name.startsWith('disks-info-'))).toEqual([
      'disk',
      'instance',
      'hasParent',
      'address',
      'extents',
    ]);
    // Without a target nothing leads from an upstairs to a region: rows of a table are in no order.
    for (const name of [
      'region-list.txt',
      'crucible-dataset-list.txt',
      'zpool-list.txt',
      'physical-disks.txt',
      'inventory-physical-disks.txt',
      'sleds.txt',
      'instances.txt',
      'sled-instances.txt',
      'api-instances.json',
      'api-sleds.json',
      'api-physical-disks.json',
    ])
      expect(
        knows((each) => each === name),
        name,
      ).toEqual([]);
    expect(knows((name) => name.startsWith('agent-regions'))).toEqual([]);
    expect(knows((name) => /^(?:disks-info|crucible-dataset)/.test(name))).toEqual([
      'disk',
      'instance',
      'hasParent',
      'region',
      'address',
      'sled',
      'pool',
      'extents',
    ]);
  });

  it('says why of each value that it does not know', () => {
    const nothing = place([], rack.truth()[0]?.upstairs_id ?? '');
    expect(
      Object.values(nothing.downstairs[1]).map((value) =>
        typeof value === 'object' && value !== null ? reason(value) : value,
      ),
    ).toEqual([1, null, ...Array.from({ length: 10 }, () => 'no_source')]);
    const other = place(ALL, '00000000-0000-4000-8000-000000000000').downstairs[0];
    expect([reason(other.address), reason(other.region)]).toEqual(['not_in_source', 'not_in_source']);
    const asked = { unasked: { reason: 'no_answer', detail: 'its server did not answer in 3 s' } } as const;
    expect(place([], 'x', asked).downstairs[0].address).toEqual({
      unknown: 'no_answer',
      detail: 'its server did not answer in 3 s',
    });
  });
});

describe('a sled that was asked and did not answer', () => {
  const [disk] = rack.storage.disks;
  if (disk === undefined) throw new Error('no disk');
  const [region] = disk.live;
  const { serial, id } = region.pool.sled.world;
  const kept: FactSet = {
    source: 'live-sled',
    label: id,
    asOf: NOW - 2 * HOUR,
    isFileTime: false,
    isNow: false,
    issues: [],
    facts: [
      {
        kind: 'service',
        region: region.id,
        snapshot: null,
        sledSerial: serial,
        sled: id,
        zone: region.pool.zone,
        state: 'online',
        since: null,
        address: region.pool.address,
        port: region.port,
        pid: null,
        pool: region.pool.id,
        used: null,
        connections: null,
      },
    ],
  };

  it('has its place by what is kept, and a service of which only its former state is known', () => {
    const [downstairs] = place(
      [...ALL, kept],
      disk.id,
      {},
      { notReached: new Set([serial]), wereAsked: true },
    ).downstairs;
    expect([known(downstairs.sled), known(downstairs.zone)]).toEqual([serial, region.pool.zone]);
    expect(downstairs.service).toEqual({ unknown: 'not_reached', detail: 'it was online, 2h old' });
    expect(known(place([...ALL, kept], disk.id).downstairs[0].service)).toBe('online');
  });

  it('that has just listed its regions without one makes the export of that one outdated', () => {
    const listed: FactSet = {
      ...kept,
      asOf: NOW,
      isNow: true,
      facts: [
        ...kept.facts.map((fact) =>
          fact.kind === 'service' ? { ...fact, port: 19_999, region: disk.id } : fact,
        ),
        { kind: 'listed', sled: id, sledSerial: serial, isWhole: true },
      ],
    };
    const { address, region: its } = place([...ALL, listed], disk.id).downstairs[0];
    expect([reason(address), reason(its)]).toEqual(['outdated', 'outdated']);
    expect('unknown' in address && address.detail).toContain('its sled has no region there; disks-info');
  });
});

describe('a replacement', () => {
  const stored = storedWorld();
  const before = exportsOf(stored, () => true, NOW - 26 * HOUR);
  const [disk] = stored.storage.disks;
  if (disk === undefined) throw new Error('no disk');
  const old = disk.live[1];
  const fresh = stored.storage.beginReplacement(disk, 1);
  const inWindow = exportsOf(stored);

  it('is what the database says while it is under way, with the source named', () => {
    const { region, address } = place(inWindow, disk.id).downstairs[1];
    expect([known(region), known(address)]).toEqual([fresh.id, `[${fresh.pool.address}]:${fresh.port}`]);
    expect('value' in address && address.from.map(({ source }) => source)).toEqual(['disks-info']);
  });

  it('leaves an older export outdated once the upstairs counts it, and nothing is taken from it', () => {
    const { region, address, sled, pool } = place(before, disk.id, { replaced: [0, 1, 0] }).downstairs[1];
    expect([region, address, sled, pool].map(reason)).toEqual(Array.from({ length: 4 }, () => 'outdated'));
    expect('unknown' in address && address.detail).toBe(
      `it was replaced in this session; disks-info, 26h old, says [${old.pool.address}]:${old.port}`,
    );
    // The other two were not replaced.
    expect(known(place(before, disk.id, { replaced: [0, 1, 0] }).downstairs[0].region)).toBe(disk.live[0].id);
  });

  it('takes the newer of two exports of one kind, and does not doubt it for the older', () => {
    const { address } = place([...before, ...inWindow], disk.id).downstairs[1];
    expect([known(address), 'value' in address && address.doubts]).toEqual([
      `[${fresh.pool.address}]:${fresh.port}`,
      [],
    ]);
  });
});
