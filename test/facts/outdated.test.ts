import { describe, expect, it } from 'vitest';
import { createFactBase } from '../../src/facts/fact-base.ts';
import type { FactOf } from '../../src/facts/fact.ts';
import type { FactSet } from '../../src/facts/fact-set.ts';
import { joinedCells, placeOfRow } from '../../src/facts/join-rows.ts';
import { exportsOf, HOUR, NO_INVENTORY, NOW, place, storedWorld } from './support/world.ts';

const stored = storedWorld();
const before = exportsOf(stored, () => true, NOW - 26 * HOUR);
const [disk] = stored.storage.disks;
if (disk === undefined) throw new Error('no disk');
const old = disk.live;
const fresh = stored.storage.beginReplacement(disk, 1);
const after = exportsOf(stored, () => true, NOW - HOUR);
const addressOf = ({ pool, port }: (typeof old)[number]): string => `[${pool.address}]:${port}`;

/** What a command that asks VMs has left: the answer of a session, as old as that. */
function answer(change: Partial<FactOf<'upstairs'>>, ageMs: number): FactSet {
  const targets = old.map(addressOf);
  return {
    source: 'live-status',
    label: 'zone/disk',
    asOf: NOW - ageMs,
    isFileTime: false,
    isNow: false,
    issues: [],
    facts: [
      {
        kind: 'upstairs',
        id: disk?.id ?? '',
        disk: disk?.id ?? '',
        isParent: false,
        extents: null,
        generation: 4,
        targets: [targets[0] ?? '', targets[1] ?? '', targets[2] ?? ''],
        session: 'session-1',
        regions: [old[0].id, old[1].id, old[2].id],
        states: ['active', 'active', 'active'],
        replaced: [0, 0, 0],
        ...change,
      },
    ],
  };
}

const REPLACED = {
  targets: [addressOf(old[0]), addressOf(fresh), addressOf(old[2])],
  regions: [old[0].id, fresh.id, old[2].id],
} satisfies Partial<FactOf<'upstairs'>>;

/** What joined columns say of downstairs 0 to 2 of a session with these counts and states. */
function cells(sets: readonly FactSet[], change: Readonly<Record<string, string | number>> = {}) {
  const row = {
    upstairs_id: disk?.id ?? '',
    session_id: 'session-1',
    ds0: 'active',
    ds1: 'active',
    ds2: 'active',
    replaced_0: 0,
    replaced_1: 0,
    replaced_2: 0,
    ...change,
  };
  const joined = joinedCells(
    placeOfRow(createFactBase(sets), row, NO_INVENTORY, NOW),
    (serial) => serial,
    NOW,
  );
  return [0, 1, 2].map((index) => joined[`ds${index}_disk`]);
}

const OLD = old.map(({ pool }) => pool.diskSerial);
const GONE = [OLD[0], 'outdated', OLD[2]];

describe('kept facts of before a replacement', () => {
  it('are outdated once the upstairs counts it, and hold for the two others', () => {
    expect(cells(before)).toEqual(OLD);
    expect(cells(before, { replaced_1: 1 })).toEqual(GONE);
  });

  it('are outdated while the downstairs is replaced, though no count is known', () => {
    expect(cells(before, { ds1: 'replaced' })).toEqual(GONE);
    expect(cells(before, { ds1: 'replacing' })).toEqual(GONE);
    expect(cells(before, { ds1: 'offline' })).toEqual(OLD);
  });

  it('are outdated where a VM said another address since, also one that was started anew after that', () => {
    const answered = answer({ ...REPLACED, session: 'session-0', replaced: [0, 1, 0] }, 2 * HOUR);
    expect(cells([...before, answered])).toEqual(GONE);
    expect(place([...before, answered], disk.id, { session: 'session-1' }).downstairs[1].address).toEqual({
      unknown: 'outdated',
      detail: `live-status, 2h old, says ${addressOf(fresh)}; disks-info, 26h old, says ${addressOf(old[1])}`,
    });
  });

  it('are outdated where a later list of regions has three of the disk and none there', () => {
    const list = after.filter(({ source }) => source === 'region-list');
    const stale = before.filter(({ source }) => source !== 'region-list');
    expect(cells([...stale, ...list])).toEqual(GONE);
    expect(place([...stale, ...list], disk.id).downstairs[1].region).toMatchObject({
      unknown: 'outdated',
      detail: expect.stringContaining('region-list, 1h old, has its regions elsewhere; disks-info, 26h old'),
    });
  });

  it('are outdated where the sled has listed its regions since and has none there', () => {
    const { world } = old[1].pool.sled;
    const sled = { sled: world.id, sledSerial: world.serial };
    const listed: FactSet = {
      ...answer({}, HOUR),
      source: 'live-sled',
      label: world.id,
      facts: [
        { kind: 'listed', ...sled, isWhole: true },
        {
          kind: 'service',
          ...sled,
          region: fresh.id,
          snapshot: null,
          zone: old[1].pool.zone,
          state: 'online',
          since: null,
          address: old[1].pool.address,
          port: 19_777,
          pid: null,
          pool: old[1].pool.id,
          used: null,
          connections: null,
        },
      ],
    };
    expect(cells([...before, listed])[1]).toBe('outdated');
    // What is older than the export does not speak against it.
    expect(cells([...before, { ...listed, asOf: NOW - 30 * HOUR }])[1]).toBe(OLD[1]);
  });
});

describe('what a VM once said', () => {
  it('holds as long as its session counts no more replacements than then', () => {
    const said = answer({ ...REPLACED, replaced: [0, 1, 0] }, HOUR);
    const now = [OLD[0], fresh.pool.diskSerial, OLD[2]];
    const names = after.filter(({ source }) => source !== 'disks-info');
    expect(cells([...names, said], { replaced_1: 1 })).toEqual(now);
    expect(cells([...names, said], { replaced_1: 2 })).toEqual(GONE);
    // Of an answer that nobody noted the count of nothing is concluded.
    expect(cells([...names, { ...said, facts: answer({ ...REPLACED, replaced: null }, 0).facts }])).toEqual(
      now,
    );
    expect(
      cells([...names, { ...said, facts: answer({ ...REPLACED, replaced: null }, 0).facts }], {
        replaced_1: 1,
      }),
    ).toEqual(GONE);
  });

  it('is outdated for another session, whose targets may be others', () => {
    const names = before.filter(({ source }) => source !== 'disks-info');
    expect(cells([...names, answer({ session: 'session-0' }, HOUR)])).toEqual(Array(3).fill('outdated'));
  });

  it('of a higher generation is no sign of a replacement: each start and each copy of the request raises it', () => {
    expect(cells([...before, answer({ generation: 90 }, HOUR)])).toEqual(OLD);
  });
});
