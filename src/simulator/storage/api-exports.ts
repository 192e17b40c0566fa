import type { World } from '../rack-world.ts';
import { instancesOf } from './omdb-exports.ts';
import { BLOCKS_PER_EXTENT, type Storage } from './storage.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What the Oxide API would answer of a world now, by the name of the file that holds it. */
export function apiExports(world: World, storage: Storage): ReadonlyMap<string, string> {
  const page = (items: readonly unknown[]): string => json({ items, next_page: null });
  return new Map([
    [
      'api-disks.json',
      page(
        storage.disks.map((disk) => ({
          id: disk.id,
          name: disk.name,
          description: '',
          project_id: disk.project.id,
          size: disk.sizeBytes,
          block_size: 512,
          disk_type: 'distributed',
          read_only: false,
          image_id: disk.hasHttpParent ? disk.volumeId : null,
          snapshot_id: null,
          state:
            disk.instance === null
              ? { state: 'detached' }
              : { state: 'attached', instance: disk.instance.id },
        })),
      ),
    ],
    [
      'api-instances.json',
      page(
        instancesOf(world, storage).map(({ instance }) => ({
          id: instance.id,
          name: instance.name,
          project_id: instance.project.id,
          run_state: 'running',
        })),
      ),
    ],
    [
      'api-sled-instances.json',
      page(
        instancesOf(world, storage).map(({ instance, sled }) => ({
          id: instance.id,
          name: instance.name,
          project_name: instance.project.name,
          silo_name: 'main',
          active_sled_id: sled.id,
          state: 'running',
        })),
      ),
    ],
    [
      'api-sleds.json',
      page(
        storage.sleds.map(({ id, world: { serial, cubby } }) => ({
          id,
          baseboard: { serial, part: '913-0000019', revision: 6 },
          rack_id: 'b2a4c6d8-0000-4000-8000-000000000003',
          slot: cubby,
          policy: { kind: 'in_service', provision_policy: 'provisionable' },
          state: 'active',
        })),
      ),
    ],
    [
      'api-physical-disks.json',
      page(
        storage.sleds.flatMap(({ id, pools }) =>
          pools.map((pool) => ({
            id: pool.diskId,
            serial: pool.diskSerial,
            vendor: '1b96',
            model: 'WUS5EA138ESP7E3',
            sled_id: id,
            form_factor: 'u2',
            policy: { kind: 'in_service' },
            state: 'active',
          })),
        ),
      ),
    ],
  ]);
}

/** The volume construction request of a disk, as the database holds it: with its key. */
export function volumeRequest(storage: Storage, diskId: string, key: string): string {
  const disk = storage.disks.find(({ id }) => id === diskId);
  if (disk === undefined) throw new RangeError(`no disk ${diskId} in this simulation`);
  return JSON.stringify({
    type: 'volume',
    id: disk.id,
    block_size: 512,
    sub_volumes: [
      {
        type: 'region',
        block_size: 512,
        blocks_per_extent: BLOCKS_PER_EXTENT,
        extent_count: disk.extents,
        opts: {
          id: disk.id,
          target: disk.stored.map(({ pool, port }) => `[${pool.address}]:${port}`),
          lossy: false,
          flush_timeout: null,
          key,
          cert_pem: null,
          key_pem: null,
          root_cert_pem: null,
          control: null,
          read_only: false,
        },
        gen: disk.generation,
      },
    ],
    read_only_parent: disk.hasHttpParent
      ? { type: 'url', id: disk.volumeId, block_size: 512, url: 'http://images.example/image' }
      : null,
  });
}
