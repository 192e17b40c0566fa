import { FleetError } from '../model/error.ts';
import type { Gateway } from '../model/target.ts';
import { createTrail, type Trail, type WaySeen } from '../model/trail.ts';
import { gatewayKey } from './credentials.ts';
import { gatewayLost } from './forwarding.ts';
import { createGatewayPool, type GatewayPool, type Place } from './gateway-pool.ts';
import type { Session } from './ssh-session.ts';

/** One gateway, for all the sleds behind it. */
export interface GatewayAccess {
  /** The connection that carries what is forwarded; a failure is remembered for a while. */
  session(): Promise<Session>;
  /** A place for a command that carries SSH. */
  place(signal: AbortSignal, what: string): Promise<Place>;
  /** The steps of the way to it, as they were taken last. */
  readonly way: () => readonly WaySeen[];
  /** Whether it was seen to allow no forwarding. */
  prohibitsForwarding: boolean;
  /** Whether a connection to it broke: others are better. */
  hasBeenLost: boolean;
}

/** Connections to gateways, opened at the first need. */
export interface GatewaySessions {
  accessTo(gateway: Gateway): GatewayAccess;
  /** Gives up what is being opened and ends the rest. Never rejects. */
  close(): Promise<void>;
}

export interface GatewaySessionsOptions {
  readonly open: (gateway: Gateway, signal: AbortSignal, trail: Trail) => Promise<Session>;
  /** Hears of each connection that breaks. */
  readonly onLost: (reason: FleetError) => void;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

// A gateway that failed is not asked again for each of 32 sleds: it would cost them a timeout each.
const RETRY_AFTER_MS = 15_000;

interface Member {
  readonly access: GatewayAccess;
  readonly pool: GatewayPool;
}

export function createGatewaySessions({ open, onLost, elapsed }: GatewaySessionsOptions): GatewaySessions {
  const members = new Map<string, Member>();
  const closing = new AbortController();

  function createMember(gateway: Gateway): Member {
    const trail = createTrail();
    let failure: { readonly error: unknown; readonly untilMs: number } | null = null;
    const pool = createGatewayPool(async () => {
      if (failure !== null && elapsed() < failure.untilMs) throw failure.error;
      try {
        const session = await open(gateway, closing.signal, trail);
        session.onLost((reason) => {
          if (closing.signal.aborted) return;
          access.hasBeenLost = true;
          onLost(gatewayLost(session.where, reason));
        });
        return session;
      } catch (error) {
        failure = { error, untilMs: elapsed() + retryAfterMs(error) };
        throw error;
      }
    });
    const access: GatewayAccess = {
      session: () => pool.first(),
      place: (signal, what) => pool.place(signal, what),
      way: () => trail.seen(),
      prohibitsForwarding: false,
      hasBeenLost: false,
    };
    return { pool, access };
  }

  return {
    accessTo(gateway) {
      const key = gatewayKey(gateway);
      const member = members.get(key) ?? createMember(gateway);
      members.set(key, member);
      return member.access;
    },
    async close() {
      closing.abort();
      await Promise.all([...members.values()].map(({ pool }) => pool.end()));
      members.clear();
    },
  };
}

/** A refused login is refused again, and too many of them get the address banned (PerSourcePenalties). */
function retryAfterMs(error: unknown): number {
  const isRefusal = error instanceof FleetError && error.code === 'authentication';
  return isRefusal ? Number.POSITIVE_INFINITY : RETRY_AFTER_MS;
}
