import { createAgenda, type Agenda } from './agenda.ts';
import { createAudience, type Audience, type Listener, type Wants } from './audience.ts';
import { attempt, logRecord, pauseNs, type Dial, type LogLine } from './dial.ts';
import { createIoLedger, type IoLedger } from './io-ledger.ts';
import { downstairsIo, repairExtent, upstairsIo, type IoEvent } from './io.ts';
import { busyness, type Slowness } from './latency.ts';
import type { Clock, ProbeSite } from './machine.ts';
import { sitesOf, type Performer } from './performer.ts';
import type { Random } from './random.ts';
import type { CrucibleVersion, States } from './simulated-downstairs.ts';
import type { IoTruth } from './truth.ts';
import {
  CONFIRMED_PER_SECOND,
  REPAIRED_PER_SECOND,
  actionCounts,
  enterStates,
  isActive,
  isRepairing,
  settle,
  statusRecord,
  type Session,
} from './upstairs-session.ts';

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

interface DueSource {
  readonly kind: 'source';
  readonly process: Performer;
  readonly source: Source;
  readonly session: Session | null;
}

type Due =
  | DueSource
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

/** Plays the processes that `performers` says are there. */
export function createPlayer(options: PlayerOptions, performers: () => readonly Performer[]): Player {
  const { clock, random, cpus } = options;
  const epoch = clock.now();
  const nowNs = (): number => Number(clock.now() - epoch);
  const ledger = createIoLedger();
  const audience = createAudience({ clock, epoch, random, cpus, ledger });
  const agenda: Agenda<Due> = createAgenda({
    clock,
    nowNs,
    happen: (due, atNs) => happen(stage, due, atNs),
    isGoing: () => !audience.isEmpty(),
  });
  const stage: Stage = {
    options,
    epoch,
    nowNs,
    ledger,
    audience,
    agenda,
    hooks: new Map(),
    tries: new Map(),
    dial: () => null,
  };
  const listen = (): void => {
    if (audience.isEmpty()) {
      agenda.clear();
      for (const process of performers()) fallSilent(stage, process);
    } else {
      for (const process of performers()) listenTo(stage, process);
    }
    agenda.schedule();
  };
  return {
    nowNs,
    sitesOf,
    onFiring(listener, wants) {
      if (audience.isEmpty()) agenda.catchUp();
      const remove = audience.add(listener, wants);
      listen();
      return () => {
        if (remove()) listen();
      };
    },
    started(process) {
      if (audience.isEmpty()) return;
      listenTo(stage, process);
      agenda.schedule();
    },
    settle: (process, session) => settleSession(stage, process, session),
    enter: (process, session, states, atNs) => enter(stage, process, session, states, atNs),
    afterReports(session, reports, change) {
      stage.hooks.set(session, [...(stage.hooks.get(session) ?? []), { reports, change }]);
    },
    at: (atNs, change) => agenda.at(atNs, change),
    catchUp: () => agenda.catchUp(),
    dialBy(dial) {
      stage.dial = dial;
    },
    truth: () => ledger.truth(),
  };
}

/** What plays share. Times are nanoseconds since `epoch`. */
interface Stage {
  readonly options: PlayerOptions;
  readonly epoch: bigint;
  readonly nowNs: () => number;
  readonly ledger: IoLedger;
  readonly audience: Audience;
  readonly agenda: Agenda<Due>;
  readonly hooks: Map<Session, readonly Hook[]>;
  /** When each client last began to try to connect, by `SESSION CLIENT`. */
  readonly tries: Map<string, number>;
  dial: Dial;
}

/** Something that happens after so many reports of a session. */
interface Hook {
  reports: number;
  readonly change: () => void;
}

function rateOf({ options: { ioRate } }: Stage, session: Session): number {
  return ioRate * busyness(session.upstairsId);
}

function settleSession(stage: Stage, process: Performer, session: Session, atNs = stage.nowNs()): void {
  settle(session, atNs, process.wanted.io ? null : rateOf(stage, session));
}

function enter(stage: Stage, process: Performer, session: Session, states: States, atNs: number): void {
  settleSession(stage, process, session, atNs);
  const isFaulted = states.some((state, client) => state === 'faulted' && session.states[client] !== state);
  enterStates(session, states);
  // What a downstairs has to do is skipped when it is faulted, which answers each queued write once more
  // (`skip_all_jobs` in upstairs/src/downstairs.rs).
  if (!isFaulted || !isActive(session)) return;
  for (const { probe, job } of session.written) stage.audience.fire(process, probe, [job], atNs);
}

/** Begins what somebody listens to now. */
function listenTo(stage: Stage, process: Performer): void {
  const { audience, nowNs, options } = stage;
  const { ioRate, random } = options;
  if (process.provider === null) return;
  const heard = audience.wantedOf(process);
  const wanted = { ...heard, io: heard.io && ioRate > 0 };
  for (const session of process.sessions) settleSession(stage, process, session);
  process.wanted = wanted;
  const now = nowNs();
  const soon = (perSecond: number): number => now + Math.round((1e9 / perSecond) * random.next());
  for (const session of process.sessions) {
    if (wanted.status) begin(stage, process, 'status', session, nextStatusNs(session, now));
    if (wanted.log) begin(stage, process, 'log', session, now + 1_500_000_000);
    if (wanted.io) {
      begin(stage, process, 'io', session, soon(rateOf(stage, session)));
      begin(stage, process, 'repair', session, soon(REPAIRED_PER_SECOND + CONFIRMED_PER_SECOND));
    }
  }
  if (wanted.io && process.sessions.length === 0) begin(stage, process, 'work', null, soon(ioRate));
}

