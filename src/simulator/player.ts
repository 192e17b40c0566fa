import type { CrucibleVersion, States } from './simulated-downstairs.ts';
import { attempt, logRecord, pauseNs, type Dial, type LogLine } from './dial.ts';
import { createEventQueue } from './event-queue.ts';
import { downstairsIo, repairExtent, upstairsIo } from './io.ts';
import type { IoEvent } from './io.ts';
import { busyness } from './latency.ts';
import type { Slowness } from './latency.ts';
import { LOG_PROBES } from './probe-names.ts';
import { createIoLedger } from './io-ledger.ts';
import type { Clock, Firing, ProbeSite, Process } from './machine.ts';
import { seedOf } from './random.ts';
import type { Random } from './random.ts';
import {
  CONFIRMED_PER_SECOND,
  REPAIRED_PER_SECOND,
  actionCounts,
  enterStates,
  isActive,
  isRepairing,
  settle,
  statusRecord,
} from './upstairs-session.ts';
import type { Session } from './upstairs-session.ts';
import type { IoTruth } from './truth.ts';

/** A process as the player plays it. */
export interface Performer extends Process {
  readonly provider: string | null;
  readonly sessions: readonly Session[];
  readonly siteBase: number;
  readonly names: readonly string[];
  sites: readonly ProbeSite[] | null;
  siteOf: ReadonlyMap<string, ProbeSite>;
  alive: boolean;
  wanted: { readonly status: boolean; readonly io: boolean; readonly log: boolean };
  readonly running: Set<string>;
  nextJob: number;
}

export interface PlayerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly cpus: number;
  readonly version: CrucibleVersion;
  /** Guest IOs per second of each upstairs, jobs per second of each downstairs, in the mean; 0 for none. */
  readonly ioRate: number;
  /** How many times as long steps of a process take, or of one client of it; 1 where it is not given. */
  readonly slowness?: (pid: number, client: number | null) => number;
}

/** Lets the processes of a sled fire their probes, for as long as somebody listens. */
export interface Player {
  /** Nanoseconds since the sled came up. */
  nowNs(): number;
  sitesOf(process: Performer): readonly ProbeSite[];
  onFiring(listener: Listener, wants?: Wants): () => void;
  /** Must be called of a process that starts, after it is among the performers. */
  started(process: Performer): void;
  /** Brings a session's counters up to now. */
  settle(process: Performer, session: Session): void;
  /** Puts a session into these states at that time, which has come, and fires what Crucible fires then. */
  enter(process: Performer, session: Session, states: States, atNs: number): void;
  afterReports(session: Session, reports: number, change: () => void): void;
  /** Calls back at that time with it: while somebody listens, or when the player next catches up. */
  at(atNs: number, change: (atNs: number) => void): void;
  /** Lets what was due until now happen, each at its time, though nobody listens. */
  catchUp(): void;
  /** Has clients that are not connected try to be, and log it. */
  dialBy(dial: Dial): void;
  truth(): IoTruth;
}

type Source = 'status' | 'io' | 'repair' | 'work' | 'log';

type Due =
  | {
      readonly kind: 'source';
      readonly process: Performer;
      readonly source: Source;
      readonly session: Session | null;
    }
  | {
      readonly kind: 'event';
      readonly process: Performer;
      readonly session: Session | null;
      readonly event: IoEvent;
    }
  | {
      readonly kind: 'line';
      readonly process: Performer;
      readonly session: Session;
      readonly client: number;
      readonly line: LogLine;
    };

type Listener = (firing: Firing) => void;
type Wants = (site: ProbeSite) => boolean;

const REPORT_PROBES = new Set(['up-status', 'up-apply', 'ds-ping-sent']);

const isStatusProbe = (name: string): boolean =>
  REPORT_PROBES.has(name) || /^up-action_(?!guest|downstairs)/.test(name);

