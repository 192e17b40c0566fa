import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChildren } from './children.ts';
import { createCleanups } from './cleanups.ts';
import type { Cleanups } from './cleanups.ts';
import type { Crucible } from './crucible.ts';
import type { CrucibleVersion } from './simulated-downstairs.ts';
import type { FaultName } from './fault.ts';
import { serveGatewayLogin } from './gateway-login.ts';
import type { GatewayMode } from './gateway-login.ts';
import { inventoryYaml } from './inventory-yaml.ts';
import { generateKeyPair, knownHostsLine } from './ssh-keys.ts';
import { createWorld } from './rack-world.ts';
import type { Place, World, WorldSled } from './rack-world.ts';
import { makeRootFolder } from './root-folder.ts';
import { serveSledLogin } from './sled-login.ts';
import type { RunningCommand } from './sled-login.ts';
import { realTime, simulatedTime } from './sled-time.ts';
import type { SlowPart } from './slow-parts.ts';
import { startSshHost } from './ssh-host.ts';
import type { SshHost, SshHostOptions } from './ssh-host.ts';
import { createStandIns } from './stand-ins.ts';
import { storageAnswer } from './storage/sled-answers.ts';
import { createStorage, type Storage } from './storage/storage.ts';
import type { Truth } from './truth.ts';

export interface SimulationOptions {
  /** A number of racks, named from '1' on, or their names. Default 1. */
  readonly racks?: number | readonly string[];
  /** 0 to 32. Default 4. */
  readonly sledsPerRack?: number;
  /** VMs of each sled, with 1 to 3 disks each. Default 2. */
  readonly propolisPerSled?: number;
  /** How many sleds of a rack have a pantry with one upstairs. Default 0. */
  readonly pantryPerRack?: number;
  /** Default 2. */
  readonly downstairsPerSled?: number;
  /** The same seed gives the same racks: ids, states, latencies. Default 1. */
  readonly seed?: number;
  /** Sessions that are not healthy, spread over the sleds that are not down. Default 0. */
  readonly degraded?: number;
  /** Faults by sled id (`3/BRM42220014`), serial, or `rack/cubby`. */
  readonly down?: ReadonlyMap<string, FaultName>;
  /** SSH gateways of each rack. Default 0. */
  readonly gatewaysPerRack?: number;
  /** Faults of gateways by `rack/index` (`3/0`), or `prohibited` for one that forwards nothing. */
  readonly gatewaysDown?: ReadonlyMap<string, FaultName | 'prohibited'>;
  /** One for all, or by sled id, serial or `rack/cubby` (others run today's). */
  readonly crucible?: CrucibleVersion | ReadonlyMap<string, CrucibleVersion>;
  /** A new or empty directory: used, and removed at the end. Default: a new directory among the system's temporary ones. */
  readonly rootDir?: string;
  /** Guest IOs per second of each disk (and jobs of each downstairs), in the mean. Default 2. */
  readonly ioRate?: number;
  /** Parts whose IO takes several times as long. Default none. */
  readonly slow?: readonly SlowPart[];
  /** Things happen by themselves: faults, repairs, VMs that start, stop and migrate. Default false. */
  readonly hasLife?: boolean;
  /** `127.0.0.1` (default) or `::1`. */
  readonly host?: string;
  /** How long dtrace compiles before it traces; a sled takes 1000 to 3000. Default 0. */
  readonly compileDelayMs?: number;
  /** Global variables of D firings on several CPUs interleave, to expose scripts that misuse them. */
  readonly interleave?: boolean;
  /** Pairs of sleds (id, serial or rack/cubby) that stand in each other's place: each calls itself as the other. */
  readonly swapped?: readonly (readonly [string, string])[];
  /** Gives every disk its three regions, on so many pools, which zones and processes serve. `downstairsPerSled` is 0 then. */
  readonly storage?: { readonly poolsPerSled: number };
  /** Runs a command that a login sends without a process of this machine, where it can (null: a shell does); for tests. */
  readonly runWithoutProcess?: (command: string, sled: CommandPlace) => RunningCommand | null;
  /** `simulated`: dtrace sees seconds pass that take milliseconds. Default `real`. */
  readonly time?: 'real' | 'simulated';
}

