import type { CrucibleVersion, States } from './downstairs-state.ts';
import { createEventQueue } from './event-queue.ts';
import { downstairsIo, repairExtent, upstairsIo } from './io.ts';
import type { IoEvent } from './io.ts';
import { createIoLedger } from './io-ledger.ts';
import type { Clock, Firing, Machine, ProbeSite, Process } from './machine.ts';
import { DOWNSTAIRS_PROBES, UPSTAIRS_PROBES } from './probe-names.ts';
import { seedOf } from './random.ts';
import type { Random } from './random.ts';
import {
  CONFIRMED_PER_SECOND,
  REPAIRED_PER_SECOND,
  actionCounts,
  enterStates,
  isActive,
  recordedIds,
  settle,
  startSession,
  statusRecord,
} from './session.ts';
import type { Disk, Session } from './session.ts';
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
}

/** Everything that runs on one sled: the machine that a tracer sees, and the strings that a test pulls. */
export interface Crucible {
  readonly machine: Machine;
  readonly version: CrucibleVersion;
  processes(): readonly CrucibleProcess[];
  /** The global zone first, then in order of boot. */
  zones(): readonly Zone[];
  bootZone(name: string): Zone;
  /** Ends the zone's processes too. */
  haltZone(name: string): void;
  startProcess(process: NewProcess): CrucibleProcess;
  stopProcess(pid: number): void;
  sessions(): readonly Session[];
  setStates(session: Session, states: States): void;
  /** `false`: the upstairs fires no more `up-status`, until `true`. */
  setReports(session: Session, reports: boolean): void;
  /** Calls back right after so many more `up-status` firings of this session were heard by a tracer. */
  afterReports(session: Session, reports: number, change: () => void): void;
  truth(): { readonly sessions: readonly SessionTruth[]; readonly io: IoTruth };
}

export interface CrucibleOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly cpus: number;
  readonly version: CrucibleVersion;
  /** Guest IOs per second of each upstairs, jobs per second of each downstairs; 0 for none. */
  readonly ioRate: number;
}

type Mutable = CrucibleProcess & {
  readonly siteBase: number;
  readonly names: readonly string[];
  sites: readonly ProbeSite[] | null;
  siteOf: ReadonlyMap<string, ProbeSite>;
  alive: boolean;
  wanted: { status: boolean; io: boolean };
  readonly running: Set<string>;
  nextJob: number;
};

type Source = 'status' | 'io' | 'repair' | 'work';

type Due =
  | {
      readonly kind: 'source';
      readonly process: Mutable;
      readonly source: Source;
      readonly session: Session | null;
    }
  | {
      readonly kind: 'event';
      readonly process: Mutable;
      readonly session: Session | null;
      readonly event: IoEvent;
    };

type Listener = (firing: Firing) => void;
type Wants = (site: ProbeSite) => boolean;

const GLOBAL = 'global';
const REPORT_PROBES = new Set(['up-status', 'up-apply', 'ds-ping-sent']);

const isStatusProbe = (name: string): boolean =>
  REPORT_PROBES.has(name) || /^up-action_(?!guest|downstairs)/.test(name);

