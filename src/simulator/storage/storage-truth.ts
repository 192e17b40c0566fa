import type { World } from '../rack-world.ts';
import { sessionsOf, type SimulatedRegion, type Storage } from './storage.ts';

/** Where a copy of a disk is, as a debugger that does not lie would say. */
export interface DownstairsTruth {
  readonly region: string;
  readonly address: string;
  readonly sled: string;
  readonly cubby: number;
  readonly zone: string;
  readonly service: SimulatedRegion['state'];
  readonly pool: string;
  readonly physical_disk: string;
  readonly inventory_slot: number;
  readonly extents: number;
}

/** What is so of a disk of the simulated racks. */
export interface DiskTruth {
  readonly upstairs_id: string;
  readonly disk: string;
  readonly project: string;
  readonly project_id: string;
  readonly instance: string | null;
  readonly size: number;
  readonly has_parent: boolean;
  readonly sessions: readonly { readonly sled: string; readonly zone: string; readonly session_id: string }[];
  /** What its upstairs talks to, in index order. */
  readonly downstairs: readonly DownstairsTruth[];
  /** What the database holds, in the same order: another where a replacement is under way. */
  readonly stored: readonly DownstairsTruth[];
}

export function storageTruth(world: World, storage: Storage): readonly DiskTruth[] {
  return storage.disks.map((disk) => ({
    upstairs_id: disk.id,
    disk: disk.name,
    project: disk.project.name,
    project_id: disk.project.id,
    instance: disk.instance?.name ?? null,
    size: disk.sizeBytes,
    has_parent: disk.hasHttpParent,
    sessions: sessionsOf(world, disk.id).map(({ session, crucible, zone }) => ({
      sled: world.sleds.find((sled) => sled.crucible === crucible)?.id ?? '',
      zone,
      session_id: session.sessionId,
    })),
    downstairs: disk.live.map(downstairsTruth),
    stored: disk.stored.map(downstairsTruth),
  }));
}

function downstairsTruth({ id, pool, port, extents, state }: SimulatedRegion): DownstairsTruth {
  return {
    region: id,
    address: `[${pool.address}]:${port}`,
    sled: pool.sled.world.id,
    cubby: pool.sled.world.cubby,
    zone: pool.zone,
    service: state,
    pool: pool.id,
    physical_disk: pool.diskSerial,
    inventory_slot: pool.slot,
    extents,
  };
}
