import { extentsOf, illness, nextOf } from './disk-life.ts';
import type { DiskNow, Next } from './disk-life.ts';
import { createEventQueue } from './event-queue.ts';
import type { Started, StartedSession, Transition } from './life-transition.ts';
import type { Random } from './random.ts';
import type { States } from './simulated-downstairs.ts';
import { CONFIRMED_PER_SECOND, createDisk, REPAIRED_PER_SECOND } from './upstairs-session.ts';

/** What happens on the sleds of a world from its begin on: the same for the same random numbers, without end. */
export interface LifePlan {
  /** Everything from that time on and before the other, in order of time; what runs at the begin started at 0. */
  between(fromNs: number, toNs: number): readonly Transition[];
}

/** How a session is when the life begins, where it is not as one that has just started. */
export interface Beginning {
  readonly extent: number;
  readonly reconcileSeconds: number;
}

/** A disk of a VM that runs. Its next event holds as long as `turn` is what it was. */
interface DiskLife extends StartedSession {
  states: States;
  turn: number;
  repairBeganNs: number;
  repairBeganAt: number;
  reconcileSeconds: number;
  isDoubtful: boolean;
}

interface Vm {
  readonly started: Started;
  readonly disks: readonly DiskLife[];
  isRunning: boolean;
}

const FAULT_SECONDS = 15;
const MOVE_SECONDS = 25;
/** PIDs of what a life starts, above those of what ran before. */
const FIRST_PID = 20_000;

