import { groupBy } from '../model/group-by.ts';
import { clusterGain, type Tally } from './cluster.ts';
import type { DownstairsPlace } from './place.ts';
import { known, type UnknownReason, type Value } from './value.ts';

/** A downstairs that some upstairs sees, and where it is. */
export interface SeenDownstairs {
  /** Of all rows that see it: two sessions of one upstairs, as during a migration, see the same one. */
  readonly key: string;
  readonly isSick: boolean;
  readonly place: Pick<DownstairsPlace, 'sled' | 'pool' | 'physicalDisk'>;
}

/** What sick downstairs share: a disk with its pool, or a sled. */
export interface SharedPlace {
  readonly kind: 'disk' | 'sled';
  /** The serial. */
  readonly sled: string | null;
  readonly pool: string | null;
  readonly physicalDisk: string | null;
  readonly sick: readonly string[];
  readonly elsewhere: number;
  readonly unknown: number;
  readonly active: number;
}

export interface BlastRadius {
  readonly sick: readonly string[];
  /** The likeliest first. */
  readonly shared: readonly SharedPlace[];
  /** The sick ones that are nowhere, and why. */
  readonly unknown: readonly { readonly key: string; readonly reason: UnknownReason }[];
  /** On how many disks and sleds the sick ones are, as far as that is known. */
  readonly disks: number;
  readonly sleds: number;
}

/** Two may be chance, whatever they share. */
const FEWEST = 3;

/**
 * What the sick downstairs share, where three or more share more than chance would have them share: the narrowest place,
 * which is a disk, and a sled where that explains it better than its disks one by one. Whatever is active and whatever is
 * sick elsewhere counts against a place; a downstairs without a known place counts for none.
 */
export function blastRadius(seen: readonly SeenDownstairs[]): BlastRadius {
  const once = oncePerDownstairs(seen);
  const sick = once.filter(({ isSick }) => isSick);
  const placed = once.filter(({ place }) => known(place.sled) !== null || diskOf(place) !== null);
  const all = tallyOf(placed);
  const byDisk = groupBy(
    placed.filter(({ place }) => diskOf(place) !== null),
    ({ place }) => diskOf(place) ?? '',
  );
  const bySled = groupBy(
    placed.filter(({ place }) => known(place.sled) !== null),
    ({ place }) => known(place.sled) ?? '',
  );
  const gain = (places: readonly (readonly SeenDownstairs[])[], candidates: number): number =>
    clusterGain(places.map(tallyOf), all, candidates);
  const disks = [...byDisk.values()].filter(
    (there) => tallyOf(there).sick >= FEWEST && gain([there], byDisk.size) > 0,
  );
  const sleds = [...bySled.values()].filter((there) => {
    if (tallyOf(there).sick < FEWEST || gain([there], bySled.size) <= 0) return false;
    const its = disks.filter((disk) => isOnSled(disk, there));
    const ofOne = new Set(there.filter(({ isSick }) => isSick).map(({ place }) => diskOf(place)));
    if (ofOne.size === 1 && !ofOne.has(null)) return its.length === 0;
    return its.length === 0 || gain([there], bySled.size) >= gain(its, byDisk.size);
  });
  const isPlaced = new Set(placed);
  const narrow = disks.filter((disk) => !sleds.some((sled) => isOnSled(disk, sled)));
  const found = [
    ...narrow.map((there) => ({
      worth: gain([there], byDisk.size),
      shared: sharedOf('disk', there, sick),
    })),
    ...sleds.map((there) => ({ worth: gain([there], bySled.size), shared: sharedOf('sled', there, sick) })),
  ];
  return {
    sick: sick.map(({ key }) => key),
    shared: found.toSorted((a, b) => b.worth - a.worth).map(({ shared }) => shared),
    unknown: sick
      .filter((each) => !isPlaced.has(each))
      .map(({ key, place }) => ({ key, reason: 'unknown' in place.sled ? place.sled.unknown : 'no_source' })),
    disks: new Set(sick.flatMap(({ place }) => diskOf(place) ?? [])).size,
    sleds: new Set(sick.flatMap(({ place }) => known(place.sled) ?? [])).size,
  };
}

/** Sick where any session sees it sick. */
function oncePerDownstairs(seen: readonly SeenDownstairs[]): readonly SeenDownstairs[] {
  const once = new Map<string, SeenDownstairs>();
  for (const each of seen) {
    const before = once.get(each.key);
    if (before === undefined || (each.isSick && !before.isSick)) once.set(each.key, each);
  }
  return [...once.values()];
}

/** A pool is one disk; where the pool is not known, its disk may be. */
function diskOf({ pool, physicalDisk }: SeenDownstairs['place']): string | null {
  return known(pool) ?? known(physicalDisk);
}

function isOnSled([disk]: readonly SeenDownstairs[], [sled]: readonly SeenDownstairs[]): boolean {
  const serial = disk === undefined ? null : known(disk.place.sled);
  return serial !== null && sled !== undefined && known(sled.place.sled) === serial;
}

function tallyOf(downstairs: readonly SeenDownstairs[]): Tally {
  const sick = downstairs.filter(({ isSick }) => isSick).length;
  return { sick, well: downstairs.length - sick };
}

function sharedOf(
  kind: SharedPlace['kind'],
  there: readonly SeenDownstairs[],
  sick: readonly SeenDownstairs[],
): SharedPlace {
  const own = there.filter(({ isSick }) => isSick);
  const first = <T>(pick: (place: SeenDownstairs['place']) => Value<T>): T | null =>
    there.map(({ place }) => known(pick(place))).find((value) => value !== null) ?? null;
  const sled = first((place) => place.sled);
  const disk = there[0] === undefined ? null : diskOf(there[0].place);
  const isElsewhere = ({ place }: SeenDownstairs): boolean => {
    const [its, serial] = [diskOf(place), known(place.sled)];
    const isOtherSled = serial !== null && sled !== null && serial !== sled;
    return isOtherSled || (kind === 'disk' && its !== null && its !== disk);
  };
  const others = sick.filter((each) => !own.includes(each));
  const elsewhere = others.filter(isElsewhere).length;
  return {
    kind,
    sled,
    pool: kind === 'disk' ? first((place) => place.pool) : null,
    physicalDisk: kind === 'disk' ? first((place) => place.physicalDisk) : null,
    sick: own.map(({ key }) => key),
    elsewhere,
    unknown: others.length - elsewhere,
    active: there.length - own.length,
  };
}