/** A sled without any process but the system's own. */
export function createCrucible(options: CrucibleOptions): Crucible {
  const { clock, random, cpus, version, ioRate } = options;
  const epoch = clock.now();
  const nowNs = (): number => Number(clock.now() - epoch);
  const ledger = createIoLedger();
  const queue = createEventQueue<Due>();
  const listeners = new Map<Listener, Wants | undefined>();
  const exitListeners = new Set<(pid: number) => void>();
  const hooks = new Map<Session, { reports: number; readonly change: () => void }[]>();
  const zones: Zone[] = [];
  let processes: Mutable[] = [];
  let nextPid = 600 + random.below(200);
  let nextSite = 84_000 + random.below(2000);
  let cancelTimer: (() => void) | null = null;
  let pumping = false;

  const sitesOf = (process: Mutable): readonly ProbeSite[] => {
    if (process.sites !== null) return process.sites;
    const { provider } = process;
    if (provider === null) return [];
    process.sites = process.names.map((name, index) => ({
      id: process.siteBase + index,
      provider,
      module: process.command,
      function: mangled(provider, name, index),
      name,
      pid: process.pid,
    }));
    process.siteOf = new Map(process.sites.map((site) => [site.name, site]));
    return process.sites;
  };

  const settleSession = (process: Mutable, session: Session): void => {
    settle(session, nowNs(), process.wanted.io ? null : ioRate);
  };

  const fire = (
    process: Mutable,
    probe: string,
    args: readonly (bigint | string)[],
    atNs: number,
  ): boolean => {
    sitesOf(process);
    const site = process.siteOf.get(probe);
    if (site === undefined || process.provider === null) return false;
    const at = epoch + BigInt(atNs);
    let firing: Firing | null = null;
    for (const [listener, wants] of listeners) {
      if (wants !== undefined && !wants(site)) continue;
      if (firing === null) {
        const cpu = random.below(cpus);
        firing = {
          site,
          process,
          cpu,
          tid: 2 + (cpu % 16),
          at,
          wall: clock.wall() - (clock.now() - at),
          args,
        };
        ledger.fired(process.pid, process.provider, probe);
      }
      listener(firing);
    }
    return firing !== null;
  };

  const reportStatus = (process: Mutable, session: Session, atNs: number): void => {
    settleSession(process, session);
    session.statusChecks++;
    const counts = actionCounts(session);
    for (const [name, count] of Object.entries(counts)) {
      if (name === 'action_guest' || name === 'action_downstairs') continue;
      fire(process, `up-${name}`, [BigInt(count)], atNs);
    }
    if (session.statusChecks % 10 === 0) {
      session.pings++;
      for (const client of [0n, 1n, 2n]) fire(process, 'ds-ping-sent', [BigInt(session.pings), client], atNs);
    }
    if (!fire(process, 'up-status', ['stats', statusRecord(session, version)], atNs)) return;
    for (const hook of hooks.get(session) ?? []) {
      hook.reports--;
      if (hook.reports === 0) hook.change();
    }
  };

  const play = (
    process: Mutable,
    session: Session | null,
    atNs: number,
    events: readonly IoEvent[],
  ): void => {
    for (const event of events) {
      queue.push(atNs + event.offsetNs, { kind: 'event', process, session, event });
    }
  };

  /** Runs a source once and says when it is due again; null ends it. */
  const runSource = (
    process: Mutable,
    source: Source,
    session: Session | null,
    atNs: number,
  ): number | null => {
    const next = (perSecond: number): number =>
      atNs + Math.max(1000, Math.round((1e9 / perSecond) * (0.5 + random.next())));
    switch (source) {
      case 'status': {
        if (!process.wanted.status || session === null) return null;
        if (session.reports) reportStatus(process, session, atNs);
        return atNs + session.periodNs;
      }
      case 'io': {
        if (!process.wanted.io || session === null) return null;
        if (isActive(session)) play(process, session, atNs, upstairsIo(session, random));
        return next(ioRate);
      }
      case 'repair': {
        if (!process.wanted.io || session === null) return null;
        settleSession(process, session);
        if (session.states.includes('live_repair'))
          play(process, session, atNs, repairExtent(session, random));
        return next(REPAIRED_PER_SECOND + CONFIRMED_PER_SECOND);
      }
      case 'work': {
        if (!process.wanted.io) return null;
        play(process, null, atNs, downstairsIo(process.nextJob++, random));
        return next(ioRate);
      }
    }
  };

  const happen = (due: Due, atNs: number): void => {
    const { process, session } = due;
    if (!process.alive) return;
    if (due.kind === 'event') {
      const heard = fire(process, due.event.probe, due.event.args, atNs);
      if (heard) ledger.io(process.pid, session?.volumeId ?? null, due.event);
      return;
    }
    const again = runSource(process, due.source, session, atNs);
    if (again === null) process.running.delete(sourceKey(due.source, session));
    else queue.push(again, due);
  };

  const pump = (): void => {
    cancelTimer = null;
    pumping = true;
    for (const now = nowNs(); queue.nextNs() <= now && listeners.size > 0;) {
      const due = queue.pop();
      if (due !== undefined) happen(due.item, due.atNs);
    }
    pumping = false;
    schedule();
  };

  const schedule = (): void => {
    if (pumping) return;
    cancelTimer?.();
    cancelTimer = null;
    if (listeners.size === 0) return;
    const next = queue.nextNs();
    if (next === Number.POSITIVE_INFINITY) return;
    cancelTimer = clock.after(Math.max(0.001, (next - nowNs()) / 1e6), pump);
  };

  const begin = (process: Mutable, source: Source, session: Session | null, atNs: number): void => {
    const key = sourceKey(source, session);
    if (process.running.has(key)) return;
    process.running.add(key);
    queue.push(atNs, { kind: 'source', process, source, session });
  };

  const listenTo = (process: Mutable): void => {
    if (process.provider === null) return;
    const wanted = { status: false, io: false };
    for (const wants of listeners.values()) {
      if (wants === undefined) wanted.status = wanted.io = true;
      else if (!wanted.status || !wanted.io) {
        for (const site of sitesOf(process)) {
          if (!wants(site)) continue;
          if (isStatusProbe(site.name)) wanted.status = true;
          else wanted.io = true;
        }
      }
    }
    if (ioRate === 0) wanted.io = false;
    for (const session of process.sessions) settleSession(process, session);
    process.wanted = wanted;
    const now = nowNs();
    const soon = (perSecond: number): number => now + Math.round((1e9 / perSecond) * random.next());
    for (const session of process.sessions) {
      if (wanted.status) begin(process, 'status', session, nextStatusNs(session, now));
      if (wanted.io) {
        begin(process, 'io', session, soon(ioRate));
        begin(process, 'repair', session, soon(REPAIRED_PER_SECOND + CONFIRMED_PER_SECOND));
      }
    }
    if (wanted.io && process.sessions.length === 0) begin(process, 'work', null, soon(ioRate));
  };

  const listen = (): void => {
    if (listeners.size === 0) {
      queue.clear();
      for (const process of processes) {
        for (const session of process.sessions) settleSession(process, session);
        process.running.clear();
        process.wanted = { status: false, io: false };
        process.sites = null;
      }
    } else {
      for (const process of processes) listenTo(process);
    }
    schedule();
  };

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
    if (name !== GLOBAL) startProcess({ zone: name, args: 'zsched', command: 'zsched' });
    return zone;
  };

  const startProcess = (wanted: NewProcess): CrucibleProcess => {
    const pid = nextPid;
    nextPid += 1 + random.below(9);
    const provider = wanted.crucible === undefined ? null : `crucible_${wanted.crucible}${pid}`;
    const names =
      wanted.crucible === undefined
        ? []
        : wanted.crucible === 'upstairs'
          ? UPSTAIRS_PROBES
          : DOWNSTAIRS_PROBES;
    const now = nowNs();
    const age = wanted.ageJobs ?? 0;
    const process: Mutable = {
      pid,
      parentPid: 1,
      zone: wanted.zone,
      args: wanted.args,
      command: wanted.command,
      user: wanted.user ?? 'root',
      provider,
      sessions: (wanted.disks ?? []).map((disk) => startSession(disk, random, now, random.below(age + 1))),
      siteBase: nextSite,
      names,
      sites: null,
      siteOf: new Map(),
      alive: true,
      wanted: { status: false, io: false },
      running: new Set(),
      nextJob: 1000 + random.below(age + 1),
    };
    nextSite += names.length;
    processes = [...processes, process];
    if (listeners.size > 0) {
      listenTo(process);
      schedule();
    }
    return process;
  };

  const stopProcess = (pid: number): void => {
    const process = processes.find((candidate) => candidate.pid === pid);
    if (process === undefined) return;
    process.alive = false;
    processes = processes.filter((other) => other !== process);
    for (const listener of [...exitListeners]) listener(pid);
  };

  const processOf = (session: Session): Mutable | undefined =>
    processes.find((process) => process.sessions.includes(session));

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
      probes: () => processes.flatMap(sitesOf),
      processes: () => processes,
      onFiring: (listener, wants) => {
        listeners.set(listener, wants);
        listen();
        return () => {
          if (listeners.delete(listener)) listen();
        };
      },
      onExit: (listener) => {
        exitListeners.add(listener);
        return () => {
          exitListeners.delete(listener);
        };
      },
    },
    processes: () => processes,
    zones: () => zones,
    bootZone,
    haltZone: (name) => {
      for (const process of processes.filter((candidate) => candidate.zone === name))
        stopProcess(process.pid);
      const index = zones.findIndex((zone) => zone.name === name);
      if (index > 0) zones.splice(index, 1);
    },
    startProcess,
    stopProcess,
    sessions: () => processes.flatMap((process) => process.sessions),
    setStates: (session, states) => {
      const process = processOf(session);
      if (process !== undefined) settleSession(process, session);
      enterStates(session, states);
    },
    setReports: (session, reports) => {
      session.reports = reports;
    },
    afterReports: (session, reports, change) => {
      hooks.set(session, [...(hooks.get(session) ?? []), { reports, change }]);
    },
    truth: () => {
      const ids = recordedIds(version);
      return {
        sessions: processes.flatMap((process) =>
          process.sessions.map((session) => {
            settleSession(process, session);
            return {
              zone: process.zone,
              pid: process.pid,
              upstairs_id: ids.upstairs ? session.upstairsId : null,
              session_id: ids.session ? session.sessionId : null,
              volume_id: session.volumeId,
              states: [...session.states],
              live_repair_completed: [...session.completed],
              live_repair_aborted: [...session.aborted],
              reports: session.reports,
            };
          }),
        ),
        io: ledger.truth(),
      };
    },
  };
}

function nextStatusNs(session: Session, nowNs: number): number {
  const turns = Math.max(0, Math.ceil((nowNs - session.phaseNs) / session.periodNs));
  return session.phaseNs + turns * session.periodNs;
}

const sourceKey = (source: Source, session: Session | null): string =>
  `${source} ${session?.sessionId ?? ''}`;

const functionNames = new Map<string, string>();

/** A legacy-mangled Rust symbol, as D sees the function of a USDT probe: the same in all processes of a binary. */
function mangled(provider: string, probe: string, index: number): string {
  const crate = provider.startsWith('crucible_up') ? 'crucible' : 'crucible_downstairs';
  const key = `${crate} ${index}`;
  const known = functionNames.get(key);
  if (known !== undefined) return known;
  const name = probe.replaceAll('-', '_');
  const hash = seedOf(key).toString(16).padStart(16, '0');
  const symbol = `_ZN${crate.length}${crate}${name.length}${name}17h${hash}E`;
  functionNames.set(key, symbol);
  return symbol;
}
