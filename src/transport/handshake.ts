import type { AuthHandlerMiddleware, Client, ConnectConfig } from 'ssh2';
import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import { authenticationError } from './authentication-error.ts';
import type { Carrier } from './carrier.ts';
import { type Countdown, startCountdown } from './countdown.ts';
import { handshakeError, handshakeTimeout } from './handshake-error.ts';
import type { HostKeyJudge } from '../trust/host-keys.ts';
import { type HandshakeProgress, noteDebugLine, watchGreeting } from './handshake-progress.ts';
import type { LoginTrial, TrialEnd, TrialPass } from './login-trials.ts';
import type { Offers } from './offers.ts';
import { type Session, createSession } from './ssh-session.ts';
import type { Attempt } from './socket.ts';
import type { Ssh2 } from './ssh-library.ts';
import { interruption, onAbort } from './waiting.ts';
import { writeTogether } from './write-together.ts';

// Those on a curve first: group exchange can hold up the event loop for seconds. Of these P-256: it costs half of what
// curve25519 does, for which ssh2 encodes keys and has them read again. SHA-1 methods stay out.
const KEY_EXCHANGES = [
  'ecdh-sha2-nistp256',
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
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
  readonly offers: Offers;
  /** What is offered is tried on others too; null where it is not. */
  readonly trial: LoginTrial | null;
  readonly timeoutMs: number;
  readonly totalMs: number;
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** An error names both sides' algorithms; ssh2 tells them at a price for each packet. */
  readonly wantsLists: boolean;
  /** Filled in as it goes on. */
  readonly progress: HandshakeProgress;
}

/** One try to log in, until its promise is settled. */
interface Handshake {
  readonly login: Login;
  readonly carrier: Carrier;
  readonly client: Client;
  readonly options: HandshakeOptions;
  readonly progress: HandshakeProgress;
  readonly countdown: Countdown;
  readonly resolve: (attempt: Attempt<Session>) => void;
  /** What ends when it is settled. */
  readonly releases: (() => void)[];
  /** To be left when it is settled. */
  pass: TrialPass | null;
  isSettled: boolean;
}

/** Speaks SSH over what carries it: key exchange, host key, authentication. The carrier ends with a failure. */
export function shakeHands(
  login: Login,
  carrier: Carrier,
  options: HandshakeOptions,
): Promise<Attempt<Session>> {
  return new Promise((resolve) => {
    const { progress } = options;
    const countdown = startCountdown(options.timeoutMs, options.elapsed, () => {
      fail(handshake, handshakeTimeout(hostPort(login), options.totalMs, progress));
    });
    const handshake: Handshake = {
      login,
      carrier,
      client: new options.ssh2.Client(),
      options,
      progress,
      countdown,
      resolve,
      releases: [() => countdown.stop()],
      pass: null,
      isSettled: false,
    };
    const onInterrupt = (): void => fail(handshake, interruption(`while connecting to ${hostPort(login)}`));
    handshake.releases.push(onAbort(options.signal, onInterrupt));
    if (handshake.isSettled) return;
    listen(handshake);
    begin(handshake);
  });
}

function settle(handshake: Handshake, attempt: Attempt<Session>): void {
  if (handshake.isSettled) return;
  handshake.isSettled = true;
  for (const stop of handshake.releases) stop();
  handshake.pass?.leave(trialEndOf(handshake, attempt));
  if (!attempt.ok) handshake.carrier.stream.destroy();
  handshake.resolve(attempt);
}

function trialEndOf({ progress }: Handshake, attempt: Attempt<Session>): TrialEnd {
  if (attempt.ok) return 'accepted';
  const { verdict } = progress;
  // With its old host key it has forgotten whom to let in: what it refuses, others may take.
  if (verdict?.accepted === true && verdict.isChanged) return 'unknown';
  return attempt.error.code === 'authentication' && !progress.partialSuccess ? 'refused' : 'unknown';
}

function fail(handshake: Handshake, error: FleetError): void {
  settle(handshake, { ok: false, error, turnedAway: false });
}

/** Fails for what ssh2 says; a host key that was refused is the reason for all that comes after it. */
function failBy(handshake: Handshake, error: Error | null): void {
  const { login, options, progress } = handshake;
  // Each of them is said again at the end of every connection: an error costs a look at the stack.
  if (handshake.isSettled) return;
  const { verdict } = progress;
  if (verdict?.accepted === false) {
    fail(handshake, verdict.error);
    return;
  }
  if (progress.negotiated) {
    fail(handshake, authenticationError(login, options.offers.identities(), progress, error));
    return;
  }
  settle(handshake, { ok: false, ...handshakeError(hostPort(login), progress, error) });
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
  client.on('handshake', ({ kex, serverHostKey, cs }) => {
    const isFirst = !progress.negotiated;
    progress.at.negotiated ??= progress.elapsed();
    progress.negotiated = true;
    progress.agreed = [kex, serverHostKey, cs.cipher].join(', ');
    const { onProved } = handshake.options.judge;
    const enough = isFirst && progress.hostKey !== null ? onProved?.(progress.hostKey) : null;
    if (enough !== null && enough !== undefined) fail(handshake, enough);
  });
  client.on('ready', () => {
    void finish(handshake);
  });
}