/** Where a command runs. */
export interface CommandPlace {
  readonly crucible: Crucible;
  readonly home: string;
  /** The sled's name, as it says itself. */
  readonly hostname: string;
  /** A dtrace runs until the returned function is called. */
  readonly traced: () => () => void;
}

export interface SimulatedSled {
  /** `rack/serial`. */
  readonly id: string;
  readonly rack: string;
  readonly serial: string;
  readonly cubby: number;
  readonly host: string;
  readonly port: number;
}

export interface Simulation {
  readonly sleds: readonly SimulatedSled[];
  readonly gateways: readonly { readonly rack: string; readonly host: string; readonly port: number }[];
  /** What runs on the sleds, for tests that change it. */
  readonly world: World;
  /** What lies under the upstairs, for tests that change it; null without `storage`. */
  readonly storage: Storage | null;
  /** An inventory of all sleds, with paths of the files below. */
  inventoryYaml(): string;
  /** Holds everything of the simulation, and is removed at the end. */
  readonly rootDir: string;
  /** The private key that logs `root` in, mode 0600. */
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** What a debugger that does not lie would say now. */
  truth(): Truth;
  /** PATH and HOME of a shell on that sled (id, serial or rack/cubby), for one that other means start. */
  environmentFor(sled: string): { readonly PATH: string; readonly HOME: string };
  /** Has two sleds stand in each other's place: each calls itself as the other, and the truth says so. */
  swap(sled: string, other: string): void;
  /** Breaks or mends a sled while it runs. */
  setFault(sled: string, fault: FaultName | null): Promise<void>;
  /** Breaks or mends a gateway, named `rack/index`. */
  setGatewayFault(gateway: string, fault: FaultName | null): Promise<void>;
  /** How many TCP connections that sled has taken. */
  connections(sled: string): number;
  /** How many dtrace run on that sled now. */
  tracing(sled: string): number;
  /** Process groups that logins started and that still have a process. */
  runningCommands(): number;
  /** Ends everything that was started and removes the files. */
  stop(): Promise<void>;
}

/**
 * Starts sleds of one or more racks on loopback ports, each with its own SSH server. A start that fails leaves
 * nothing behind.
 */
export async function startSimulation(options: SimulationOptions = {}): Promise<Simulation> {
  const cleanups = createCleanups();
  try {
    return await start(options, cleanups);
  } catch (error) {
    // What went wrong first is what is said.
    await cleanups.run().catch(() => undefined);
    throw error;
  }
}

