import { FleetError, describeError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login, Target } from '../model/target.ts';
import { type Dial, forward, gatewayLost } from './forwarding.ts';
import type { Session } from './ssh-session.ts';
import { type Budget, createBudget, untilAborted } from './waiting.ts';

/** Connections to gateways: one for all sleds behind it, opened at the first need. */
export interface Gateways {
  /** Tries the target's gateways in order; `sledSession` opens the sled's own session over what `dial` yields. */
  connectThrough(target: Target, signal: AbortSignal, sledSession: SledSession): Promise<Route>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** A sled's session and the gateway that carries it. */
export interface Route {
  readonly session: Session;
  readonly via: Gateway;
  readonly warnings: readonly string[];
}

type SledSession = (
  login: Login,
  via: Gateway,
  dial: Dial,
  budget: Budget,
  signal: AbortSignal,
) => Promise<Session>;

// A gateway that failed is not asked again for each of 32 sleds: it would cost them a timeout each, and a
// refused login too many gets the address banned (PerSourcePenalties).
const retryAfterMs = 15_000;
const retryAfterRefusalMs = 60_000;

export function createGateways(
  openGateway: (gateway: Gateway, signal: AbortSignal) => Promise<Session>,
): Gateways {
  const sessions = new Map<string, Promise<Session>>();
  const forgetting = new Set<NodeJS.Timeout>();
  const closing = new AbortController();

  function sessionOf(gateway: Gateway): Promise<Session> {
    const key = `${gateway.user}@${hostPort(gateway)}`;
    const known = sessions.get(key);
    if (known !== undefined) return known;
    const session = openGateway(gateway, closing.signal);
    const forget = (): void => {
      if (sessions.get(key) === session) sessions.delete(key);
    };
    sessions.set(key, session);
    session.then(
      (open) => open.onLost(forget),
      (error: unknown) => {
        const isRefusal = error instanceof FleetError && error.code === 'authentication';
        const timer = setTimeout(forget, isRefusal ? retryAfterRefusalMs : retryAfterMs);
        timer.unref();
        forgetting.add(timer);
      },
    );
    return session;
  }

  async function connectThroughOne(
    login: Login,
    via: Gateway,
    budget: Budget,
    signal: AbortSignal,
    sledSession: SledSession,
  ): Promise<Route> {
    const where = hostPort(via);
    let gateway: Session;
    try {
      gateway = await untilAborted(sessionOf(via), signal, `while connecting to gateway ${where}`);
    } catch (error) {
      if (signal.aborted) throw error;
      throw new FleetError('gateway', `gateway ${where} cannot be used`, { cause: error });
    }
    const dial: Dial = (budget, signal) =>
      forward(gateway, login, { timeoutMs: budget.remainingMs(), signal });
    let session: Session;
    try {
      session = await sledSession(login, via, dial, budget, signal);
    } catch (error) {
      const lost = gateway.lost();
      if (lost === null || signal.aborted) throw error;
      throw gatewayLost(where, lost);
    }
    // Every sled behind a lost gateway fails at once, and says why.
    const stop = gateway.onLost((reason) => session.drop(gatewayLost(where, reason)));
    session.onLost(stop);
    return { session, via, warnings: [...gateway.warnings, ...session.warnings] };
  }

  return {
    async connectThrough({ login, gateways }, signal, sledSession) {
      const budget = createBudget(login.connectTimeoutMs);
      const failures: { readonly gateway: Gateway; readonly error: FleetError }[] = [];
      for (const gateway of gateways) {
        try {
          const route = await connectThroughOne(login, gateway, budget, signal, sledSession);
          const warnings = failures.map(
            (failure) =>
              `gateway ${hostPort(failure.gateway)} was passed over: ${describeError(failure.error)}`,
          );
          return { ...route, warnings: [...warnings, ...route.warnings] };
        } catch (error) {
          if (!(error instanceof FleetError) || signal.aborted || !isOfGateway(error)) throw error;
          failures.push({ gateway, error });
          if (budget.remainingMs() === 0) break;
        }
      }
      throw noGateway(login, failures);
    },
    async close() {
      closing.abort();
      for (const timer of forgetting) clearTimeout(timer);
      const all = [...sessions.values()];
      sessions.clear();
      await Promise.all(
        all.map((session) =>
          session.then(
            (open) => open.end(),
            () => {},
          ),
        ),
      );
    },
  };
}

/** What a gateway says of the sled, as opposed to what the sled says. */
function isOfRoute(error: FleetError): boolean {
  return error.code === 'refused' || error.code === 'unreachable' || error.code === 'name_not_found';
}

/** Failures that the next gateway may not share. What the sled itself refuses, it refuses through any. */
function isOfGateway(error: FleetError): boolean {
  return error.code === 'gateway' || error.code === 'forwarding_refused' || isOfRoute(error);
}

function noGateway(
  login: Login,
  failures: readonly { readonly gateway: Gateway; readonly error: FleetError }[],
): FleetError {
  // What one gateway says of the sled tells more than that another one is down.
  const ofSled = failures.find(({ error }) => isOfRoute(error));
  if (ofSled !== undefined) return ofSled.error;
  const [first] = failures;
  if (first !== undefined && failures.length === 1) return first.error;
  const codes = new Set(failures.map(({ error }) => error.code));
  const code = codes.size === 1 && first !== undefined ? first.error.code : 'gateway';
  const reasons = failures.map(({ error }) => describeError(error)).join('; ');
  return new FleetError(code, `none of ${failures.length} gateways leads to ${hostPort(login)}: ${reasons}`);
}
