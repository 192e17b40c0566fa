import type { CrucibleVersion, States } from './simulated-downstairs.ts';
import { createCrucible } from './crucible.ts';
import type { Crucible, CrucibleProcess } from './crucible.ts';
import type { Clock } from './machine.ts';
import { beginLife } from './life.ts';
import type { Life } from './life.ts';
import { createRandom, seedOf } from './random.ts';
import type { Random } from './random.ts';
import { requireParts, slownessBy } from './slow-parts.ts';
import type { SlowPart } from './slow-parts.ts';
import { createDisk } from './upstairs-session.ts';
import type { Session } from './upstairs-session.ts';

/** Where a sled stands. */
export interface Place {
  /** `rack/serial`. */
  readonly id: string;
  readonly rack: string;
  readonly cubby: number;
}

/** A sled and its place in the rack. */
export interface WorldSled extends Place {
  readonly serial: string;
  readonly crucible: Crucible;
}

/** All sleds and what runs on them, without any network. */
export interface World {
  readonly sleds: readonly WorldSled[];
  /** What happens by itself; null where nothing does. */
  readonly life: Life | null;
  /** By id, by serial, or as `rack/cubby`. Throws for a sled that is not there. */
  sled(name: string): WorldSled;
  /** Moves a VM: its zone, process and sessions end on one sled and begin, with the same disks, on another. */
  migrate(from: WorldSled, pid: number, to: WorldSled): CrucibleProcess;
}

export interface WorldOptions {
  readonly racks: readonly string[];
  readonly sledsPerRack: number;
  readonly propolisPerSled: number;
  readonly pantryPerRack: number;
  readonly downstairsPerSled: number;
  /** How many sessions are not healthy, over all sleds that `visible` names. */
  readonly degraded: number;
  readonly visible: (sled: Place) => boolean;
  readonly seed: number;
  readonly crucible: (sled: Place) => CrucibleVersion;
  readonly ioRate: number;
  readonly clockOf: (sled: Place) => Clock;
  /** Default none. */
  readonly slow?: readonly SlowPart[];
  /** Whether things happen by themselves. */
  readonly hasLife?: boolean;
}

/** Cubbies of a rack. */
export const CUBBIES = 32;
const CPUS = 128;
const MAX_AGE_JOBS = 400_000;

/** Illnesses as a fleet has them; a turned one starts at a random client. */
const ILLNESSES: readonly States[] = [
  ['live_repair', 'active', 'active'],
  ['faulted', 'active', 'active'],
  ['offline', 'active', 'active'],
  ['faulted', 'offline', 'active'],
  ['live_repair_ready', 'active', 'active'],
  ['reconcile', 'reconcile', 'reconcile'],
  ['replaced', 'active', 'active'],
  ['deactivated', 'deactivated', 'deactivated'],
  ['new', 'wait_quorum', 'wait_quorum'],
  ['replacing', 'active', 'active'],
];

export function createWorld(options: WorldOptions): World {
  if (options.sledsPerRack > CUBBIES) throw new RangeError(`a rack has ${CUBBIES} cubbies`);
  const slow = options.slow ?? [];
  const sleds = options.racks.flatMap((rack, rackIndex) =>
    Array.from({ length: options.sledsPerRack }, (_, cubby) => {
      const serial = `BRM4222${String(rackIndex * 100 + cubby).padStart(4, '0')}`;
      const place = { id: `${rack}/${serial}`, rack, cubby };
      const random = createRandom(seedOf(`${options.seed} ${place.id}`));
      const crucible = createCrucible({
        clock: options.clockOf(place),
        random,
        cpus: CPUS,
        version: options.crucible(place),
        ioRate: options.ioRate,
        slowness: slownessBy(
          slow.filter((part) => [place.id, serial, `${rack}/${cubby}`].includes(part.sled)),
        ),
      });
      populate(crucible, random, options, cubby < options.pantryPerRack);
      return { ...place, serial, crucible };
    }),
  );
  const random = createRandom(seedOf(`${options.seed} world`));
  sicken(sleds.filter(options.visible), options.degraded, random);
  const sledOf = (name: string): WorldSled => {
    const found = sleds.find((sled) => [sled.id, sled.serial, `${sled.rack}/${sled.cubby}`].includes(name));
    if (found === undefined) {
      const there = options.racks.map((rack) => `${rack}/0-${options.sledsPerRack - 1}`).join(', ');
      throw new RangeError(`no sled ${name} in this simulation; there are ${there}`);
    }
    return found;
  };
  requireParts(slow, sledOf);

  return {
    sleds,
    life: options.hasLife === true ? beginLife(sleds, random.fork('life')) : null,
    sled: sledOf,
    migrate: (from, pid, to) => {
      const process = from.crucible.processes().find((candidate) => candidate.pid === pid);
      if (process === undefined) throw new RangeError(`no process ${pid} on ${from.id}`);
      from.crucible.haltZone(process.zone);
      to.crucible.bootZone(process.zone);
      const { zone, args, command, sessions } = process;
      const disks = sessions.map(({ upstairsId, volumeId, hasHttpParent }) => ({
        upstairsId,
        volumeId,
        hasHttpParent,
      }));
      return to.crucible.startProcess({ zone, args, command, crucible: 'upstairs', disks });
    },
  };
}

