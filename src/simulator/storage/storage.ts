import type { Crucible } from '../crucible.ts';
import { createRandom, seedOf } from '../random.ts';
import type { Random } from '../random.ts';
import type { World, WorldSled } from '../rack-world.ts';
import type { Session } from '../upstairs-session.ts';

/** A U.2 of a sled, with the pool on it and the zone that serves the pool. */
export interface SimulatedPool {
  readonly id: string;
  readonly datasetId: string;
  readonly zone: string;
  /** The zone's underlay address, which its agent and all its downstairs share. */
  readonly address: string;
  readonly sled: SimulatedStorageSled;
  readonly diskId: string;
  readonly diskSerial: string;
  readonly device: string;
  readonly slot: number;
  readonly sizeBytes: number;
  allocatedBytes: number;
  health: 'ONLINE' | 'DEGRADED' | 'FAULTED';
}

export interface SimulatedStorageSled {
  readonly world: WorldSled;
  /** The sled's id in the control plane. */
  readonly id: string;
  /** `fd00:1122:3344:101`: what the addresses of its zones begin with. */
  readonly prefix: string;
  readonly pools: readonly SimulatedPool[];
}

export interface SimulatedRegion {
  readonly id: string;
  readonly pool: SimulatedPool;
  readonly port: number;
  /** Of the volume that owns it, which a replacement changes. */
  volumeId: string;
  readonly extents: number;
  /** Of its service; `disabled` is left behind by a region that was deleted. */
  state: 'online' | 'maintenance' | 'disabled';
  /** Its process; null where its service is not online. */
  pid: number | null;
}

type Regions = readonly [SimulatedRegion, SimulatedRegion, SimulatedRegion];

/** A disk of the control plane, which an upstairs of the same id serves. */
export interface SimulatedDisk {
  readonly id: string;
  readonly name: string;
  readonly volumeId: string;
  readonly project: { readonly id: string; readonly name: string };
  readonly sizeBytes: number;
  readonly extents: number;
  readonly generation: number;
  readonly hasHttpParent: boolean;
  /** Null for one that a pantry serves. */
  readonly instance: SimulatedInstance | null;
  /** What its upstairs talks to, in index order. */
  live: Regions;
  /** What the database holds, which a replacement changes first. */
  stored: Regions;
}

export interface SimulatedInstance {
  readonly id: string;
  readonly name: string;
  readonly project: SimulatedDisk['project'];
  readonly propolisId: string;
}

/** What lies under the upstairs of a world: pools, regions and disks, with the zones and processes that serve them. */
export interface Storage {
  readonly sleds: readonly SimulatedStorageSled[];
  readonly disks: readonly SimulatedDisk[];
  readonly regions: readonly SimulatedRegion[];
  /** Begins a replacement: the database names another region, and the upstairs is not told yet. */
  beginReplacement(disk: SimulatedDisk, index: 0 | 1 | 2): SimulatedRegion;
  /** Tells the upstairs of what the database names. */
  finishReplacement(disk: SimulatedDisk): void;
  /** Ends the process of a region, whose service is in maintenance then. */
  breakRegion(region: SimulatedRegion): void;
  /** Propolis zones whose HTTP server answers nothing. */
  readonly hanging: Set<string>;
  /** Propolis zones whose HTTP server is of before May 2026. */
  readonly old: Set<string>;
  /** What the service of a region logged, where it is not that it started; by the region's id. */
  readonly logs: Map<string, readonly string[]>;
  /** Requests for the status of a disk so far, by its id. */
  readonly asked: Map<string, number>;
}

/** Downstairs in these states have no connection. */
export const UNCONNECTED: readonly string[] = [
  'offline',
  'faulted',
  'disabled',
  'deactivated',
  'negotiation_failed',
];

const FIRST_PORT = 19_000;
const EXTENT_BYTES = 64 * 1024 * 1024;
export const BLOCKS_PER_EXTENT = 131_072;
const U2_BYTES = 3_200_000_000_000;
const SIZES_GIB = [10, 16, 20, 40, 50];