async function start(options: SimulationOptions, cleanups: Cleanups): Promise<Simulation> {
  const host = options.host ?? '127.0.0.1';
  const racks = rackNames(options.racks ?? 1);
  const down = options.down ?? new Map<string, FaultName>();
  const { crucible = 'today' } = options;
  const seed = options.seed ?? 1;
  const faultOf = (sled: Place): FaultName | null => byName(down, sled) ?? null;
  const time = options.time === 'simulated' ? simulatedTime() : realTime();
  const world = createWorld({
    racks,
    sledsPerRack: options.sledsPerRack ?? 4,
    propolisPerSled: options.propolisPerSled ?? 2,
    pantryPerRack: options.pantryPerRack ?? 0,
    downstairsPerSled: options.storage !== undefined ? 0 : (options.downstairsPerSled ?? 2),
    degraded: options.degraded ?? 0,
    visible: (sled) => faultOf(sled) === null,
    seed,
    crucible: (sled) => (typeof crucible === 'string' ? crucible : (byName(crucible, sled) ?? 'today')),
    ioRate: options.ioRate ?? 2,
    clockOf: (sled) => time.clockOf(sled),
    slow: options.slow ?? [],
    hasLife: options.hasLife ?? false,
  });
  /** Somebody is on a sled of that rack, whose sleds are as they are by now. */
  const visit = (rack: string): (() => void) => {
    const leave = time.visit(rack);
    for (const sled of world.sleds) if (sled.rack === rack) sled.crucible.catchUp();
    return leave;
  };
  for (const name of down.keys()) world.sled(name);
  const storage =
    options.storage === undefined ? null : createStorage(world, seed, options.storage.poolsPerSled);

  const root = makeRootFolder(options.rootDir);
  cleanups.add(() => root.remove());
  const children = createChildren();
  cleanups.add(() => children.stop());
  const clientKey = generateKeyPair();
  const otherKey = generateKeyPair();
  const standIns = await createStandIns(root.path, {
    compileDelayMs: options.compileDelayMs ?? 0,
    interleave: options.interleave ?? false,
  });
  cleanups.add(() => standIns.stop());
  const hosts = new Map<WorldSled, SshHost>();
  const knownHosts: string[] = [];
  /** How many dtrace run without a process, by sled. */
  const tracing = new Map<WorldSled, number>();

  const startHost = async (
    settings: Pick<SshHostOptions, 'fault' | 'serve' | 'visited'>,
  ): Promise<SshHost> => {
    const hostKey = generateKeyPair();
    const ssh = await startSshHost({ host, hostKey, otherKey, clientKey, ...settings });
    cleanups.add(() => ssh.close());
    knownHosts.push(knownHostsLine(host, ssh.port, hostKey));
    return ssh;
  };

  const startSled = async (sled: WorldSled): Promise<void> => {
    const key = keyOf(sled);
    const fault = (): FaultName | null => hosts.get(sled)?.fault() ?? null;
    const own = storage?.sleds.find((each) => each.world === sled);
    standIns.add(key, {
      hostname: sled.serial,
      crucible: sled.crucible,
      dtracePrivileges: () => {
        if (fault() === 'no-dtrace') return 'no-device';
        if (fault() === 'no-probes') return 'hidden';
        return fault() === 'no-dtrace-privileges' ? 'none' : 'all';
      },
      traced: () => visit(sled.rack),
      unread: () => time.clockOf(sled).hold(),
      ...(storage === null || own === undefined
        ? {}
        : { storage: (command, argv) => storageAnswer(command, argv, own, storage) }),
    });
    const environment = (broken?: FaultName | null) => standIns.environment(key, broken);
    // What its fault breaks is made now: a machine that lets no file be made says so at the start.
    environment(faultOf(sled));
    const runWithoutProcess = (command: string): RunningCommand | null =>
      options.runWithoutProcess?.(command, {
        crucible: sled.crucible,
        home: environment().HOME,
        hostname: serialAt(sled),
        traced: () => {
          const leave = visit(sled.rack);
          const count = (more: number) => tracing.set(sled, (tracing.get(sled) ?? 0) + more);
          count(1);
          return () => {
            count(-1);
            leave();
          };
        },
      }) ?? null;
    const ssh = await startHost({
      fault: faultOf(sled),
      visited: () => visit(sled.rack),
      serve: (connection, socket) =>
        serveSledLogin(connection, socket, { children, fault, environment, runWithoutProcess }),
    });
    hosts.set(sled, ssh);
  };

  const isSledOf = (rack: string, address: string, port: number): boolean =>
    [...hosts].some(([sled, ssh]) => sled.rack === rack && ssh.host === address && ssh.port === port);

  const startGateway = async ({ rack, name }: GatewayPlace): Promise<Gateway> => {
    const fault = options.gatewaysDown?.get(name) ?? null;
    const mode: GatewayMode = fault === 'prohibited' ? 'prohibited' : 'open';
    const ssh = await startHost({
      fault: fault === 'prohibited' ? null : fault,
      visited: () => visit(rack),
      serve: (connection) =>
        serveGatewayLogin(connection, mode, (address, port) => isSledOf(rack, address, port)),
    });
    return { rack, name, ssh };
  };

  const standing = new Map<WorldSled, string>();
  const serialAt = (sled: WorldSled): string => standing.get(sled) ?? sled.serial;
  const swap = (name: string, other: string): void => {
    const [first, second] = [world.sled(name), world.sled(other)];
    const serials = [serialAt(first), serialAt(second)] as const;
    for (const [sled, serial] of [
      [first, serials[1]],
      [second, serials[0]],
    ] as const) {
      standing.set(sled, serial);
      standIns.rename(keyOf(sled), serial);
    }
  };

  await allOrFirstError(world.sleds.map(startSled));
  for (const [sled, other] of options.swapped ?? []) swap(sled, other);
  const gateways = await allOrFirstError(
    gatewayPlaces(racks, options.gatewaysPerRack ?? 0).map(startGateway),
  );

  const hostOf = (sled: WorldSled): SshHost => {
    const found = hosts.get(sled);
    if (found === undefined) throw new RangeError(`no host for ${sled.id}`);
    return found;
  };
  const rootDir = root.path;
  const identityFile = join(rootDir, 'identity');
  const knownHostsFile = join(rootDir, 'known_hosts');
  writeFileSync(identityFile, clientKey.privateKey, { mode: 0o600 });
  writeFileSync(knownHostsFile, knownHosts.map((line) => `${line}\n`).join(''));
  const sleds = world.sleds.map((sled) => ({
    id: sled.id,
    rack: sled.rack,
    serial: sled.serial,
    cubby: sled.cubby,
    host,
    port: hostOf(sled).port,
  }));
  const gatewayHosts = gateways.map(({ rack, ssh }) => ({ rack, host, port: ssh.port }));

  return {
    sleds,
    gateways: gatewayHosts,
    world,
    storage,
    inventoryYaml: () =>
      inventoryYaml({
        racks,
        sleds,
        gateways: gatewayHosts,
        identityFile,
        knownHostsFile,
        hostKeysFile: join(rootDir, 'host_keys'),
      }),
    rootDir,
    identityFile,
    knownHostsFile,
    truth: () => ({
      sleds: world.sleds.map((sled) => ({
        id: sled.id,
        rack: sled.rack,
        serial: sled.serial,
        cubby: sled.cubby,
        crucible: sled.crucible.version,
        fault: hostOf(sled).fault(),
        ...(serialAt(sled) === sled.serial ? {} : { answers_as: serialAt(sled) }),
        ...sled.crucible.truth(),
      })),
    }),
    swap,
    environmentFor: (name) => {
      const sled = world.sled(name);
      return standIns.environment(keyOf(sled), hostOf(sled).fault());
    },
    setFault: (name, fault) => hostOf(world.sled(name)).setFault(fault),
    setGatewayFault: async (name, fault) => {
      const gateway = gateways.find((candidate) => candidate.name === name);
      if (gateway === undefined) throw new RangeError(`no gateway ${name} in this simulation`);
      await gateway.ssh.setFault(fault);
    },
    connections: (name) => hostOf(world.sled(name)).connections(),
    tracing: (name) => standIns.tracing(keyOf(world.sled(name))) + (tracing.get(world.sled(name)) ?? 0),
    runningCommands: () => children.running(),
    stop: () => cleanups.run(),
  };
}

export { factFiles } from './storage/fact-files.ts';

interface GatewayPlace {
  readonly rack: string;
  /** `rack/index`. */
  readonly name: string;
}

interface Gateway extends GatewayPlace {
  readonly ssh: SshHost;
}

function gatewayPlaces(racks: readonly string[], perRack: number): readonly GatewayPlace[] {
  return racks.flatMap((rack) =>
    Array.from({ length: perRack }, (_, index) => ({ rack, name: `${rack}/${index}` })),
  );
}

/** Waits until all have ended, well or not, so that nothing begins after its cleanup. */
async function allOrFirstError<T>(starts: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(starts);
  return await Promise.all(starts);
}

function byName<T>(values: ReadonlyMap<string, T>, sled: Place): T | undefined {
  const serial = sled.id.slice(sled.rack.length + 1);
  return values.get(sled.id) ?? values.get(`${sled.rack}/${sled.cubby}`) ?? values.get(serial);
}

function rackNames(racks: number | readonly string[]): readonly string[] {
  return typeof racks === 'number' ? Array.from({ length: racks }, (_, index) => String(index + 1)) : racks;
}

/** One path component. */
function keyOf(sled: WorldSled): string {
  return sled.serial;
}