function populate(crucible: Crucible, random: Random, options: WorldOptions, withPantry: boolean): void {
  const address = `[fd00:1122:3344:${(0x101 + random.below(32)).toString(16)}::${random.below(0xffff).toString(16)}]`;
  for (let vm = 0; vm < options.propolisPerSled; vm++) {
    const zone = `oxz_propolis-server_${random.uuid()}`;
    crucible.bootZone(zone);
    crucible.startProcess({
      zone,
      args:
        '/opt/oxide/propolis-server/bin/propolis-server run ' +
        `/var/svc/manifest/site/propolis-server/config.toml ${address}:12400`,
      command: 'propolis-server',
      crucible: 'upstairs',
      disks: Array.from({ length: 1 + random.below(3) }, () => createDisk(random)),
      ageJobs: MAX_AGE_JOBS,
    });
  }
  if (withPantry) {
    const zone = `oxz_crucible_pantry_${random.uuid()}`;
    crucible.bootZone(zone);
    crucible.startProcess({
      zone,
      args: `/opt/oxide/crucible-pantry/bin/crucible-pantry run -l ${address}:17000`,
      command: 'crucible-pantry',
      crucible: 'upstairs',
      disks: [createDisk(random)],
      ageJobs: MAX_AGE_JOBS,
    });
  }
  let zone = '';
  for (let region = 0; region < options.downstairsPerSled; region++) {
    if (region % 2 === 0) {
      zone = `oxz_crucible_${random.uuid()}`;
      crucible.bootZone(zone);
      crucible.startProcess({
        zone,
        args: '/opt/oxide/crucible/bin/crucible-agent run',
        command: 'crucible-agent',
      });
    }
    crucible.startProcess({
      zone,
      args:
        `/opt/oxide/crucible/bin/crucible-downstairs run -p ${19_000 + region} ` +
        `-d /data/regions/${random.uuid()} --mode rw`,
      command: 'crucible-downstairs',
      crucible: 'downstairs',
      ageJobs: MAX_AGE_JOBS,
    });
  }
}

/** Gives so many sessions an illness and some healthy ones a past. */
function sicken(sleds: readonly WorldSled[], degraded: number, random: Random): void {
  const sessions = shuffled(
    sleds.flatMap(({ crucible }) => crucible.sessions().map((session) => ({ crucible, session }))),
    random,
  );
  sessions.forEach(({ crucible, session }, index) => {
    const illness = index < degraded ? ILLNESSES[index % ILLNESSES.length] : undefined;
    if (illness !== undefined) {
      crucible.setStates(session, turned(illness, random.below(3)));
      if (illness.includes('live_repair')) beginRepair(session, random);
    } else if (random.below(5) === 0) {
      const client = random.below(3);
      session.completed[client] = 1 + random.below(2);
      session.aborted.fill(random.below(2));
      session.connected[client] = 2 + random.below(3);
    }
  });
}

function beginRepair(session: Session, random: Random): void {
  const client = session.states.indexOf('live_repair');
  session.repaired[client] = random.below(1500);
  session.confirmed[client] = random.below(1500);
  session.extent = 1 + (session.repaired[client] ?? 0) + (session.confirmed[client] ?? 0);
  session.aborted.fill(random.below(2));
}

function turned([a, b, c]: States, by: number): States {
  if (by === 0) return [a, b, c];
  return by === 1 ? [c, a, b] : [b, c, a];
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items];
  const result: T[] = [];
  while (rest.length > 0) {
    const index = random.below(rest.length);
    const last = rest.pop();
    const chosen = rest[index] ?? last;
    if (index < rest.length && last !== undefined) rest[index] = last;
    if (chosen !== undefined) result.push(chosen);
  }
  return result;
}
