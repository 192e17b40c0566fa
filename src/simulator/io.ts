import { sizeOf, STEPS, stepNs } from './latency.ts';
import type { Slowness, Step } from './latency.ts';
import type { Random } from './random.ts';
import { takesIo } from './upstairs-session.ts';
import type { Session } from './upstairs-session.ts';

/** One firing of an IO's life, `offsetNs` after the IO began. */
export interface IoEvent {
  readonly offsetNs: number;
  readonly probe: string;
  readonly args: readonly (bigint | string)[];
  /** On a done: what was timed and how long it took. */
  readonly timed?: { readonly kind: string; readonly client: number | null; readonly latencyNs: number };
  /** Two downstairs have this write, or a flush lets such writes go: until then `gw-*-done` may fire again. */
  readonly after?: 'written' | 'flushed';
}

type Argument = bigint | string;

interface Kind {
  /** As the job's probes spell it. */
  readonly job: string;
  /** As the volume's and the downstairs's probes spell it; null: a volume knows no such IO. */
  readonly volume: string | null;
}

const READ: Kind = { job: 'read', volume: 'read' };
const WRITE: Kind = { job: 'write', volume: 'write' };
const WRITE_UNWRITTEN: Kind = { job: 'write-unwritten', volume: 'writeunwritten' };
const FLUSH: Kind = { job: 'flush', volume: 'flush' };
const BARRIER: Kind = { job: 'barrier', volume: null };
/** Ten in a row are a guest's usual mix. */
const MIX: readonly Kind[] = [READ, WRITE, READ, FLUSH, WRITE, READ, WRITE_UNWRITTEN, READ, WRITE, READ];
const LIVE_REPAIR = ['close', 'repair', 'noop', 'reopen'] as const;

interface Script {
  readonly events: IoEvent[];
  readonly fire: (offsetNs: number, probe: string, ...args: readonly Argument[]) => void;
  /** Fires `<kind>-done` and notes the time since `startNs`. */
  readonly done: (startNs: number, offsetNs: number, kind: string, ...args: readonly Argument[]) => void;
}

function script(): Script {
  const events: IoEvent[] = [];
  return {
    events,
    fire: (offsetNs, probe, ...args) => {
      events.push({ offsetNs, probe, args });
    },
    done: (startNs, offsetNs, kind, ...args) => {
      const client = kind.startsWith('ds-') ? Number(args[1]) : null;
      const timed = { kind, client, latencyNs: offsetNs - startNs };
      events.push({ offsetNs, probe: `${kind}-done`, args, timed });
    },
  };
}

/** How many downstairs must have a write before `gw-write-done` fires; `gw-read-done` and the others wait for all. */
const WRITTEN_BY = 2;

/**
 * One guest IO through an upstairs: volume, gateway, three clients, and back. It takes the next job id. The guest
 * has its answer to a write before the write is queued (upstairs/src/upstairs.rs, "Fast-ack").
 */
export function upstairsIo(session: Session, random: Random, slowness: Slowness): IoEvent[] {
  const job = BigInt(session.nextJobId++);
  const kind = Number(job) % 40 === 39 ? BARRIER : (MIX[Number(job) % MIX.length] ?? READ);
  const { events, fire, done } = script();
  const volume = `{"ok":"${session.volumeId}"}`;
  const step = (): number => 1000 + random.below(20_000);
  const blocks = sizeOf(random);
  const net = kind === READ ? STEPS.netRead : kind === FLUSH ? STEPS.netFlush : STEPS.netWrite;
  let now = 0;
  let volumeIo = 0n;
  if (kind.volume !== null) {
    volumeIo = BigInt(session.volumeIos % 2 ** 32);
    session.volumeIos++;
    fire(now, `volume-${kind.volume}-start`, volumeIo, volume);
  }
  if (kind === READ && session.hasHttpParent) {
    const read = BigInt(session.httpReads++ % 2 ** 32);
    const start = (now += step());
    fire(start, 'reqwest-read-start', read, volume);
    now += stepNs(random, STEPS.objectStore, blocks, slowness(null));
    done(start, now, 'reqwest-read', read, volume);
  }
  const gatewayStart = (now += step());
  fire(now, 'up-action_guest', job - BigInt(session.startedJobId) + 1n);
  fire(now, `gw-${kind.job}-start`, job);
  const isWrite = kind === WRITE || kind === WRITE_UNWRITTEN;
  if (isWrite) {
    fire(now + 500, 'gw-write-deps', BigInt(random.below(40)), BigInt(random.below(4)));
    done(0, (now += step()), `volume-${kind.volume}`, volumeIo, volume);
  }
  now += step();
  fire(now, `up-to-ds-${kind.job}-start`, job);
  const ends: number[] = [];
  session.states.forEach((state, index) => {
    if (!takesIo(state)) return;
    const client = BigInt(index);
    const clientStart = now + step();
    fire(clientStart, `ds-${kind.job}-client-start`, job, client);
    let end = clientStart + step();
    if (kind !== BARRIER) {
      const netStart = end;
      fire(netStart, `ds-${kind.job}-net-start`, job, client);
      end += stepNs(random, net, blocks, slowness(index));
      done(netStart, end, `ds-${kind.job}-net`, job, client);
      fire(end + 400, 'up-action_downstairs', (job - BigInt(session.startedJobId)) * 3n + client + 1n);
      end += step();
    }
    done(clientStart, end, `ds-${kind.job}-client`, job, client);
    ends.push(end);
  });
  ends.sort((a, b) => a - b);
  now = (ends[isWrite ? WRITTEN_BY - 1 : ends.length - 1] ?? now) + step();
  const timed = { kind: `gw-${kind.job}`, client: null, latencyNs: now - gatewayStart };
  const after = isWrite ? 'written' : kind === FLUSH ? 'flushed' : null;
  const answer = { offsetNs: now, probe: `gw-${kind.job}-done`, args: [job], timed };
  events.push(after === null ? answer : { ...answer, after });
  if (kind.volume !== null && !isWrite) done(0, now + step(), `volume-${kind.volume}`, volumeIo, volume);
  return events;
}

