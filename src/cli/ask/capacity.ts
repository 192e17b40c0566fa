import type { Target } from '../../model/target.ts';
import type { ConnectionOptions } from '../options/connection-options.ts';

/** What the machine lets one process have. */
export interface Resources {
  /** Files, sockets and pipes that may be open at once; null where that is not known. */
  readonly openFiles: number | null;
  readonly memoryBytes: number;
  readonly cpus: number;
}

/** How much is done at once. */
export interface Capacity {
  /** Sleds that are visited. */
  readonly concurrency: number;
  readonly handshakes: number;
  /** Why fewer sleds than were selected, and what to do; null where all are. */
  readonly warning: string | null;
}

/** So few need no look at the machine, which takes some milliseconds. */
const FEW_SLEDS = 64;

/** Open at any time beside the connections: streams, the event loop, key files, a recording. */
const OWN_FILES = 40;

/** A connection that waits holds some 60 KiB; an answer is added to that. */
const BYTES_A_SLED = 128 * 1024;

// A handshake costs some milliseconds of one CPU at each end, and mostly waits for the other end.
const HANDSHAKES_A_CPU = 32;
const MOST_HANDSHAKES = 512;

type CapacityOptions = Pick<ConnectionOptions, 'concurrency' | 'handshakes' | 'transport'>;

/** Sleds that are visited at the same time where each takes some processes of ssh. */
const SLEDS_OF_PROGRAMS = 64;
const LOGINS_OF_PROGRAMS = 16;
/** Pipes of the connection and of a command over it, and what it takes to start them. */
const FILES_OF_PROGRAMS = 8;

function capacityOfPrograms(
  count: number,
  { concurrency: wanted, handshakes = LOGINS_OF_PROGRAMS }: CapacityOptions,
  measure: () => Resources,
): Capacity {
  const { openFiles } = measure();
  const room =
    openFiles === null
      ? SLEDS_OF_PROGRAMS
      : Math.max(1, Math.floor((openFiles - OWN_FILES) / FILES_OF_PROGRAMS));
  const concurrency = wanted ?? Math.min(SLEDS_OF_PROGRAMS, room);
  if (wanted === undefined && room < Math.min(count, SLEDS_OF_PROGRAMS)) {
    const few = `at most ${concurrency} of ${count} sleds are visited at the same time`;
    const enough =
      2 ** Math.ceil(Math.log2(OWN_FILES + FILES_OF_PROGRAMS * Math.min(count, SLEDS_OF_PROGRAMS)));
    const warning = `${few}, since a process may open ${openFiles} files here; raise the limit with: ulimit -n ${enough}`;
    return { concurrency, handshakes, warning };
  }
  const warning =
    count <= concurrency
      ? null
      : `at most ${concurrency} of ${count} sleds are visited at the same time, since each takes three processes with --transport openssh; --concurrency changes that`;
  return { concurrency, handshakes, warning };
}

/**
 * What the options say, else as much as the machine bears: a running probe only waits, so that descriptors and memory
 * are its limits; handshakes are limited by CPUs.
 */
export function capacityFor(
  targets: readonly Target[],
  options: CapacityOptions,
  measure: () => Resources,
): Capacity {
  const count = targets.length;
  if (options.transport === 'openssh') return capacityOfPrograms(count, options, measure);
  if (count <= FEW_SLEDS) {
    const { concurrency = FEW_SLEDS, handshakes = HANDSHAKES_A_CPU } = options;
    return { concurrency, handshakes, warning: null };
  }
  const resources = measure();
  const handshakes =
    options.handshakes ?? Math.min(MOST_HANDSHAKES, HANDSHAKES_A_CPU * Math.max(1, resources.cpus));
  if (options.concurrency !== undefined) {
    return { concurrency: options.concurrency, handshakes, warning: null };
  }
  const byFiles = roomByFiles(targets, resources);
  const byMemory = Math.max(1, Math.floor(resources.memoryBytes / 2 / BYTES_A_SLED));
  const concurrency = Math.min(count, byFiles, byMemory);
  if (concurrency === count) return { concurrency, handshakes, warning: null };
  const few = `at most ${concurrency} of ${count} sleds are visited at the same time`;
  const warning =
    byFiles <= byMemory
      ? `${few}, since a process may open ${resources.openFiles} files here; raise the limit with: ulimit -n ${limitFor(targets)}`
      : `${few}, since ${Math.floor(resources.memoryBytes / 2 ** 20)} MiB of memory are free here`;
  return { concurrency, handshakes, warning };
}

function roomByFiles(targets: readonly Target[], { openFiles }: Resources): number {
  const wanted = filesOf(targets);
  if (openFiles === null || wanted === 0) return targets.length;
  return Math.max(1, Math.floor((targets.length * (openFiles - OWN_FILES)) / wanted));
}

/** A limit that suffices, as a round number. */
function limitFor(targets: readonly Target[]): number {
  return 2 ** Math.ceil(Math.log2(filesOf(targets) + OWN_FILES));
}

/** A command has three pipes; what is behind a gateway goes over the gateway's connection. */
function filesOf(targets: readonly Target[]): number {
  return targets
    .map(({ login, gateways }) => (login.proxyCommand !== null ? 3 : gateways.length > 0 ? 0 : 1))
    .reduce<number>((sum, files) => sum + files, 0);
}
