import pLimit, { type LimitFunction } from 'p-limit';
import { describeError, type FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login, Target } from '../model/target.ts';
import { NO_TRAIL, type Trail } from '../model/trail.ts';
import type { Transport } from '../model/transport.ts';
import { type Budget, createBudget } from './budget.ts';
import type { Dial } from './forwarding.ts';
import { plainCarrier } from './carrier.ts';
import { keepaliveOf } from './gateway-keepalive.ts';
import { createGatewaySessions } from './gateway-sessions.ts';
import { connectThrough, type Route } from './gateways.ts';
import { shakeHands } from './handshake.ts';
import { startOfProgress } from './handshake-progress.ts';
import { handshakeSteps } from './handshake-steps.ts';
import { nameOfGateway, nameOfSled, type HostName } from '../trust/host-name.ts';
import { createHostKeys, type HostKeys } from '../trust/host-keys.ts';
import type { PassphraseFor } from './key-file.ts';
import { type KeyRing, createKeyRing } from './key-ring.ts';
import { createBeats } from './beats.ts';
import { createLocalPipes, type LocalPipes } from './local-pipe.ts';
import { createSledConnection } from './sled-connection.ts';
import { createOffers } from './offers.ts';
import { toldByCommand } from './way-seen.ts';
import { createLoginTrials, FEW_FAILURES, type LoginTrials } from './login-trials.ts';
import type { Session } from './ssh-session.ts';
import { type Attempt, openSocket } from './socket.ts';
import { type Ssh2, loadSsh2 } from './ssh-library.ts';
import { MOST_TRIES, pauseAfter } from './tries.ts';
import { inTurn, pause, untilAborted } from './waiting.ts';

export interface TransportOptions {
  /** Handshakes under way at a time: each costs CPU on both sides. An open connection is not counted. */
  readonly handshakesAtOnce: number;
  /** Asked once for each encrypted key; absent means that there are no passphrases. */
  readonly passphraseFor?: PassphraseFor;
  /** Logins with the same credentials behind a gateway that may be refused before the rest is not tried. */
  readonly maxAuthFailures?: number;
  /** Monotonic milliseconds, by which the time to connect is measured. */
  readonly elapsed: () => number;
  /** From 0 up to 1, for the waits between tries. */
  readonly random: () => number;
  /** What is known of host keys; absent: what the files say that a login names. */
  readonly hostKeys?: HostKeys;
  /** The time of day, by which a key is said to be stored. */
  readonly now: () => Date;
  /** Called when the library is loaded, before the first connection. */
  readonly onLoaded?: () => void;
  /** Hears of things that concern the whole run and no single sled, such as a key that others can read. */
  readonly onWarning?: (message: string) => void;
  /** A trail tells both sides' algorithms, at a price for each packet. */
  readonly tellsAlgorithms?: boolean;
}

// Each may be a login of its own to one jump host, whose sshd drops some of more than 10 (MaxStartups).
const PIPE_HANDSHAKES = 8;

/** A host, and the gateways that lead to it. */
type Way = Pick<Target, 'login' | 'gateways'>;

/** What is loaded at the first connect: `--help` need not pay for it. */
interface Loaded {
  readonly ssh2: Ssh2;
  readonly keyRing: KeyRing;
}

/** One login that is under way. */
interface Try {
  readonly login: Login;
  readonly host: HostName;
  /** The gateway that it goes through. */
  readonly via: Gateway | null;
  readonly dial: Dial;
  readonly budget: Budget;
  readonly signal: AbortSignal;
  readonly trail: Trail;
}

/** What all logins of a transport share. */
interface Shared {
  readonly options: TransportOptions;
  /** Handshakes that are under way, and those of them that go through a command here. */
  readonly gate: LimitFunction;
  readonly pipeGate: LimitFunction;
  readonly hostKeys: HostKeys;
  readonly trials: LoginTrials;
  readonly load: () => Promise<Loaded>;
}

/** A transport over ssh2, which is loaded at the first connect. */
export function createTransport(options: TransportOptions): Transport {
  const { onWarning = () => {} } = options;
  const beats = createBeats();
  const shared: Shared = {
    options,
    gate: pLimit(options.handshakesAtOnce),
    pipeGate: pLimit(Math.min(options.handshakesAtOnce, PIPE_HANDSHAKES)),
    hostKeys: options.hostKeys ?? createHostKeys(options),
    trials: createLoginTrials(options.maxAuthFailures ?? FEW_FAILURES),
    load: loadOnce(options),
  };
  const budgetFor = (login: Login): Budget => createBudget(login.connectTimeoutMs, options.elapsed);
  const pipes = createLocalPipes();
  const openFromHere = (
    login: Login,
    host: HostName,
    signal: AbortSignal,
    trail: Trail,
  ): Promise<Session> => {
    const dial =
      login.proxyCommand === null ? dialTcp(login, trail, options.elapsed) : dialPipe(login, pipes, trail);
    return openSession(shared, { login, host, via: null, dial, budget: budgetFor(login), signal, trail });
  };
  const openThrough = async (
    target: Way,
    host: HostName,
    signal: AbortSignal,
    trail: Trail,
  ): Promise<Route> => {
    const { login } = target;
    const budget = budgetFor(login);
    return connectThrough(target, {
      gateways,
      openSession: (via, dial) => openSession(shared, { login, host, via, dial, budget, signal, trail }),
      budget,
      signal,
      trail,
      elapsed: options.elapsed,
      onWarning,
    });
  };
  const openHop = async (
    gateway: Gateway,
    host: HostName,
    signal: AbortSignal,
    trail: Trail,
  ): Promise<Session> => {
    if (gateway.behind === null) return openFromHere(gateway, host, signal, trail);
    return (await openThrough({ login: gateway, gateways: [gateway.behind] }, host, signal, trail)).session;
  };
  const gateways = createGatewaySessions({
    open: (gateway, signal, trail) =>
      openGateway(gateway, (each, host) => openHop(each, host, signal, trail), onWarning),
    onLost: (reason) => onWarning(describeError(reason)),
    elapsed: options.elapsed,
  });
  return {
    async connect(target, signal, trail = NO_TRAIL) {
      const { login } = target;
      const host = nameOfSled(target.sled);
      if (target.gateways.length === 0) {
        trail.see({ step: 'gateway', result: 'none', ms: null, said: 'none' });
        const session = await openFromHere(login, host, signal, trail);
        const via = login.proxyCommand === null ? null : 'proxy_command';
        return createSledConnection(session, { via, warnings: session.warnings, beats });
      }
      const { session, via, warnings } = await openThrough(target, host, signal, trail);
      return createSledConnection(session, { via: hostPort(via), warnings, beats });
    },
    async close() {
      await gateways.close();
      await pipes.close();
    },
  };
}

