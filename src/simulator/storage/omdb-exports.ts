import { BLOCKS_PER_EXTENT, sessionsOf, type SimulatedDisk, type Storage } from './storage.ts';
import type { World } from '../rack-world.ts';
import { paddedTable, plainTable, ruledTable } from './omdb-tables.ts';

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** What omdb would print of a world now, by the name of the file that holds it. */
export function omdbExports(world: World, storage: Storage): ReadonlyMap<string, string> {
  const pools = storage.sleds.flatMap((sled) => sled.pools);
  const instances = instancesOf(world, storage);
  const live = storage.regions.filter(({ state }) => state !== 'disabled');
  return new Map([
    [
      'disks-list.txt',
      text(
        plainTable(
          ['ID', 'SIZE', 'TYPE', 'STATE', 'NAME', 'ATTACHED_TO'],
          storage.disks.map(({ id, sizeBytes, name, instance }) => [
            id,
            `${sizeBytes / 1024 ** 3} GiB`,
            'crucible',
            'attached',
            name,
            instance?.id ?? '-',
          ]),
        ),
      ),
    ],
    ...storage.disks.map((disk) => [`disks-info-${disk.id}.txt`, diskInfo(world, disk, storage)] as const),
    [
      'region-list.txt',
      text(
        ruledTable(
          [
            'id',
            'dataset_id',
            'volume_id',
            'block_size',
            'blocks_per_extent',
            'extent_count',
            'read_only',
            'deleting',
          ],
          live.map(({ id, pool, volumeId, extents }) => [
            id,
            pool.datasetId,
            volumeId,
            '512',
            String(BLOCKS_PER_EXTENT),
            String(extents),
            'false',
            'false',
          ]),
          ' ',
        ),
      ),
    ],
    [
      'crucible-dataset-list.txt',
      text(
        ruledTable(
          [
            'ID',
            'TIME_DELETED',
            'POOL_ID',
            'ADDRESS',
            'SIZE_USED',
            'NO_PROVISION',
            'CONTROL_PLANE_STORAGE_BUFFER',
            'POOL_TOTAL_SIZE',
            'SIZE_LEFT',
          ],
          pools.map((pool) => [
            pool.datasetId,
            '',
            pool.id,
            `[${pool.address}]:32345`,
            String(pool.allocatedBytes),
            'false',
            'n/a',
            'n/a',
            'n/a',
          ]),
          '',
        ),
      ),
    ],
    [
      'zpool-list.txt',
      text(
        ruledTable(
          ['ID', 'TIME_DELETED', 'SLED_ID', 'PHYSICAL_DISK_ID', 'TOTAL_SIZE', 'CONTROL_PLANE_STORAGE_BUFFER'],
          pools.map((pool) => [pool.id, '', pool.sled.id, pool.diskId, '2.91 TiB', '250 GiB']),
          '',
        ),
      ),
    ],
    [
      'physical-disks.txt',
      text(
        paddedTable(
          ['ID', 'SERIAL', 'VENDOR', 'MODEL', 'SLED_ID', 'POLICY', 'STATE'],
          pools.map((pool) => [
            pool.diskId,
            pool.diskSerial,
            '1b96',
            'WUS5EA138ESP7E3',
            pool.sled.id,
            'in service',
            'active',
          ]),
        ),
      ),
    ],
    [
      'inventory-physical-disks.txt',
      text(
        plainTable(
          [
            'INV_COLLECTION_ID',
            'SLED_ID',
            'SLOT',
            'VENDOR',
            'MODEL',
            'SERIAL',
            'VARIANT',
            'FIRMWARE',
            'NEXT_FIRMWARE',
          ],
          pools.map((pool) => [
            '5f0b1d3a-8a51-4c70-9d0e-0d1c8f2b6a11',
            pool.sled.id,
            String(pool.slot),
            '1b96',
            'WUS5EA138ESP7E3',
            pool.diskSerial,
            'U2',
            'R1210000',
            '-',
          ]),
        ),
      ),
    ],
    [
      'sleds.txt',
      text(
        paddedTable(
          ['SERIAL', 'IP', 'ROLE', 'POLICY', 'STATE', 'BP AVAIL', 'ID'],
          storage.sleds.map(({ world: { serial }, prefix, id }, at) => [
            serial,
            `[${prefix}::1]:12345`,
            at % 16 === 0 ? 'scrimlet' : '-',
            'in service',
            'active',
            '0 B',
            id,
          ]),
        ),
      ),
    ],
    [
      'instances.txt',
      text(
        plainTable(
          ['ID', 'STATE', 'INTENT', 'PROPOLIS_ID', 'SLED_ID', 'HOST_SERIAL', 'NAME'],
          instances.map(({ instance, sled }) => [
            instance.id,
            'running',
            'running',
            instance.propolisId,
            sled.id,
            sled.world.serial,
            instance.name,
          ]),
        ),
      ),
    ],
    [
      'sled-instances.txt',
      text(
        storage.sleds.flatMap((sled) => {
          const own = instances.filter((each) => each.sled === sled);
          return [
            `Sled ${sled.world.cubby} (serial: ${sled.world.serial})  sled_id: ${sled.id}`,
            ...(own.length === 0
              ? []
              : plainTable(
                  ['INSTANCE_ID', 'PROPOLIS_ID', 'STATE', 'NAME'],
                  own.map(({ instance }) => [instance.id, instance.propolisId, 'running', instance.name]),
                )),
            '',
          ];
        }),
      ),
    ],
    ...pools.flatMap((pool) => {
      const own = live.filter((region) => region.pool === pool);
      if (own.length === 0) return [];
      return [
        [
          `agent-regions-${pool.address.replaceAll(':', '-')}.txt`,
          text(
            plainTable(
              ['REGION_ID', 'STATE', 'BLOCK_SIZE', 'EXTENT_SIZE', 'EXTENT_COUNT', 'PORT'],
              own.map(({ id, extents, port }) => [
                id,
                'created',
                '512',
                String(BLOCKS_PER_EXTENT),
                String(extents),
                String(port),
              ]),
            ),
          ),
        ] as const,
      ];
    }),
  ]);
}

