import type { Duplex } from 'node:stream';
import type { AuthHandlerMiddleware, Client, ConnectConfig } from 'ssh2';
import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import { handshakeError, handshakeTimeout } from './handshake-error.ts';
import type { HostKeyJudge, HostKeyVerdict } from './host-keys.ts';
import {
  type HandshakeProgress,
  noteDebugLine,
  startOfProgress,
  watchGreeting,
} from './handshake-progress.ts';
import type { Identities, Offer } from './identities.ts';
import { type Session, createSession } from './ssh-session.ts';
import type { Attempt } from './socket.ts';
import type { Ssh2 } from './ssh-library.ts';
import { interruption, onAbort } from './waiting.ts';

// curve25519 first: group exchange can hold up the event loop for seconds. SHA-1 methods stay out.
const KEY_EXCHANGES = [
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

export interface HandshakeOptions {
  readonly ssh2: Ssh2;
  readonly judge: HostKeyJudge;
  readonly identities: Identities;
  readonly timeoutMs: number;
  readonly totalMs: number;
  readonly signal: AbortSignal;
}

/** One try to log in over an open socket, until its promise is settled. */
interface Handshake {
  readonly login: Login;
  readonly socket: Duplex;
  readonly client: Client;
  readonly options: HandshakeOptions;
  readonly progress: HandshakeProgress;
  /** Keys that were not offered yet. */
  readonly queue: Offer[];
  readonly resolve: (attempt: Attempt<Session>) => void;
  /** A timer and a listener that end when it is settled. */
  readonly releases: (() => void)[];
  /** What was made of the host key, once the server has shown it. */
  verdict: HostKeyVerdict | null;
  isSettled: boolean;
}

/** Speaks SSH over an open socket: key exchange, host key, authentication. The socket ends with a failure. */
export function shakeHands(
  login: Login,
  socket: Duplex,
  options: HandshakeOptions,
): Promise<Attempt<Session>> {
  return new Promise((resolve) => {
    const handshake: Handshake = {
      login,
      socket,
      client: new options.ssh2.Client(),
      options,
      progress: startOfProgress(),
      queue: [...options.identities.offers],
      resolve,
      releases: [],
      verdict: null,
      isSettled: false,
    };
    limit(handshake);
    if (handshake.isSettled) return;
    listen(handshake);
    begin(handshake);
  });
}

function settle(handshake: Handshake, attempt: Attempt<Session>): void {
  if (handshake.isSettled) return;
  handshake.isSettled = true;
  for (const stop of handshake.releases) stop();
  if (!attempt.ok) handshake.socket.destroy();
  handshake.resolve(attempt);
}

function fail(handshake: Handshake, error: FleetError, turnedAway = false): void {
  settle(handshake, { ok: false, error, turnedAway: turnedAway && !handshake.progress.negotiated });
}

/** Fails for what ssh2 says; a host key that was refused is the reason for all that comes after it. */
function failBy(handshake: Handshake, error: Error | null): void {
  const { login, options, progress, verdict } = handshake;
  if (verdict?.accepted === false) {
    fail(handshake, verdict.error);
    return;
  }
  const mapped = handshakeError(login, options.identities, progress, error);
  fail(handshake, mapped.error, mapped.turnedAway);
}

function limit(handshake: Handshake): void {
  const { options, progress } = handshake;
  const where = hostPort(handshake.login);
  const timer = setTimeout(() => {
    fail(handshake, handshakeTimeout(where, options.totalMs, progress));
  }, options.timeoutMs);
  const onInterrupt = (): void => fail(handshake, interruption(`while connecting to ${where}`));
  handshake.releases.push(() => clearTimeout(timer));
  // It may call back at once: the timer is among the releases already.
  handshake.releases.push(onAbort(options.signal, onInterrupt));
}

/** For the life of the client, whatever becomes of it: an error without a listener ends the process. */
function listen(handshake: Handshake): void {
  const { client, progress } = handshake;
  client.on('error', (error) => {
    // One key that does not work out is not the end: ssh2 goes on to the next.
    const isOfOneKey =
      error.level === 'agent' || (error.level === 'client-authentication' && !progress.exhausted);
    if (isOfOneKey) progress.notes.push(error.message);
    else failBy(handshake, error);
  });
  client.on('end', () => failBy(handshake, null));
  client.on('close', () => failBy(handshake, null));
  client.on('handshake', () => {
    progress.negotiated = true;
  });
  client.on('ready', () => {
    void finish(handshake);
  });
}

function begin(handshake: Handshake): void {
  const { client, socket, progress } = handshake;
  try {
    client.connect(configOf(handshake));
    watchGreeting(socket, progress);
  } catch (error) {
    failBy(handshake, error instanceof Error ? error : new Error(String(error)));
  }
}

function configOf(handshake: Handshake): ConnectConfig {
  const { login, socket, options, progress } = handshake;
  return {
    sock: socket,
    username: login.user,
    // Our own timer also covers TCP and the gateway; ssh2's begins only here.
    readyTimeout: 0,
    keepaliveInterval: login.keepaliveMs,
    keepaliveCountMax: 3,
    algorithms: { kex: [...KEY_EXCHANGES], serverHostKey: options.judge.algorithms },
    // Without a verifier ssh2 takes any key. It gets the raw key, since no hostHash is set.
    hostVerifier: (key: Buffer) => verifyHostKey(handshake, key),
    authHandler: (methodsLeft, partialSuccess, next) =>
      authenticate(handshake, methodsLeft, partialSuccess, next),
    debug: (line) => noteDebugLine(progress, line),
  };
}

function verifyHostKey(handshake: Handshake, key: Buffer): boolean {
  const { options, progress } = handshake;
  // The keys of a long connection are exchanged again: by the same server only.
  if (progress.hostKey !== null) return progress.hostKey.equals(key);
  progress.hostKey = key;
  handshake.verdict = options.judge.judge(key);
  return handshake.verdict.accepted;
}

/** Offers the next key. No `none` first: a round trip, and a refusal that counts. */
function authenticate(
  handshake: Handshake,
  methodsLeft: readonly string[] | null,
  partialSuccess: boolean | null,
  next: Parameters<AuthHandlerMiddleware>[2],
): void {
  const { progress, client } = handshake;
  progress.methodsLeft = methodsLeft;
  progress.partialSuccess = partialSuccess === true;
  // Where the server takes no keys (any more), another one would only count as another failure.
  const isHopeless = progress.partialSuccess || (methodsLeft !== null && !methodsLeft.includes('publickey'));
  const offer = isHopeless ? undefined : handshake.queue.shift();
  if (offer !== undefined) {
    progress.offered.push(offer.label);
    next(offer.method);
    return;
  }
  progress.exhausted = true;
  client.end();
  failBy(handshake, null);
}

/** Logged in: a new host key is stored before anything else, and the session begins. */
async function finish(handshake: Handshake): Promise<void> {
  const { client, socket, progress, options, verdict } = handshake;
  const where = hostPort(handshake.login);
  try {
    const warnings = verdict?.accepted === true ? [...verdict.warnings] : [];
    if (verdict?.accepted === true && verdict.isNew && progress.hostKey !== null) {
      warnings.push(...(await options.judge.remember(progress.hostKey)));
    }
    if (handshake.isSettled) return;
    // Its listeners are there before ours stop to matter.
    const session = createSession(where, client, socket, warnings);
    settle(handshake, { ok: true, value: session });
  } catch (error) {
    const message = `cannot store the host key of ${where}`;
    fail(
      handshake,
      error instanceof FleetError ? error : new FleetError('handshake', message, { cause: error }),
    );
  }
}