/** Plans the life of sleds (`rack/serial`) on which these processes run, with sessions that began as told. */
export function createLifePlan(
  sleds: readonly string[],
  running: readonly Started[],
  beginningOf: (sessionId: string) => Beginning,
  random: Random,
): LifePlan {
  const queue = createEventQueue<(atNs: number) => void>();
  const transitions: Transition[] = [];
  const nextPids = new Map<string, number>();
  let vms: readonly Vm[] = [];

  const soon = (meanSeconds: number): number => Math.round(-Math.log(1 - random.next()) * meanSeconds * 1e9);
  const pick = <T>(items: readonly T[]): T | undefined => items[random.below(items.length)];
  const isMoved = ({ started }: Vm): boolean => started.command === 'propolis-server';

  const enter = (vm: Vm, disk: DiskLife, next: Omit<Next, 'afterSeconds'>, atNs: number): void => {
    if (next.states.includes('live_repair') && !disk.states.includes('live_repair')) {
      disk.repairBeganNs = atNs;
      disk.repairBeganAt = 1;
    }
    if (next.reconciliation !== undefined) {
      const { total, perSecond } = next.reconciliation;
      // A moment more, so that the last task is done.
      disk.reconcileSeconds = total / perSecond + 0.05;
    }
    disk.states = next.states;
    if (next.states.every((state) => state === 'active')) disk.isDoubtful = false;
    const { sled, zone, pid } = vm.started;
    transitions.push({
      kind: 'states',
      at_ns: atNs,
      sled,
      zone,
      pid,
      upstairs_id: disk.upstairsId,
      session_id: disk.sessionId,
      states: next.states,
      ...(next.reconciliation !== undefined && { reconciliation: next.reconciliation }),
    });
    follow(vm, disk, atNs);
  };

  /** Has happen what follows from the states that it is in. */
  const follow = (vm: Vm, disk: DiskLife, atNs: number): void => {
    const turn = (disk.turn += 1);
    const next = nextOf(diskNow(disk, atNs), random);
    if (next === null) return;
    queue.push(atNs + Math.round(next.afterSeconds * 1e9), (dueNs) => {
      if (vm.isRunning && disk.turn === turn) enter(vm, disk, next, dueNs);
    });
  };

  const start = (started: Started, doubtful: ReadonlySet<string> = new Set()): void => {
    const disks = started.sessions.map((session) => diskLife(session, doubtful.has(session.upstairsId)));
    const vm: Vm = { started, disks, isRunning: true };
    vms = [...vms, vm];
    transitions.push(started);
    for (const disk of vm.disks) {
      if (started.at_ns === 0) {
        const { extent, reconcileSeconds } = beginningOf(disk.sessionId);
        disk.repairBeganAt = extent;
        disk.reconcileSeconds = reconcileSeconds;
      }
      follow(vm, disk, started.at_ns);
    }
  };

  const stop = (vm: Vm, because: 'stop' | 'migrate', atNs: number): void => {
    vm.isRunning = false;
    vms = vms.filter((other) => other !== vm);
    const { sled, zone, pid } = vm.started;
    transitions.push({ kind: 'stopped', at_ns: atNs, sled, zone, pid, because });
  };

  /** A VM starts somewhere, with these disks. */
  const boot = (
    disks: readonly Pick<StartedSession, 'upstairsId' | 'volumeId' | 'hasHttpParent' | 'extents'>[],
    args: string,
    doubtful: ReadonlySet<string>,
    sled: string,
    atNs: number,
    formerPid = 0,
  ): void => {
    const next = nextPids.get(sled) ?? FIRST_PID;
    const pid = next === formerPid ? next + 1 : next;
    nextPids.set(sled, pid + 1 + random.below(9));
    const sessions = disks.map(({ upstairsId, volumeId, hasHttpParent, extents }): StartedSession => {
      const states: States = ['new', 'new', 'new'];
      return { upstairsId, volumeId, hasHttpParent, extents, sessionId: random.uuid(), states };
    });
    const zone = `oxz_propolis-server_${random.uuid()}`;
    const process = { sled, zone, pid, command: 'propolis-server', args, sessions };
    start({ kind: 'started', at_ns: atNs, ...process }, doubtful);
  };

  const fault = (atNs: number): void => {
    queue.push(atNs + soon(FAULT_SECONDS), fault);
    const disks = vms.flatMap((vm) => vm.disks.map((disk) => ({ vm, disk })));
    const isWell = ({ disk }: { readonly disk: DiskLife }): boolean =>
      disk.states.every((state) => state === 'active');
    const well = disks.filter(isWell);
    // A rack is mostly well, however long its repairs take.
    if (disks.length - well.length > Math.max(3, disks.length / 12)) return;
    const chosen = pick(well);
    if (chosen !== undefined) enter(chosen.vm, chosen.disk, { states: illness(random) }, atNs);
  };

  const move = (atNs: number): void => {
    queue.push(atNs + soon(MOVE_SECONDS), move);
    const guests = vms.filter(isMoved);
    const before = running.filter(({ command }) => command === 'propolis-server').length;
    const vm = pick(guests);
    const sled = pick(sleds);
    if (vm === undefined || sled === undefined) return;
    const { args } = vm.started;
    const kind = random.next();
    if (kind < 0.5) {
      const to = pick(sleds.filter((other) => other !== vm.started.sled));
      if (to === undefined) return;
      const doubtful = new Set(vm.disks.filter(isIll).map(idOf));
      stop(vm, 'migrate', atNs);
      const gapNs = Math.round((0.3 + random.next()) * 1e9);
      queue.push(atNs + gapNs, (dueNs) => boot(vm.disks, args, doubtful, to, dueNs, vm.started.pid));
    } else if (kind < 0.75) {
      if (guests.length > before * 0.8) stop(vm, 'stop', atNs);
    } else if (guests.length < before * 1.2 + 1) {
      const disks = Array.from({ length: 1 + random.below(3) }, () => {
        const disk = createDisk(random);
        return { ...disk, extents: extentsOf(disk.upstairsId) };
      });
      boot(disks, args, new Set(), sled, atNs);
    }
  };

  for (const started of running) start(started);
  queue.push(soon(FAULT_SECONDS), fault);
  queue.push(soon(MOVE_SECONDS), move);
  return {
    between: (fromNs, toNs) => {
      while (queue.nextNs() < toNs) {
        const due = queue.pop();
        due?.item(due.atNs);
      }
      return transitions.slice(firstFrom(transitions, fromNs), firstFrom(transitions, toNs));
    },
  };
}

/** The index of the first that is not before that time. */
function firstFrom(transitions: readonly Transition[], ns: number): number {
  let [low, high] = [0, transitions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((transitions[middle]?.at_ns ?? 0) < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

const idOf = ({ upstairsId }: DiskLife): string => upstairsId;
const isIll = ({ states }: DiskLife): boolean => states.some((state) => state !== 'active');

function diskLife(session: StartedSession, isDoubtful: boolean): DiskLife {
  return {
    ...session,
    turn: 0,
    repairBeganNs: 0,
    repairBeganAt: 1,
    reconcileSeconds: 0,
    isDoubtful,
  };
}

function diskNow(disk: DiskLife, atNs: number): DiskNow {
  const { states, extents, reconcileSeconds, isDoubtful } = disk;
  const repaired = ((atNs - disk.repairBeganNs) / 1e9) * (REPAIRED_PER_SECOND + CONFIRMED_PER_SECOND);
  return { states, extents, extent: disk.repairBeganAt + repaired, reconcileSeconds, isDoubtful };
}