/** Plays the processes that `performers` says are there. */
export function createPlayer(options: PlayerOptions, performers: () => readonly Performer[]): Player {
  const { clock, random, cpus, version, ioRate } = options;
  const epoch = clock.now();
  const nowNs = (): number => Number(clock.now() - epoch);
  const ledger = createIoLedger();
  const queue = createEventQueue<Due>();
  const changes = createEventQueue<(atNs: number) => void>();
  const listeners = new Map<Listener, Wants | undefined>();
  const hooks = new Map<Session, { reports: number; readonly change: () => void }[]>();
  let cancelTimer: (() => void) | null = null;
  let dial: Dial = () => null;
  let pumping = false;

  const sitesOf = (process: Performer): readonly ProbeSite[] => {
    if (process.sites !== null) return process.sites;
    const { provider } = process;
    if (provider === null) return [];
    process.sites = process.names.map((name, index) => ({
      id: process.siteBase + index,
      provider: LOG_PROBES.includes(name) ? `slog${process.pid}` : provider,
      module: process.command,
      function: mangled(provider, name, index),
      name,
      pid: process.pid,
    }));
    process.siteOf = new Map(process.sites.map((site) => [site.name, site]));
    return process.sites;
  };

  const rateOf = (session: Session): number => ioRate * busyness(session.upstairsId);

  const slownessOf =
    ({ pid }: Performer): Slowness =>
    (client) =>
      options.slowness?.(pid, client) ?? 1;

  const settleSession = (process: Performer, session: Session, atNs = nowNs()): void => {
    settle(session, atNs, process.wanted.io ? null : rateOf(session));
  };

  const fire = (
    process: Performer,
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
        ledger.fired(process.pid, site.provider, probe);
      }
      listener(firing);
    }
    return firing !== null;
  };

  const reportStatus = (process: Performer, session: Session, atNs: number): void => {
    settleSession(process, session, atNs);
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
    process: Performer,
    session: Session | null,
    atNs: number,
    events: readonly IoEvent[],
  ): void => {
    for (const event of events) {
      queue.push(atNs + event.offsetNs, { kind: 'event', process, session, event });
    }
  };

  /** When each client last began to try, by `SESSION CLIENT`. */
  const tries = new Map<string, number>();

  /** Logs a try that is due; gives the time until the next, or until it is looked again whether there is one. */
  const tryToConnect = (process: Performer, session: Session, client: number, atNs: number): number => {
    const dialled = dial(session, client);
    if (dialled === null) return 1e9;
    const key = `${session.sessionId} ${client}`;
    const dueNs = (tries.get(key) ?? Number.NEGATIVE_INFINITY) + pauseNs(dialled);
    if (dueNs > atNs) return dueNs - atNs;
    tries.set(key, atNs);
    for (const line of attempt(dialled))
      queue.push(atNs + line.offsetNs, { kind: 'line', process, session, client, line });
    return pauseNs(dialled);
  };

  /** Runs a source once and says when it is due again; null ends it. */
  const runSource = (
    process: Performer,
    source: Source,
    session: Session | null,
    atNs: number,
  ): number | null => {
    const next = (perSecond: number): number =>
      atNs + Math.max(1000, Math.round((1e9 / perSecond) * (0.5 + random.next())));
    if (!process.wanted[source === 'status' || source === 'log' ? source : 'io']) return null;
    if (source === 'log') {
      if (session === null) return null;
      return atNs + Math.min(...[0, 1, 2].map((client) => tryToConnect(process, session, client, atNs)));
    }
    if (session === null) {
      play(process, null, atNs, downstairsIo(process.nextJob++, random, slownessOf(process)(null)));
      return next(ioRate * busyness(process.args));
    }
    const slowness = slownessOf(process);
    if (source === 'status') {
      if (session.reports) reportStatus(process, session, atNs);
      return atNs + session.periodNs;
    }
    if (source === 'repair') {
      settleSession(process, session, atNs);
      if (isRepairing(session)) play(process, session, atNs, repairExtent(session, random, slowness));
      return next(REPAIRED_PER_SECOND + CONFIRMED_PER_SECOND);
    }
    if (isActive(session)) play(process, session, atNs, upstairsIo(session, random, slowness));
    return next(rateOf(session));
  };

  const follow = (session: Session, { probe, args, after }: IoEvent): void => {
    const [job] = args;
    if (typeof job !== 'bigint') return;
    if (after === 'written') session.written = [...session.written, { probe, job }];
    if (after === 'flushed') session.written = session.written.filter((write) => write.job > job);
  };

  const happen = (due: Due, atNs: number): void => {
    const { process, session } = due;
    if (!process.alive) return;
    if (due.kind === 'line') {
      const wall = clock.wall() - (clock.now() - (epoch + BigInt(atNs)));
      fire(process, due.line.level, [logRecord(due.line, due.session, due.client, wall)], atNs);
      return;
    }
    if (due.kind === 'event') {
      const heard = fire(process, due.event.probe, due.event.args, atNs);
      if (session !== null) follow(session, due.event);
      if (heard) ledger.io(process.pid, session?.volumeId ?? null, due.event);
      return;
    }
    const again = runSource(process, due.source, session, atNs);
    if (again === null) process.running.delete(sourceKey(due.source, session));
    else queue.push(again, due);
  };

  const nextNs = (): number => Math.min(queue.nextNs(), changes.nextNs());

  const pump = (): void => {
    cancelTimer = null;
    pumping = true;
    for (const now = nowNs(); nextNs() <= now && listeners.size > 0;) {
      if (changes.nextNs() <= queue.nextNs()) {
        const change = changes.pop();
        change?.item(change.atNs);
        continue;
      }
      const due = queue.pop();
      if (due !== undefined) happen(due.item, due.atNs);
    }
    pumping = false;
    schedule();
  };

  const catchUp = (): void => {
    if (pumping) return;
    pumping = true;
    for (const now = nowNs(); changes.nextNs() <= now;) {
      const change = changes.pop();
      change?.item(change.atNs);
    }
    pumping = false;
  };

  const schedule = (): void => {
    if (pumping) return;
    cancelTimer?.();
    cancelTimer = null;
    if (listeners.size === 0) return;
    const next = nextNs();
    if (next === Number.POSITIVE_INFINITY) return;
    cancelTimer = clock.after(Math.max(0.001, (next - nowNs()) / 1e6), pump);
  };

  const begin = (process: Performer, source: Source, session: Session | null, atNs: number): void => {
    const key = sourceKey(source, session);
    if (process.running.has(key)) return;
    process.running.add(key);
    queue.push(atNs, { kind: 'source', process, source, session });
  };

  const listenTo = (process: Performer): void => {
    if (process.provider === null) return;
    const wanted = { status: false, io: false, log: false };
    for (const wants of listeners.values()) {
      if (wants === undefined) wanted.status = wanted.io = wanted.log = true;
      else if (!wanted.status || !wanted.io || !wanted.log) {
        for (const site of sitesOf(process)) {
          if (!wants(site)) continue;
          if (site.provider.startsWith('slog')) wanted.log = true;
          else if (isStatusProbe(site.name)) wanted.status = true;
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
      if (wanted.log) begin(process, 'log', session, now + 1_500_000_000);
      if (wanted.io) {
        begin(process, 'io', session, soon(rateOf(session)));
        begin(process, 'repair', session, soon(REPAIRED_PER_SECOND + CONFIRMED_PER_SECOND));
      }
    }
    if (wanted.io && process.sessions.length === 0) begin(process, 'work', null, soon(ioRate));
  };

  const listen = (): void => {
    if (listeners.size === 0) {
      queue.clear();
      for (const process of performers()) {
        for (const session of process.sessions) settleSession(process, session);
        process.running.clear();
        process.wanted = { status: false, io: false, log: false };
        process.sites = null;
      }
    } else {
      for (const process of performers()) listenTo(process);
    }
    schedule();
  };

  return {
    nowNs,
    sitesOf,
    onFiring: (listener, wants) => {
      // One function may listen twice: each time is a listener of its own.
      const hear: Listener = (firing) => listener(firing);
      if (listeners.size === 0) catchUp();
      listeners.set(hear, wants);
      listen();
      return () => {
        if (listeners.delete(hear)) listen();
      };
    },
    started: (process) => {
      if (listeners.size === 0) return;
      listenTo(process);
      schedule();
    },
    settle: (process, session) => settleSession(process, session),
    enter: (process, session, states, atNs) => {
      settleSession(process, session, atNs);
      const isFaulted = states.some(
        (state, client) => state === 'faulted' && session.states[client] !== state,
      );
      enterStates(session, states);
      // What a downstairs has to do is skipped when it is faulted, which answers each queued write once more
      // (`skip_all_jobs` in upstairs/src/downstairs.rs).
      if (!isFaulted || !isActive(session)) return;
      for (const { probe, job } of session.written) fire(process, probe, [job], atNs);
    },
    afterReports: (session, reports, change) => {
      hooks.set(session, [...(hooks.get(session) ?? []), { reports, change }]);
    },
    at: (atNs, change) => {
      changes.push(atNs, change);
      schedule();
    },
    catchUp,
    dialBy: (by) => {
      dial = by;
    },
    truth: () => ledger.truth(),
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