function loadOnce({
  passphraseFor = () => null,
  onWarning = () => {},
  onLoaded = () => {},
}: TransportOptions): Shared['load'] {
  let loading: Promise<Loaded> | undefined;
  return () => {
    loading ??= loadSsh2().then((ssh2) => {
      onLoaded();
      return { ssh2, keyRing: createKeyRing({ ssh2, passphraseFor, onWarning }) };
    });
    return loading;
  };
}

/** One login, with several tries where the server had too many at once (MaxStartups). */
async function openSession(shared: Shared, one: Try): Promise<Session> {
  const { login, budget, signal, trail } = one;
  const { elapsed } = shared.options;
  const what = `while connecting to ${hostPort(login)}`;
  const { ssh2, keyRing } = await untilAborted(shared.load(), signal, what);
  const gate = login.proxyCommand === null ? shared.gate : shared.pipeGate;
  for (let tries = 1; ; tries += 1) {
    const queuedMs = elapsed();
    // The time in the queue is ours, not the server's: it is not taken off the budget.
    const tried = await inTurn(gate, signal, what, () => {
      trail.waited(elapsed() - queuedMs);
      return budget.spend(() => tryOnce(shared, ssh2, keyRing, one));
    });
    if (tried.ok) return tried.value;
    const pauseMs = pauseAfter(tries, shared.options.random);
    if (!tried.turnedAway || tries >= MOST_TRIES || pauseMs >= budget.remainingMs()) throw tried.error;
    await budget.spend(() => pause(pauseMs, signal, what));
  }
}

async function tryOnce(
  shared: Shared,
  ssh2: Ssh2,
  keyRing: KeyRing,
  one: Try,
  wantsLists = shared.options.tellsAlgorithms === true,
): Promise<Attempt<Session>> {
  const { login, host, via, dial, budget, signal, trail } = one;
  const { hostKeys, trials } = shared;
  const { elapsed } = shared.options;
  const judge = await hostKeys.judgeFor(login, host);
  const carrier = await dial(budget, signal);
  if (!carrier.ok) return carrier;
  const timeoutMs = budget.remainingMs();
  const { totalMs } = budget;
  const offers = createOffers(login, (each) => keyRing.identitiesFor(each));
  const trial = via === null ? null : trials.behind(via, login);
  const progress = startOfProgress(elapsed);
  const hands = { ssh2, judge, offers, trial, timeoutMs, totalMs, signal, elapsed, wantsLists, progress };
  const attempt = await shakeHands(login, carrier.value, hands);
  const see = (error: FleetError | null): void => {
    const steps = handshakeSteps(progress, { login, identities: offers.identities(), error });
    for (const step of steps) trail.see(step);
  };
  if (attempt.ok || signal.aborted) {
    see(attempt.ok ? null : attempt.error);
    return attempt;
  }
  if (attempt.hasNoMatch === true && !wantsLists) return tryOnce(shared, ssh2, keyRing, one, true);
  const error = await carrier.value.explain(attempt);
  see(error);
  // What a pipe says of its end is a better reason than that the server closed, unless it did lead to an sshd.
  const isOfHost = attempt.heardHost === true || error === attempt.error;
  return { ...attempt, error, turnedAway: attempt.turnedAway && isOfHost };
}

function dialTcp(login: Login, trail: Trail, elapsed: () => number): Dial {
  return async (budget, signal) => {
    trail.see({ step: 'pipe', result: 'none', ms: null, said: 'none' });
    const limits = { timeoutMs: budget.remainingMs(), totalMs: budget.totalMs, signal, trail, elapsed };
    const attempt = await openSocket(login, limits);
    return attempt.ok ? { ok: true, value: plainCarrier(attempt.value) } : attempt;
  };
}

function dialPipe(login: Login, pipes: LocalPipes, trail: Trail): Dial {
  return async () => {
    for (const seen of toldByCommand(login, 'the proxy_command')) trail.see(seen);
    return { ok: true, value: pipes.open(login) };
  };
}

/** A gateway's warnings concern all the sleds behind it: they are said of the gateway, once. */
async function openGateway(
  gateway: Gateway,
  open: (gateway: Gateway, host: HostName) => Promise<Session>,
  onWarning: (message: string) => void,
): Promise<Session> {
  const login = { ...gateway, keepaliveMs: keepaliveOf(gateway) };
  const session = await open(login, nameOfGateway(gateway));
  const warnings = session.warnings.map((warning) => `gateway ${session.where}: ${warning}`);
  for (const warning of warnings) onWarning(warning);
  return { ...session, warnings };
}
