import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway } from '../model/target.ts';
import type { Session } from './ssh-session.ts';

/** Connections to gateways: one for all sleds behind each, opened at the first need. */
export interface GatewaySessions {
  /** The session that stands, or is being opened; a failure is remembered for a while. */
  sessionOf(gateway: Gateway): Promise<Session>;
  /** Gives up what is being opened and ends the rest. Never rejects. */
  close(): Promise<void>;
}

// A gateway that failed is not asked again for each of 32 sleds: it would cost them a timeout each, and a
// refused login too many gets the address banned (PerSourcePenalties).
const RETRY_AFTER_MS = 15_000;
const RETRY_AFTER_REFUSAL_MS = 60_000;

export function createGatewaySessions(
  open: (gateway: Gateway, signal: AbortSignal) => Promise<Session>,
): GatewaySessions {
  const sessions = new Map<string, Promise<Session>>();
  const forgetting = new Set<NodeJS.Timeout>();
  const closing = new AbortController();

  function keep(key: string, session: Promise<Session>): void {
    const forget = (): void => {
      if (sessions.get(key) === session) sessions.delete(key);
    };
    sessions.set(key, session);
    session.then(
      (opened) => opened.onLost(forget),
      (error: unknown) => {
        const timer = setTimeout(forget, retryAfterMs(error));
        timer.unref();
        forgetting.add(timer);
      },
    );
  }

  return {
    sessionOf(gateway) {
      const key = `${gateway.user}@${hostPort(gateway)}`;
      const known = sessions.get(key);
      if (known !== undefined) return known;
      const session = open(gateway, closing.signal);
      keep(key, session);
      return session;
    },
    async close() {
      closing.abort();
      for (const timer of forgetting) clearTimeout(timer);
      const all = [...sessions.values()];
      sessions.clear();
      await Promise.all(all.map(endIfOpen));
    },
  };
}

function retryAfterMs(error: unknown): number {
  const isRefusal = error instanceof FleetError && error.code === 'authentication';
  return isRefusal ? RETRY_AFTER_REFUSAL_MS : RETRY_AFTER_MS;
}

async function endIfOpen(session: Promise<Session>): Promise<void> {
  await session.then(
    (opened) => opened.end(),
    () => {},
  );
}
