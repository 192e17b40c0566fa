import pLimit from 'p-limit';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login, Target } from '../model/target.ts';
import type { Connection, Transport } from '../model/transport.ts';
import type { Dial } from './forwarding.ts';
import { createGateways } from './gateways.ts';
import { shakeHands } from './handshake.ts';
import { createHostKeys } from './host-keys.ts';
import { type KeyRing, createKeyRing } from './identities.ts';
import type { PassphraseFor } from './key-file.ts';
import { createSledConnection } from './sled-connection.ts';
import type { Session } from './ssh-session.ts';
import { type Attempt, openSocket } from './socket.ts';
import { type Ssh2, loadSsh2 } from './ssh-library.ts';
import { type Budget, createBudget, inTurn, pause, untilAborted } from './waiting.ts';

export interface TransportOptions {
  /** Handshakes under way at a time: each costs CPU on both sides. An open connection is not counted. */
  readonly handshakesAtOnce: number;
  /** Asked once for each encrypted key; absent means that there are no passphrases. */
  readonly passphraseFor?: PassphraseFor;
  /** From 0 up to 1, for the waits between tries. */
  readonly random: () => number;
  /** Hears of things that concern the whole run and no single sled, such as a key that others can read. */
  readonly onWarning?: (message: string) => void;
}

const triesAtMost = 3;
const firstPauseMs = 400;

/** A transport over ssh2, which is loaded at the first connect. */
export function createTransport(options: TransportOptions): Transport {
  const gate = pLimit(options.handshakesAtOnce);
  const hostKeys = createHostKeys();
  let library: Promise<{ readonly ssh2: Ssh2; readonly keyRing: KeyRing }> | undefined;

  function load(): Promise<{ readonly ssh2: Ssh2; readonly keyRing: KeyRing }> {
    library ??= loadSsh2().then((ssh2) => ({
      ssh2,
      keyRing: createKeyRing({
        ssh2,
        passphraseFor: options.passphraseFor ?? (() => null),
        onWarning: options.onWarning ?? (() => {}),
      }),
    }));
    return library;
  }

  /** One login, with up to three tries where the server only turned us away (MaxStartups). */
  async function openSession(
    login: Login,
    via: Gateway | null,
    dial: Dial,
    budget: Budget,
    signal: AbortSignal,
  ): Promise<Session> {
    const what = `while connecting to ${hostPort(login)}`;
    const { ssh2, keyRing } = await untilAborted(load(), signal, what);
    const identities = await untilAborted(keyRing.identitiesFor(login), signal, what);
    for (let tries = 1; ; tries += 1) {
      // The time in the queue is ours, not the server's: it is not taken off the budget.
      const attempt = await inTurn(gate, signal, what, () =>
        budget.spend(async (): Promise<Attempt<Session>> => {
          const judge = await hostKeys.judgeFor(login, via);
          const socket = await dial(budget, signal);
          if (!socket.ok) return socket;
          const timeoutMs = budget.remainingMs();
          return shakeHands(login, socket.value, {
            ssh2,
            judge,
            identities,
            timeoutMs,
            totalMs: budget.totalMs,
            signal,
          });
        }),
      );
      if (attempt.ok) return attempt.value;
      const pauseMs = options.random() * firstPauseMs * 2 ** (tries - 1);
      if (!attempt.turnedAway || tries >= triesAtMost || pauseMs >= budget.remainingMs()) throw attempt.error;
      await budget.spend(() => pause(pauseMs, signal, what));
    }
  }

  function dialDirectly(login: Login): Dial {
    return (budget, signal) =>
      openSocket(login, { timeoutMs: budget.remainingMs(), totalMs: budget.totalMs, signal });
  }

  const gateways = createGateways((gateway, signal) =>
    openSession(gateway, null, dialDirectly(gateway), createBudget(gateway.connectTimeoutMs), signal),
  );

  async function connect(target: Target, signal: AbortSignal): Promise<Connection> {
    const { login } = target;
    if (target.gateways.length === 0) {
      const budget = createBudget(login.connectTimeoutMs);
      const session = await openSession(login, null, dialDirectly(login), budget, signal);
      return createSledConnection(session, { via: null, warnings: session.warnings });
    }
    const { session, via, warnings } = await gateways.connectThrough(target, signal, openSession);
    return createSledConnection(session, { via: hostPort(via), warnings });
  }

  return { connect, close: () => gateways.close() };
}