interface Placed {
  readonly instance: NonNullable<SimulatedDisk['instance']>;
  readonly sled: Storage['sleds'][number];
}

/** Each instance once, on the sled where its zone is. */
export function instancesOf(world: World, storage: Storage): readonly Placed[] {
  const seen = new Set<string>();
  return storage.disks.flatMap(({ instance, id }) => {
    if (instance === null || seen.has(instance.id)) return [];
    seen.add(instance.id);
    const [place] = sessionsOf(world, id);
    const sled = storage.sleds.find((each) => each.world.crucible === place?.crucible);
    return sled === undefined ? [] : [{ instance, sled }];
  });
}

/** `omdb db disks info`: the disk, its regions in no order, and the printed VCR, without the key. */
function diskInfo(world: World, disk: SimulatedDisk, storage: Storage): string {
  const placed = instancesOf(world, storage).find(({ instance }) => instance === disk.instance);
  const owned = storage.regions
    .filter(({ volumeId, state }) => volumeId === disk.volumeId && state !== 'disabled')
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return text([
    ...plainTable(
      [
        'HOST_SERIAL',
        'DISK_NAME',
        'INSTANCE_NAME',
        'PROPOLIS_ZONE',
        'VOLUME_ID',
        'DISK_STATE',
        'IMPORT_ADDRESS',
        'READONLY',
      ],
      [
        [
          placed?.sled.world.serial ?? '-',
          disk.name,
          disk.instance?.name ?? '-',
          disk.instance === null ? '-' : `oxz_propolis-server_${disk.instance.propolisId}`,
          disk.volumeId,
          'attached',
          '-',
          'false',
        ],
      ],
    ),
    ...plainTable(
      ['HOST_SERIAL', 'REGION', 'DATASET', 'PHYSICAL_DISK'],
      owned.map(({ id, pool }) => [pool.sled.world.serial, id, pool.datasetId, pool.diskId]),
    ),
    `VCR from volume ID ${disk.volumeId}`,
    ...plainTable(
      ['ID', 'BS', 'SUB_VOLUMES', 'READ_ONLY_PARENT'],
      [[disk.id, '512', '1', String(disk.hasHttpParent)]],
    ),
    '',
    'SUB VOLUME 0',
    ...plainTable(
      ['ID', 'BS', 'BPE', 'EC', 'GENERATION', 'READ_ONLY'],
      [[disk.id, '512', String(BLOCKS_PER_EXTENT), String(disk.extents), String(disk.generation), 'false']],
      '    ',
    ),
    ...disk.stored.map(({ pool, port }) => `    [${pool.address}]:${port}`),
    '',
    ...(disk.hasHttpParent ? ['READ ONLY PARENT:', '    Unsupported volume type', ''] : []),
  ]);
}