/** Gives every session of a world a disk with three regions on pools of its rack, and boots what serves them. */
export function createStorage(world: World, seed: number, poolsPerSled: number): Storage {
  const random = createRandom(seedOf(`${seed} storage`));
  const racks = [...new Set(world.sleds.map(({ rack }) => rack))];
  const sleds = world.sleds.map((sled) => makeSled(sled, racks.indexOf(sled.rack), poolsPerSled, random));
  const regions: SimulatedRegion[] = [];

  const addRegion = (pool: SimulatedPool, volumeId: string, extents: number): SimulatedRegion => {
    // The lowest port that is free: a leftover's is free again.
    const used = new Set(
      regions.filter((each) => each.pool === pool && each.state !== 'disabled').map(({ port }) => port),
    );
    let port = FIRST_PORT;
    while (used.has(port)) port++;
    const region: SimulatedRegion = {
      id: random.uuid(),
      pool,
      port,
      volumeId,
      extents,
      state: 'online',
      pid: null,
    };
    region.pid = pool.sled.world.crucible.startProcess({
      zone: pool.zone,
      args:
        `/opt/oxide/crucible/bin/crucible-downstairs run --data /data/regions/${region.id} ` +
        `--address ${pool.address} --port ${port} --mode rw`,
      command: 'crucible-downstairs',
      crucible: 'downstairs',
    }).pid;
    pool.allocatedBytes += extents * EXTENT_BYTES;
    regions.push(region);
    return region;
  };

  const stop = (region: SimulatedRegion): void => {
    if (region.pid !== null) region.pool.sled.world.crucible.stopProcess(region.pid);
    region.pid = null;
  };

  /** A pool of the rack, on another sled than the others where there are enough. */
  const choosePool = (rack: string, others: readonly SimulatedPool[]): SimulatedPool => {
    const pools = sleds.filter(({ world: { rack: its } }) => its === rack).flatMap((sled) => sled.pools);
    const apart = pools.filter((pool) => others.every(({ sled }) => sled !== pool.sled));
    const rest = apart.length > 0 ? apart : pools.filter((pool) => !others.includes(pool));
    const chosen = rest[random.below(rest.length)];
    if (chosen === undefined) throw new RangeError('a rack without pools');
    return chosen;
  };

  const projects = ['web', 'data'].map((name) => ({ id: random.uuid(), name }));
  const disks: SimulatedDisk[] = [];
  for (const { world: sled } of sleds) {
    for (const process of sled.crucible.processes()) {
      if (process.sessions.length === 0) continue;
      const project = projects[random.below(projects.length)] ?? { id: random.uuid(), name: 'web' };
      const number = disks.length + 1;
      const propolisId = /^oxz_propolis-server_(.*)$/.exec(process.zone)?.[1];
      const instance =
        propolisId === undefined ? null : { id: random.uuid(), name: `vm-${number}`, project, propolisId };
      process.sessions.forEach((session, index) => {
        const volumeId = random.uuid();
        const gib = SIZES_GIB[random.below(SIZES_GIB.length)] ?? 10;
        const sizeBytes = gib * 1024 ** 3;
        const extents = Math.ceil(sizeBytes / EXTENT_BYTES);
        const first = choosePool(sled.rack, []);
        const second = choosePool(sled.rack, [first]);
        const third = choosePool(sled.rack, [first, second]);
        const three: Regions = [
          addRegion(first, volumeId, extents),
          addRegion(second, volumeId, extents),
          addRegion(third, volumeId, extents),
        ];
        // Two projects may give a disk the same name.
        const name = index === 0 && number % 7 === 0 ? 'boot' : `disk-${number}-${index}`;
        disks.push({
          id: session.upstairsId,
          name,
          volumeId,
          project,
          sizeBytes,
          extents,
          generation: 1 + random.below(6),
          hasHttpParent: session.hasHttpParent,
          instance,
          live: three,
          stored: three,
        });
      });
    }
  }

  for (const { world: sled } of sleds) {
    sled.crucible.dialBy(({ upstairsId, states }, client) => {
      const region = disks.find(({ id }) => id === upstairsId)?.live[client];
      const state = states[client];
      if (region === undefined || state === undefined || !UNCONNECTED.includes(state)) return null;
      const address = `[${region.pool.address}]:${region.port}`;
      if (region.state !== 'online') return { address, outcome: 'refused' };
      // Whoever has lost one that serves hears nothing of it; in the other states it is connected before long.
      return state === 'offline' ? { address, outcome: 'silent' } : null;
    });
  }

  return {
    sleds,
    disks,
    regions,
    hanging: new Set(),
    old: new Set(),
    logs: new Map(),
    asked: new Map(),
    beginReplacement: (disk, index) => {
      const old = disk.stored[index];
      const fresh = addRegion(
        choosePool(
          old.pool.sled.world.rack,
          disk.stored.map(({ pool }) => pool),
        ),
        disk.volumeId,
        disk.extents,
      );
      disk.stored = withRegion(disk.stored, index, fresh);
      old.volumeId = random.uuid();
      return fresh;
    },
    finishReplacement: (disk) => {
      for (const [index, region] of disk.live.entries()) {
        if (disk.stored[index] === region) continue;
        stop(region);
        region.state = 'disabled';
        for (const { session, crucible } of sessionsOf(world, disk.id)) {
          const states = session.states.map((state, client) => (client === index ? 'replaced' : state));
          const [a, b, c] = states;
          if (a !== undefined && b !== undefined && c !== undefined) crucible.setStates(session, [a, b, c]);
        }
      }
      disk.live = disk.stored;
    },
    breakRegion: (region) => {
      stop(region);
      region.state = 'maintenance';
    },
  };
}

