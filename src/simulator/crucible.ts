import type { CrucibleVersion, States } from './simulated-downstairs.ts';
import type { Dial } from './dial.ts';
import type { Machine, Process } from './machine.ts';
import { createPlayer } from './player.ts';
import type { Performer } from './performer.ts';
import type { PlayerOptions } from './player.ts';
import { DOWNSTAIRS_PROBES, LOG_PROBES, UPSTAIRS_PROBES } from './probe-names.ts';
import { enterStates, reconciliation, recordedIds, startSession, wholeExtents } from './upstairs-session.ts';
import type { Disk, Session } from './upstairs-session.ts';
import type { IoTruth, SessionTruth } from './truth.ts';

/** A process of a sled, with the sessions of the upstairs in it. */
export interface CrucibleProcess extends Process {
  readonly user: string;
  /** `crucible_upstairs<pid>`, `crucible_downstairs<pid>`; null for a process without probes. */
  readonly provider: string | null;
  readonly sessions: readonly Session[];
}

export interface Zone {
  readonly id: number;
  readonly name: string;
  readonly uuid: string;
  readonly path: string;
  readonly brand: string;
  readonly ipType: 'shared' | 'excl';
}

export interface NewProcess {
  readonly zone: string;
  readonly args: string;
  readonly command: string;
  readonly user?: string;
  readonly crucible?: 'upstairs' | 'downstairs';
  readonly disks?: readonly Disk[];
  /** At most this many jobs are behind each session: 0 for a process that has just started. */
  readonly ageJobs?: number;
  /** Who it is, where that was settled before it started: its PID, and the ids of its sessions. */
  readonly known?: { readonly pid: number; readonly sessionIds: readonly string[] };
  /** When it starts, in the sled's time; now where it is not given. */
  readonly atNs?: number;
}

/** Everything that runs on one sled: the machine that a tracer sees, and the strings that a test pulls. */
export interface Crucible {
  readonly machine: Machine;
  readonly version: CrucibleVersion;
  processes(): readonly CrucibleProcess[];
  /** Calls back when zones or processes come or go. */
  onChange(listener: () => void): void;
  /** The global zone first, then in order of boot. */
  zones(): readonly Zone[];
  bootZone(name: string): Zone;
  /** Ends the zone's processes too. */
  haltZone(name: string): void;
  startProcess(process: NewProcess): CrucibleProcess;
  stopProcess(pid: number): void;
  sessions(): readonly Session[];
  /** Now, or at that time of the sled, which has come. */
  setStates(session: Session, states: States, atNs?: number): void;
  /** `false`: the upstairs fires no more `up-status`, until `true`. */
  setReports(session: Session, reports: boolean): void;
  /** `true`: a live repair of the session gets on no more, until `false`. */
  setStalled(session: Session, stalled: boolean): void;
  /** Calls back right after so many more `up-status` firings of this session were heard by a tracer. */
  afterReports(session: Session, reports: number, change: () => void): void;
  /** Calls back when so much time has passed on the sled: while a tracer listens, or when the next one does. */
  later(milliseconds: number, change: () => void): void;
  /** Calls back at that time of the sled with it: while a tracer listens, or at the next `catchUp`. */
  at(atNs: number, change: (atNs: number) => void): void;
  /** Lets what was due until now happen, each at its time. */
  catchUp(): void;
  /** Has clients that are not connected try to be, and log it. */
  dialBy(dial: Dial): void;
  truth(): { readonly sessions: readonly SessionTruth[]; readonly io: IoTruth };
}

type Running = CrucibleProcess & Performer;

const GLOBAL = 'global';

