import { FleetError, describeError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login, Target } from '../model/target.ts';
import type { Budget } from './budget.ts';
import { type Dial, forward, gatewayLost } from './forwarding.ts';
import type { GatewaySessions } from './gateway-sessions.ts';
import type { Session } from './ssh-session.ts';
import { untilAborted } from './waiting.ts';

/** A sled's session and the gateway that carries it. */
export interface Route {
  readonly session: Session;
  readonly via: Gateway;
  readonly warnings: readonly string[];
}

/** What it takes to go through a gateway. */
export interface RouteSettings {
  readonly gateways: GatewaySessions;
  /** Opens the sled's own session over what `dial` yields. */
  readonly openSession: (via: Gateway, dial: Dial) => Promise<Session>;
  /** The sled's, for all its gateways together. */
  readonly budget: Budget;
  readonly signal: AbortSignal;
}

interface Failure {
  readonly gateway: Gateway;
  readonly error: FleetError;
}

/** Tries the target's gateways in order, until one leads to it or the sled itself has refused. */
export async function connectThrough({ login, gateways }: Target, settings: RouteSettings): Promise<Route> {
  const failures: Failure[] = [];
  for (const gateway of gateways) {
    try {
      const route = await connectThroughOne(login, gateway, settings);
      return { ...route, warnings: [...failures.map(passedOver), ...route.warnings] };
    } catch (error) {
      if (!(error instanceof FleetError) || settings.signal.aborted || !isOfGateway(error)) throw error;
      failures.push({ gateway, error });
      if (settings.budget.remainingMs() === 0) break;
    }
  }
  throw noGateway(login, failures);
}

async function connectThroughOne(login: Login, via: Gateway, settings: RouteSettings): Promise<Route> {
  const gateway = await openGateway(via, settings);
  const session = await openBehind(gateway, login, via, settings);
  // Every sled behind a lost gateway fails at once, and says why.
  const stop = gateway.onLost((reason) => session.drop(gatewayLost(gateway.where, reason)));
  session.onLost(stop);
  return { session, via, warnings: [...gateway.warnings, ...session.warnings] };
}

async function openGateway(via: Gateway, { gateways, signal }: RouteSettings): Promise<Session> {
  const where = hostPort(via);
  try {
    return await untilAborted(gateways.sessionOf(via), signal, `while connecting to gateway ${where}`);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new FleetError('gateway', `gateway ${where} cannot be used`, { cause: error });
  }
}

async function openBehind(
  gateway: Session,
  login: Login,
  via: Gateway,
  { openSession, signal }: RouteSettings,
): Promise<Session> {
  try {
    return await openSession(via, (budget, aborted) =>
      forward(gateway, login, { timeoutMs: budget.remainingMs(), signal: aborted }),
    );
  } catch (error) {
    const lost = gateway.lost();
    if (lost === null || signal.aborted) throw error;
    throw gatewayLost(gateway.where, lost);
  }
}

function passedOver({ gateway, error }: Failure): string {
  return `gateway ${hostPort(gateway)} was passed over: ${describeError(error)}`;
}

/** What a gateway says of the sled, as opposed to what the sled says. */
function isOfRoute(error: FleetError): boolean {
  return error.code === 'refused' || error.code === 'unreachable' || error.code === 'name_not_found';
}

/** Failures that the next gateway may not share. What the sled itself refuses, it refuses through any. */
function isOfGateway(error: FleetError): boolean {
  return error.code === 'gateway' || error.code === 'forwarding_refused' || isOfRoute(error);
}

function noGateway(login: Login, failures: readonly Failure[]): FleetError {
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