/** The sessions of an upstairs; during a migration there are two. */
export function sessionsOf(
  world: World,
  upstairsId: string,
): readonly { readonly session: Session; readonly crucible: Crucible; readonly zone: string }[] {
  return world.sleds.flatMap(({ crucible }) =>
    crucible
      .processes()
      .flatMap(({ sessions, zone }) =>
        sessions
          .filter((session) => session.upstairsId === upstairsId)
          .map((session) => ({ session, crucible, zone })),
      ),
  );
}

function withRegion([a, b, c]: Regions, index: 0 | 1 | 2, region: SimulatedRegion): Regions {
  return [index === 0 ? region : a, index === 1 ? region : b, index === 2 ? region : c];
}

function makeSled(
  sled: WorldSled,
  rackIndex: number,
  poolCount: number,
  random: Random,
): SimulatedStorageSled {
  const prefix = `fd00:1122:3344:${(0x101 + rackIndex * 0x100 + sled.cubby).toString(16)}`;
  const pools: SimulatedPool[] = [];
  const made: SimulatedStorageSled = { world: sled, id: random.uuid(), prefix, pools };
  for (let slot = 0; slot < poolCount; slot++) {
    const zone = `oxz_crucible_${random.uuid()}`;
    const address = `${prefix}::${(5 + slot).toString(16)}`;
    sled.crucible.bootZone(zone);
    sled.crucible.startProcess({
      zone,
      args: `/opt/oxide/crucible/bin/crucible-agent run -D /opt/oxide/crucible/bin/crucible-downstairs --dataset`,
      command: 'crucible-agent',
    });
    const eui = random.uuid().replaceAll('-', '').slice(0, 16).toUpperCase();
    pools.push({
      id: random.uuid(),
      datasetId: random.uuid(),
      zone,
      address,
      sled: made,
      diskId: random.uuid(),
      diskSerial: `A0${(0x100000 + random.below(0xefffff)).toString(16).toUpperCase()}`,
      device: `c${3 + slot}t00${eui}d0`,
      slot,
      sizeBytes: U2_BYTES,
      allocatedBytes: 0,
      health: 'ONLINE',
    });
  }
  return made;
}
