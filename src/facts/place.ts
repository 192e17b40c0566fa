import type { Index, Three } from './fact.ts';
import type { Value } from './value.ts';

/** Where one copy of a disk is. */
export interface DownstairsPlace {
  readonly index: Index;
  /** As the upstairs says; null where nobody asked it. */
  readonly state: string | null;
  readonly region: Value<string>;
  /** `[address]:port` */
  readonly address: Value<string>;
  /** The serial of the sled. */
  readonly sled: Value<string>;
  readonly cubby: Value<number>;
  readonly zone: Value<string>;
  /** `online`, `maintenance since 02:11:03` */
  readonly service: Value<string>;
  readonly pool: Value<string>;
  /** The serial of the physical disk. */
  readonly physicalDisk: Value<string>;
  /** As inventory counts it, which is not the bay's label on every sled. */
  readonly inventorySlot: Value<number>;
  readonly extents: Value<number>;
}

/** The values of a downstairs, in the order in which they are shown. */
export const PLACE_FIELDS = [
  'region',
  'address',
  'sled',
  'cubby',
  'zone',
  'service',
  'pool',
  'physicalDisk',
  'inventorySlot',
  'extents',
] as const satisfies readonly (keyof DownstairsPlace)[];

/** Whose disk an upstairs serves. */
export interface DiskPlace {
  readonly disk: Value<string>;
  readonly instance: Value<string>;
  readonly project: Value<string>;
  /** Bytes. */
  readonly size: Value<number>;
  readonly hasParent: Value<boolean>;
  /** It reads a read-only parent of the disk, and serves not the disk itself. */
  readonly isParent: boolean;
}

export const DISK_FIELDS = [
  'disk',
  'instance',
  'project',
  'size',
  'hasParent',
] as const satisfies readonly (keyof DiskPlace)[];

/** Both ends of every copy of an upstairs. */
export interface UpstairsPlace extends DiskPlace {
  readonly upstairsId: string;
  readonly downstairs: Three<DownstairsPlace>;
}