/** A sled without any process but the system's own. */
export function createCrucible(options: PlayerOptions): Crucible {
  const { clock, random, cpus, version } = options;
  let processes: readonly Running[] = [];
  // Who starts on the sled does not depend on what a tracer made it play.
  const player = createPlayer({ ...options, random: random.fork('player') }, () => processes);
  const exitListeners = new Set<(pid: number) => void>();
  const changeListeners: (() => void)[] = [];
  const changed = (): void => {
    for (const listener of changeListeners) listener();
  };
  const zones: Zone[] = [];
  let nextPid = 600 + random.below(200);
  let nextSite = 84_000 + random.below(2000);

  const bootZone = (name: string): Zone => {
    const zone: Zone =
      name === GLOBAL
        ? { id: 0, name, uuid: '', path: '/', brand: 'ipkg', ipType: 'shared' }
        : {
            id: (zones.at(-1)?.id ?? 0) + 1,
            name,
            uuid: random.uuid(),
            path: `/pool/ext/${random.uuid()}/crypt/zone/${name}`,
            brand: 'omicron1',
            ipType: 'excl',
          };
    zones.push(zone);
    changed();
    if (name !== GLOBAL) startProcess({ zone: name, args: 'zsched', command: 'zsched' });
    return zone;
  };

  const startProcess = (wanted: NewProcess): CrucibleProcess => {
    const pid = wanted.known?.pid ?? nextPid;
    if (wanted.known === undefined) nextPid += 1 + random.below(9);
    const provider = wanted.crucible === undefined ? null : `crucible_${wanted.crucible}${pid}`;
    const names =
      wanted.crucible === undefined
        ? []
        : wanted.crucible === 'upstairs'
          ? [...UPSTAIRS_PROBES, ...LOG_PROBES]
          : DOWNSTAIRS_PROBES;
    const now = wanted.atNs ?? player.nowNs();
    const age = wanted.ageJobs ?? 0;
    const process: Running = {
      pid,
      parentPid: 1,
      zone: wanted.zone,
      args: wanted.args,
      command: wanted.command,
      user: wanted.user ?? 'root',
      provider,
      sessions: (wanted.disks ?? []).map((disk, index) => {
        const session = startSession(disk, random, now, random.below(age + 1));
        const sessionId = wanted.known?.sessionIds[index] ?? session.sessionId;
        return { ...session, sessionId };
      }),
      siteBase: nextSite,
      names,
      sites: null,
      siteOf: new Map(),
      alive: true,
      wanted: { status: false, io: false, log: false },
      running: new Set(),
      nextJob: 1000 + random.below(age + 1),
    };
    nextSite += names.length;
    processes = [...processes, process];
    changed();
    player.started(process);
    return process;
  };

  const stopProcess = (pid: number): void => {
    const process = processes.find((candidate) => candidate.pid === pid);
    if (process === undefined) return;
    process.alive = false;
    processes = processes.filter((other) => other !== process);
    changed();
    for (const listener of exitListeners) listener(pid);
  };

  const processOf = (session: Session): Running | undefined =>
    processes.find((process) => process.sessions.includes(session));

  /** Brings its counters up to now. */
  const settle = (session: Session): void => {
    const process = processOf(session);
    if (process !== undefined) player.settle(process, session);
  };

  bootZone(GLOBAL);
  const system = (args: string): CrucibleProcess =>
    startProcess({ zone: GLOBAL, args, command: /[^/ ]*(?= |$)/.exec(args)?.[0] ?? args });
  system('/usr/lib/ssh/sshd');
  system('/opt/oxide/sled-agent/sled-agent run /opt/oxide/sled-agent/pkg/config.toml');

  return {
    version,
    machine: {
      clock,
      cpus,
      probes: () => processes.flatMap((process) => player.sitesOf(process)),
      processes: () => processes,
      onFiring: (listener, wants) => player.onFiring(listener, wants),
      onExit: (listener) => {
        exitListeners.add(listener);
        return () => {
          exitListeners.delete(listener);
        };
      },
    },
    processes: () => processes,
    onChange: (listener) => {
      changeListeners.push(listener);
    },
    zones: () => zones,
    bootZone,
    haltZone: (name) => {
      for (const process of processes.filter((candidate) => candidate.zone === name))
        stopProcess(process.pid);
      const index = zones.findIndex((zone) => zone.name === name);
      if (index > 0) zones.splice(index, 1);
      changed();
    },
    startProcess,
    stopProcess,
    sessions: () => processes.flatMap((process) => process.sessions),
    setStates: (session, states, atNs = player.nowNs()) => {
      const process = processOf(session);
      if (process === undefined) enterStates(session, states);
      else player.enter(process, session, states, atNs);
    },
    setReports: (session, reports) => {
      session.reports = reports;
    },
    setStalled: (session, stalled) => {
      settle(session);
      session.stalled = stalled;
    },
    afterReports: (session, reports, change) => player.afterReports(session, reports, change),
    later: (milliseconds, change) => player.at(player.nowNs() + Math.round(milliseconds * 1e6), change),
    at: (atNs, change) => player.at(atNs, change),
    catchUp: () => player.catchUp(),
    dialBy: (dial) => player.dialBy(dial),
    truth: () => {
      player.catchUp();
      const ids = recordedIds(version);
      return {
        sessions: processes.flatMap((process) =>
          process.sessions.map((session) => {
            player.settle(process, session);
            return {
              zone: process.zone,
              pid: process.pid,
              upstairs_id: ids.upstairs ? session.upstairsId : null,
              session_id: ids.session ? session.sessionId : null,
              volume_id: session.volumeId,
              states: [...session.states],
              live_repair_completed: [...session.completed],
              live_repair_aborted: [...session.aborted],
              connected: [...session.connected],
              replaced: [...session.replaced],
              extents_repaired: wholeExtents(session.repaired),
              extents_confirmed: wholeExtents(session.confirmed),
              extent_under_repair: Math.floor(session.extent),
              reconciled: reconciliation(session).reconciled,
              reconcile_needed: reconciliation(session).needed,
              reports: session.reports,
            };
          }),
        ),
        io: player.truth(),
      };
    },
  };
}