function begin(
  stage: Stage,
  process: Performer,
  source: Source,
  session: Session | null,
  atNs: number,
): void {
  const key = sourceKey(source, session);
  if (process.running.has(key)) return;
  process.running.add(key);
  stage.agenda.push(atNs, { kind: 'source', process, source, session });
}

function fallSilent(stage: Stage, process: Performer): void {
  for (const session of process.sessions) settleSession(stage, process, session);
  process.running.clear();
  process.wanted = { status: false, io: false, log: false };
  process.sites = null;
}

function happen(stage: Stage, due: Due, atNs: number): void {
  const { audience, ledger, agenda, epoch, options } = stage;
  const { process, session } = due;
  if (!process.alive) return;
  switch (due.kind) {
    case 'line': {
      const { clock } = options;
      const wall = clock.wall() - (clock.now() - (epoch + BigInt(atNs)));
      audience.fire(process, due.line.level, [logRecord(due.line, due.session, due.client, wall)], atNs);
      return;
    }
    case 'event': {
      const isHeard = audience.fire(process, due.event.probe, due.event.args, atNs);
      if (session !== null) follow(session, due.event);
      if (isHeard) ledger.io(process.pid, session?.volumeId ?? null, due.event);
      return;
    }
    case 'source': {
      const again = runSource(stage, due, atNs);
      if (again === null) process.running.delete(sourceKey(due.source, session));
      else agenda.push(again, due);
    }
  }
}

function follow(session: Session, { probe, args, after }: IoEvent): void {
  const [job] = args;
  if (typeof job !== 'bigint') return;
  if (after === 'written') session.written = [...session.written, { probe, job }];
  if (after === 'flushed') session.written = session.written.filter((write) => write.job > job);
}

/** Runs a source once and says when it is due again; null ends it. */
function runSource(stage: Stage, { process, source, session }: DueSource, atNs: number): number | null {
  const { random, ioRate } = stage.options;
  const next = (perSecond: number): number =>
    atNs + Math.max(1000, Math.round((1e9 / perSecond) * (0.5 + random.next())));
  const slowness: Slowness = (client) => stage.options.slowness?.(process.pid, client) ?? 1;
  if (!process.wanted[source === 'status' || source === 'log' ? source : 'io']) return null;
  if (session === null) {
    if (source !== 'work') return null;
    play(stage, process, null, atNs, downstairsIo(process.nextJob++, random, slowness(null)));
    return next(ioRate * busyness(process.args));
  }
  switch (source) {
    case 'log':
      return (
        atNs + Math.min(...[0, 1, 2].map((client) => tryToConnect(stage, process, session, client, atNs)))
      );
    case 'status':
      if (session.reports) reportStatus(stage, process, session, atNs);
      return atNs + session.periodNs;
    case 'repair':
      settleSession(stage, process, session, atNs);
      if (isRepairing(session)) play(stage, process, session, atNs, repairExtent(session, random, slowness));
      return next(REPAIRED_PER_SECOND + CONFIRMED_PER_SECOND);
    case 'io':
    case 'work':
      if (isActive(session)) play(stage, process, session, atNs, upstairsIo(session, random, slowness));
      return next(rateOf(stage, session));
  }
}

function play(
  { agenda }: Stage,
  process: Performer,
  session: Session | null,
  atNs: number,
  events: readonly IoEvent[],
): void {
  for (const event of events) agenda.push(atNs + event.offsetNs, { kind: 'event', process, session, event });
}

/** Logs a try that is due; gives the time until the next, or until it is looked again whether there is one. */
function tryToConnect(
  { agenda, dial, tries }: Stage,
  process: Performer,
  session: Session,
  client: number,
  atNs: number,
): number {
  const dialled = dial(session, client);
  if (dialled === null) return 1e9;
  const key = `${session.sessionId} ${client}`;
  const dueNs = (tries.get(key) ?? Number.NEGATIVE_INFINITY) + pauseNs(dialled);
  if (dueNs > atNs) return dueNs - atNs;
  tries.set(key, atNs);
  for (const line of attempt(dialled)) {
    agenda.push(atNs + line.offsetNs, { kind: 'line', process, session, client, line });
  }
  return pauseNs(dialled);
}

function reportStatus(stage: Stage, process: Performer, session: Session, atNs: number): void {
  const { audience, hooks, options } = stage;
  settleSession(stage, process, session, atNs);
  session.statusChecks++;
  for (const [name, count] of Object.entries(actionCounts(session))) {
    if (name === 'action_guest' || name === 'action_downstairs') continue;
    audience.fire(process, `up-${name}`, [BigInt(count)], atNs);
  }
  if (session.statusChecks % 10 === 0) {
    session.pings++;
    for (const client of [0n, 1n, 2n]) {
      audience.fire(process, 'ds-ping-sent', [BigInt(session.pings), client], atNs);
    }
  }
  if (!audience.fire(process, 'up-status', ['stats', statusRecord(session, options.version)], atNs)) return;
  for (const hook of hooks.get(session) ?? []) {
    hook.reports--;
    if (hook.reports === 0) hook.change();
  }
}

function nextStatusNs(session: Session, nowNs: number): number {
  const turns = Math.max(0, Math.ceil((nowNs - session.phaseNs) / session.periodNs));
  return session.phaseNs + turns * session.periodNs;
}

const sourceKey = (source: Source, session: Session | null): string =>
  `${source} ${session?.sessionId ?? ''}`;