/**
 * Live repair of one extent: four jobs through all three clients, one after another. In the repair itself the healthy
 * clients get a no-op, and each acknowledgement of a no-op or a reopen fires `ds-noop-done` and then
 * `ds-reopen-done` (`ExtentLiveAckId` in upstairs/src/downstairs.rs): 40 firings; 20 are dones of clients.
 */
export function repairExtent(session: Session, random: Random, slowness: Slowness): IoEvent[] {
  const { events, fire, done } = script();
  const isHealthy = (client: bigint): boolean => session.states[Number(client)] !== 'live_repair';
  const extent = BigInt(Math.floor(session.extent));
  let now = 0;
  for (const work of LIVE_REPAIR) {
    const job = BigInt(session.nextJobId++);
    const withExtent: readonly Argument[] = work === 'noop' ? [] : [extent];
    const start = now;
    fire(start, `gw-${work}-start`, job, ...withExtent);
    let last = start;
    for (const client of [0n, 1n, 2n]) {
      const clientStart = start + 1000 + random.below(20_000);
      fire(clientStart, `ds-${work}-start`, job, client, ...withExtent);
      const end = clientStart + stepNs(random, STEPS.liveRepair, 1, slowness(Number(client)));
      const isNoopToIt = work === 'noop' || work === 'reopen' || (work === 'repair' && isHealthy(client));
      if (isNoopToIt) {
        const timed = { kind: `ds-${work}`, client: Number(client), latencyNs: end - clientStart };
        events.push({ offsetNs: end, probe: 'ds-noop-done', args: [job, client], timed });
        fire(end + 200, 'ds-reopen-done', job, client);
      } else done(clientStart, end, `ds-${work}`, job, client);
      last = Math.max(last, end);
    }
    now = last + 5000;
    done(start, now, `gw-${work}`, job, ...withExtent);
    now += 5000;
  }
  return events;
}

/** One job in a downstairs: submitted, queued, done on its raw extents, answered. */
export function downstairsIo(jobId: number, random: Random, slowness: number): IoEvent[] {
  const { events, fire, done } = script();
  const job = BigInt(jobId);
  const step = (): number => 1000 + random.below(20_000);
  if (jobId % 60 === 59) return repairJob(job, jobId, random, slowness);
  if (jobId % 40 === 39) {
    fire(0, 'submit-barrier-start', job);
    fire(step(), 'work-start', job);
    fire(30_000, 'work-process', job);
    fire(40_000, 'work-done', job);
    return events;
  }
  const kind = MIX[jobId % MIX.length] ?? READ;
  const name = kind.volume ?? 'read';
  const extent = BigInt(random.below(1000));
  const count = sizeOf(random);
  const blocks = BigInt(count);
  let now = 0;
  fire(now, `submit-${name}-start`, job);
  fire((now += step()), 'work-start', job);
  fire((now += step()), 'work-process', job);
  const osStart = (now += step());
  fire(osStart, `os-${name}-start`, job);
  const what = kind === READ ? 'read' : kind === FLUSH ? 'flush' : 'write';
  const size: readonly Argument[] = [blocks];
  const doneSize: readonly Argument[] = kind === FLUSH ? [] : size;
  const extentStart = (now += step());
  fire(extentStart, `extent-${what}-start`, job, extent, ...size);
  const phase = (detail: string, length: Step): void => {
    const start = (now += step());
    const more = kind === FLUSH ? [] : size;
    fire(start, `extent-${what}-${detail}-start`, job, extent, ...more);
    now += stepNs(random, length, count, slowness);
    done(start, now, `extent-${what}-${detail}`, job, extent, ...more);
  };
  if (kind === READ) {
    phase('get-contexts', STEPS.blockContexts);
    phase('file', STEPS.fileRead);
  } else if (kind === FLUSH) {
    phase('file', STEPS.fileFlush);
  } else {
    phase('get-hashes', STEPS.blockContexts);
    phase('raw-context-insert', STEPS.blockContexts);
    fire((now += 500), 'extent-set-block-contexts-write-count', extent, blocks);
    phase('file', STEPS.fileWrite);
  }
  done(extentStart, (now += step()), `extent-${what}`, job, extent, ...doneSize);
  done(osStart, (now += step()), `os-${name}`, job);
  fire((now += step()), 'work-done', job);
  done(0, (now += step()), `submit-${name}`, job);
  return events;
}

/** A job that another sled's live repair sends: reopen and noop are both answered as `submit-el-done`. */
function repairJob(job: bigint, jobId: number, random: Random, slowness: number): IoEvent[] {
  const { events, fire } = script();
  const work = LIVE_REPAIR[Math.floor(jobId / 60) % 4] ?? 'close';
  fire(0, `submit-el-${work}-start`, job);
  fire(10_000, 'work-start', job);
  fire(20_000, 'work-process', job);
  const end = 25_000 + stepNs(random, STEPS.liveRepair, 1, slowness);
  fire(end + 20_000, 'work-done', job);
  fire(end + 30_000, `submit-el-${work === 'close' || work === 'repair' ? `${work}-` : ''}done`, job);
  return events;
}
