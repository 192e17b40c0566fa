import { createFactBase, type FactBase } from '../../../src/facts/fact-base.ts';
import type { FactSet } from '../../../src/facts/fact-set.ts';
import { placeOf, type KnownSleds } from '../../../src/facts/join.ts';
import type { UpstairsPlace } from '../../../src/facts/place.ts';
import { readFactText } from '../../../src/facts/read-facts.ts';
import type { AskedUpstairs } from '../../../src/facts/target-of.ts';
import { createWorld, type World } from '../../../src/simulator/rack-world.ts';
import { realTime } from '../../../src/simulator/sled-time.ts';
import { factFiles } from '../../../src/simulator/storage/fact-files.ts';
import { createStorage, type Storage } from '../../../src/simulator/storage/storage.ts';
import { storageTruth, type DiskTruth } from '../../../src/simulator/storage/storage-truth.ts';

export const NOW = Date.parse('2026-11-27T12:00:00Z');
export const HOUR = 3_600_000;

export interface StoredWorld {
  readonly world: World;
  readonly storage: Storage;
  readonly truth: () => readonly DiskTruth[];
}

/** A rack of so many sleds with disks under its upstairs, without any network. */
export function storedWorld(sledsPerRack = 5): StoredWorld {
  const world = createWorld({
    racks: ['3'],
    sledsPerRack,
    propolisPerSled: 2,
    pantryPerRack: 1,
    downstairsPerSled: 0,
    degraded: 0,
    visible: () => true,
    seed: 5,
    crucible: () => 'today',
    ioRate: 1,
    clockOf: (sled) => realTime().clockOf(sled),
  });
  const storage = createStorage(world, 5, 3);
  return { world, storage, truth: () => storageTruth(world, storage) };
}

/** What the files of a world tell, those whose names `keeps` takes. */
export function exportsOf(
  { world, storage }: StoredWorld,
  keeps: (name: string) => boolean = () => true,
  asOf = NOW,
): readonly FactSet[] {
  return [...factFiles(world, storage)]
    .filter(([name]) => name !== 'truth.json' && keeps(name))
    .map(([name, text]) => {
      const read = readFactText(text, null);
      if ('wrong' in read) throw new Error(`${name}: ${read.wrong}`);
      if (read.issues.length > 0) throw new Error(`${name}: ${read.issues.join('; ')}`);
      return {
        source: read.kind,
        label: name,
        asOf,
        isFileTime: false,
        isNow: false,
        facts: read.facts,
        issues: read.issues,
      };
    });
}

export const NO_INVENTORY: KnownSleds = {
  cubbies: new Map(),
  inventory: { source: 'inventory', label: 'inventory.yaml', asOf: null, isFileTime: false, isNow: true },
  notReached: new Set(),
  wereAsked: false,
};

export function place(
  sets: readonly FactSet[] | FactBase,
  upstairsId: string,
  asked: Partial<AskedUpstairs> = {},
  sleds: Partial<KnownSleds> = {},
): UpstairsPlace {
  const base = 'all' in sets ? sets : createFactBase(sets);
  return placeOf(
    base,
    { upstairsId, session: null, replaced: null, unasked: null, ...asked },
    { ...NO_INVENTORY, ...sleds },
    NOW,
  );
}
