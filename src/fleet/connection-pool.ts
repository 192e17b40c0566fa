import { describeError, FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Target } from '../model/target.ts';
import type { Trail } from '../model/trail.ts';
import type { Connection, Transport } from '../model/transport.ts';

/** What was asked for in one round stays open for the next: to whoever asks, it is a transport like any other. */
export interface ConnectionPool extends Transport {
  /** Connections that nobody uses now. */
  readonly idle: () => number;
  /** Closes what it holds, and what is given back later; the transport below stays open. Never rejects. */
  close(): Promise<void>;
}

export interface PoolSettings {
  /** Connections that are open at once, idle ones too, as long as no more are asked for: an idle one makes room. */
  readonly most: number;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** From 0 up to 1, so that the sleds of a rack are not connected again in one moment. */
  readonly random: () => number;
}

/** Time between keepalive messages where the login has none: an idle connection that dies in silence is not kept. */
const KEEPALIVE_MS = 10_000;
/** ssh2 exchanges no new keys by itself: a connection is not used for longer than this. */
const OLDEST_MS = 3_600_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** One sled's place in the pool. */
interface Slot {
  idle: Held | null;
  isTaken: boolean;
  /** Failures in a row: connections that were not made, or died before they had served. */
  failures: number;
  failure: FleetError | null;
  notBeforeMs: number;
  /** How the last connection came to be lost, until it is told. */
  loss: FleetError | null;
}

interface Held {
  readonly connection: Connection;
  readonly untilMs: number;
}

/**
 * A pool over a transport. A sled whose connection died is connected again when it is next asked; one that failed again
 * and again is asked again only after a pause, which doubles, and until then is `not_tried`, with its last failure.
 */
export function openPool(transport: Transport, { most, elapsed, random }: PoolSettings): ConnectionPool {
  const slots = new Map<string, Slot>();
  /** The newest last; those that were taken since are skipped. */
  let idleOnes: Slot[] = [];
  let idleCount = 0;
  let lentCount = 0;
  let isClosed = false;

  function slotOf({ sled, login }: Target): Slot {
    const key = `${sled.id} ${login.user}@${hostPort(login)}`;
    const known = slots.get(key);
    if (known !== undefined) return known;
    const slot = { idle: null, isTaken: false, failures: 0, failure: null, notBeforeMs: 0, loss: null };
    slots.set(key, slot);
    return slot;
  }

  function failed(slot: Slot, error: FleetError): void {
    slot.failures += 1;
    slot.failure = error;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (slot.failures - 1));
    slot.notBeforeMs = elapsed() + pauseMs * (0.5 + random() / 2);
  }

  /** Takes what lies in the slot; one that is dead or old is closed. */
  function takeIdle(slot: Slot): Held | null {
    const { idle } = slot;
    if (idle === null) return null;
    slot.idle = null;
    idleCount -= 1;
    const loss = idle.connection.lost();
    if (loss === null && elapsed() < idle.untilMs) return idle;
    slot.loss = loss;
    void idle.connection.close();
    return null;
  }

  /** The newest goes first, so that sleds which take turns do not all lose theirs. */
  async function makeRoom(): Promise<void> {
    while (idleCount > 0 && idleCount + lentCount > most) {
      const slot = idleOnes.pop();
      if (slot === undefined) return;
      await takeIdle(slot)?.connection.close();
    }
  }

  async function giveBack(slot: Slot, held: Held, hasServed: boolean): Promise<void> {
    slot.isTaken = false;
    lentCount -= 1;
    const loss = held.connection.lost();
    if (hasServed) slot.failures = 0;
    else if (loss !== null) failed(slot, loss);
    if (loss === null && !isClosed && idleCount + lentCount < most) {
      slot.idle = held;
      idleCount += 1;
      idleOnes.push(slot);
      if (idleOnes.length > 2 * idleCount + 16) idleOnes = idleOnes.filter(({ idle }) => idle !== null);
      return;
    }
    slot.loss = loss;
    await held.connection.close();
  }

  /** The connection as one visit has it: its close gives it back. */
  function lend(slot: Slot, held: Held, isReused: boolean, again: readonly string[]): Connection {
    const { connection } = held;
    let hasServed = isReused;
    let isStale = false;
    let givenBack: Promise<void> | null = null;
    return {
      via: connection.via,
      warnings: [...connection.warnings, ...again],
      lost: () => connection.lost(),
      wasStale: () => isStale,
      async run(command, options) {
        try {
          const result = await connection.run(command, options);
          hasServed = true;
          return result;
        } catch (error) {
          isStale = isReused && heardNothing(error);
          throw error;
        }
      },
      close: () => (givenBack ??= giveBack(slot, held, hasServed)),
    };
  }

  async function open(slot: Slot, target: Target, signal: AbortSignal, trail?: Trail): Promise<Connection> {
    if (slot.failure !== null && elapsed() < slot.notBeforeMs) throw notYet(slot, elapsed());
    try {
      await makeRoom();
      const connection = await transport.connect(withKeepalive(target), signal, trail);
      const again = slot.loss === null ? [] : [`connected again: ${describeError(slot.loss)}`];
      slot.loss = null;
      slot.failure = null;
      const held = { connection, untilMs: elapsed() + OLDEST_MS * (0.75 + random() / 4) };
      return lend(slot, held, false, again);
    } catch (error) {
      if (error instanceof FleetError && !signal.aborted) failed(slot, error);
      throw error;
    }
  }

  return {
    idle: () => idleCount,
    async connect(target, signal, trail) {
      const slot = slotOf(target);
      // Two rounds at once: the second has a connection of its own.
      if (slot.isTaken || isClosed) return await transport.connect(target, signal, trail);
      const idle = takeIdle(slot);
      slot.isTaken = true;
      lentCount += 1;
      if (idle !== null) return lend(slot, idle, true, []);
      try {
        return await open(slot, target, signal, trail);
      } catch (error) {
        slot.isTaken = false;
        lentCount -= 1;
        throw error;
      }
    },
    async close() {
      isClosed = true;
      const held = [...slots.values()].flatMap(({ idle }) => idle ?? []);
      slots.clear();
      idleOnes = [];
      idleCount = 0;
      await Promise.all(held.map(({ connection }) => connection.close()));
    },
  };
}

/** A silent link must be noticed: keepalive messages where the login has none. */
export function withKeepalive(target: Target): Target {
  const { login } = target;
  if (login.keepaliveMs > 0) return target;
  return { ...target, login: { ...login, keepaliveMs: KEEPALIVE_MS } };
}

/** The guard says at once that a command begins: where not even that came, the connection was gone before. */
function heardNothing(error: unknown): boolean {
  if (!(error instanceof FleetError) || error.code !== 'connection_lost') return false;
  return error.partial === null || (error.partial.stdout === '' && error.partial.stderr === '');
}

function notYet({ failures, failure, notBeforeMs }: Slot, nowMs: number): FleetError {
  const seconds = Math.max(1, Math.ceil((notBeforeMs - nowMs) / 1000));
  const times = failures === 1 ? 'once' : `${failures} times in a row`;
  const message = `not tried in this round: it failed ${times}, and is tried again in ${seconds} s`;
  return new FleetError('not_tried', message, { cause: failure });
}