function begin(handshake: Handshake): void {
  const { client, carrier, progress } = handshake;
  try {
    writeTogether(carrier.stream);
    client.connect(configOf(handshake));
    watchGreeting(carrier.stream, progress);
  } catch (error) {
    failBy(handshake, error instanceof Error ? error : new Error(String(error)));
  }
}

function configOf(handshake: Handshake): ConnectConfig {
  const { login, carrier, options, progress } = handshake;
  return {
    sock: carrier.stream,
    username: login.user,
    // Our own timer also covers TCP and the gateway; ssh2's begins only here.
    readyTimeout: 0,
    keepaliveInterval: login.keepaliveMs,
    keepaliveCountMax: login.keepaliveCount,
    algorithms: { kex: [...KEY_EXCHANGES], serverHostKey: options.judge.algorithms },
    // Without a verifier ssh2 takes any key. It gets the raw key, since no hostHash is set.
    hostVerifier: (key: Buffer, verify: (isAccepted: boolean) => void) =>
      verifyHostKey(handshake, key, verify),
    authHandler: (methodsLeft, partialSuccess, next) => {
      void authenticate(handshake, methodsLeft, partialSuccess, next);
    },
    ...(options.wantsLists ? { debug: (line: string) => noteDebugLine(progress, line) } : {}),
  };
}

/** True, false, or undefined where `verify` is called later: no key is refused that was stored a moment ago. */
function verifyHostKey(
  handshake: Handshake,
  key: Buffer,
  verify: (isAccepted: boolean) => void,
): boolean | undefined {
  const { options, progress } = handshake;
  // The keys of a long connection are exchanged again: by the same server only.
  if (progress.hostKey !== null) return progress.hostKey.equals(key);
  progress.hostKey = key;
  progress.at.hostKey = progress.elapsed();
  progress.verdict = options.judge.judge(key);
  if (progress.verdict.accepted) return true;
  void verifyAnew(handshake, key, verify);
  return undefined;
}

async function verifyAnew(
  handshake: Handshake,
  key: Buffer,
  verify: (isAccepted: boolean) => void,
): Promise<void> {
  try {
    const verdict = await handshake.options.judge.judgeAnew(key);
    handshake.progress.verdict = verdict;
    verify(verdict.accepted);
  } catch (error) {
    fail(handshake, asFleetError(error, 'the known_hosts files cannot be read'));
  }
}

/** Offers the next thing. The time that we need to find it is not the server's. */
async function authenticate(
  handshake: Handshake,
  methodsLeft: readonly string[] | null,
  partialSuccess: boolean | null,
  next: Parameters<AuthHandlerMiddleware>[2],
): Promise<void> {
  const { progress, client, countdown, options } = handshake;
  progress.methodsLeft = methodsLeft;
  progress.partialSuccess = partialSuccess === true;
  try {
    // What the server wants beyond a key cannot be given.
    const offer = progress.partialSuccess
      ? null
      : await countdown.outside(() => options.offers.next(methodsLeft));
    const isOfNone = offer?.method.type === 'none';
    if (offer !== null && !isOfNone) await enterTrial(handshake);
    if (handshake.isSettled) return;
    if (offer !== null) {
      progress.isOfNone = isOfNone;
      if (!isOfNone) progress.offered.push(offer.label);
      next(offer.method);
      return;
    }
  } catch (error) {
    fail(handshake, asFleetError(error, `the keys for ${hostPort(handshake.login)} are not available`));
    return;
  }
  progress.exhausted = true;
  client.end();
  failBy(handshake, null);
}

/** Waits for the sleds that try the same, and gives up where they were refused. */
async function enterTrial(handshake: Handshake): Promise<void> {
  const { countdown, options } = handshake;
  if (handshake.pass !== null || options.trial === null) return;
  const { trial, signal } = options;
  const pass = await countdown.outside(() => trial.enter(signal));
  if (handshake.isSettled) pass.leave('unknown');
  else handshake.pass = pass;
}

/** Logged in: a new host key is stored before anything else, and the session begins. */
async function finish(handshake: Handshake): Promise<void> {
  const { client, carrier, progress, options, login } = handshake;
  const { verdict } = progress;
  const where = hostPort(login);
  try {
    const warnings = verdict?.accepted === true ? [...verdict.warnings] : [];
    if (progress.isOfNone && !login.auth.includes('none')) warnings.push(letsAnybodyIn(login));
    if (verdict?.accepted === true && verdict.isNew && progress.hostKey !== null) {
      warnings.push(...(await options.judge.remember(progress.hostKey)));
    }
    if (handshake.isSettled) return;
    // Its listeners are there before ours stop to matter.
    const session = createSession(where, client, carrier, warnings);
    settle(handshake, { ok: true, value: session });
  } catch (error) {
    fail(handshake, asFleetError(error, `cannot store the host key of ${where}`));
  }
}

/** Without an address, so that a rack of such sleds is one warning. */
function letsAnybodyIn({ user }: Login): string {
  return `whoever reaches it is ${user} there, without a key or a password (SSH's method none); if that is intended, name none under auth in the inventory`;
}

function asFleetError(error: unknown, message: string): FleetError {
  return error instanceof FleetError ? error : new FleetError('handshake', message, { cause: error });
}
