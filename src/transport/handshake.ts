import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import { handshakeError } from './handshake-error.ts';
import type { HostKeyJudge } from './host-keys.ts';
import { type Progress, observe, startOfProgress, watchGreeting } from './handshake-progress.ts';
import type { Identities, Offer } from './identities.ts';
import { type Session, createSession } from './ssh-session.ts';
import type { Attempt } from './socket.ts';
import type { Ssh2 } from './ssh-library.ts';
import { interruption, onAbort } from './waiting.ts';

export interface HandshakeOptions {
  readonly ssh2: Ssh2;
  readonly judge: HostKeyJudge;
  readonly identities: Identities;
  readonly timeoutMs: number;
  readonly totalMs: number;
  readonly signal: AbortSignal;
}

/** Speaks SSH over an open socket: key exchange, host key, authentication. The socket ends with a failure. */
export function shakeHands(
  login: Login,
  socket: Duplex,
  options: HandshakeOptions,
): Promise<Attempt<Session>> {
  return new Promise((resolve) => {
    const { judge, identities } = options;
    const where = hostPort(login);
    const progress = startOfProgress();
    const warnings: string[] = [];
    let verdictError: FleetError | null = null;
    let mustRemember = false;
    let settled = false;
    let stopListening = (): void => {};

    const client: Client = new options.ssh2.Client();
    const settle = (attempt: Attempt<Session>): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      stopListening();
      if (!attempt.ok) socket.destroy();
      resolve(attempt);
    };
    const fail = (error: FleetError, turnedAway = false): void =>
      settle({ ok: false, error, turnedAway: turnedAway && !progress.negotiated });
    const failBy = (error: Error | null): void => {
      if (verdictError !== null) return fail(verdictError);
      const mapped = handshakeError(login, identities, progress, error);
      return fail(mapped.error, mapped.turnedAway);
    };
    const timer = setTimeout(() => fail(timeoutError(where, options.totalMs, progress)), options.timeoutMs);
    stopListening = onAbort(options.signal, () => fail(interruption(`while connecting to ${where}`)));
    if (settled) return;

    // For the life of the client, whatever becomes of it: an error without a listener ends the process.
    client.on('error', (error) => {
      // One key that does not work out is not the end: ssh2 goes on to the next.
      const isOfOneKey =
        error.level === 'agent' || (error.level === 'client-authentication' && !progress.exhausted);
      if (isOfOneKey) progress.notes.push(error.message);
      else failBy(error);
    });
    client.on('end', () => failBy(null));
    client.on('close', () => failBy(null));
    client.on('handshake', () => {
      progress.negotiated = true;
    });
    client.on('ready', () => {
      void finish();
    });

    const finish = async (): Promise<void> => {
      try {
        if (mustRemember && progress.hostKey !== null) {
          warnings.push(...(await judge.remember(progress.hostKey)));
        }
        if (settled) return;
        // Its listeners are there before ours stop to matter.
        const session = createSession(where, client, socket, warnings);
        settle({ ok: true, value: session });
      } catch (error) {
        fail(
          error instanceof FleetError
            ? error
            : new FleetError('handshake', `cannot store the host key of ${where}`, { cause: error }),
        );
      }
    };

    const queue = [...identities.offers];
    try {
      client.connect({
        sock: socket,
        username: login.user,
        // Our own timer also covers TCP and the gateway; ssh2's begins only here.
        readyTimeout: 0,
        keepaliveInterval: login.keepaliveMs,
        keepaliveCountMax: 3,
        // curve25519 first: group exchange can hold up the event loop for seconds. SHA-1 methods stay out.
        algorithms: { kex: [...keyExchanges], serverHostKey: judge.algorithms },
        // Without a verifier ssh2 takes any key. It gets the raw key, since no hostHash is set.
        hostVerifier: (key: Buffer): boolean => {
          // The keys of a long connection are exchanged again: by the same server only.
          if (progress.hostKey !== null) return progress.hostKey.equals(key);
          progress.hostKey = key;
          const verdict = judge.judge(key);
          if (!verdict.accepted) {
            verdictError = verdict.error;
            return false;
          }
          mustRemember = verdict.isNew;
          warnings.push(...verdict.warnings);
          return true;
        },
        // No `none` first: a round trip, and a refusal that counts.
        authHandler: (methodsLeft, partialSuccess, next) => {
          const offer = nextOffer(progress, queue, methodsLeft, partialSuccess);
          if (offer !== null) {
            next(offer.method);
            return;
          }
          client.end();
          failBy(null);
        },
        debug: (line) => observe(progress, line),
      });
      watchGreeting(socket, progress);
    } catch (error) {
      failBy(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

const keyExchanges = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group-exchange-sha256',
] as const;

function nextOffer(
  progress: Progress,
  queue: Offer[],
  methodsLeft: readonly string[] | null,
  partialSuccess: boolean | null,
): Offer | null {
  progress.methodsLeft = methodsLeft;
  progress.partialSuccess = partialSuccess === true;
  // Where the server takes no keys (any more), another one would only count as another failure.
  const isHopeless = progress.partialSuccess || (methodsLeft !== null && !methodsLeft.includes('publickey'));
  const offer = isHopeless ? undefined : queue.shift();
  if (offer === undefined) {
    progress.exhausted = true;
    return null;
  }
  progress.offered.push(offer.label);
  return offer;
}

function timeoutError(where: string, totalMs: number, progress: Progress): FleetError {
  if (progress.negotiated) {
    return new FleetError(
      'timeout',
      `${where} did not finish authentication within ${totalMs} ms; try again, or give it more time to connect`,
    );
  }
  const seen =
    progress.software === null
      ? 'accepted the connection, but sent no SSH banner'
      : `sent its banner (${progress.software}), but did not finish the key exchange`;
  return new FleetError(
    'timeout',
    `${where} ${seen} within ${totalMs} ms; its sshd may hang: try again, or look at its console`,
  );
}
