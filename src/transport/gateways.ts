import { FleetError, describeError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login, Target } from '../model/target.ts';
import { openBehind, type RouteSettings } from './behind-gateway.ts';
import { gatewayLost } from './forwarding.ts';
import type { GatewayAccess, GatewaySessions } from './gateway-sessions.ts';
import type { Session } from './ssh-session.ts';
import { untilAborted } from './waiting.ts';
import { gatewaySeen, toldByGateway } from './way-seen.ts';

/** A sled's session and the gateway that carries it. */
export interface Route {
  readonly session: Session;
  readonly via: Gateway;
  readonly warnings: readonly string[];
}

export interface GatewayRouteSettings extends RouteSettings {
  readonly gateways: GatewaySessions;
  /** Hears what concerns every sled behind a gateway. */
  readonly onWarning: (message: string) => void;
}

interface Failure {
  readonly gateway: Gateway;
  readonly error: FleetError;
}

/** Tries the gateways in order, until one leads to the host or the host itself has refused. */
export async function connectThrough(
  { login, gateways }: Pick<Target, 'login' | 'gateways'>,
  settings: GatewayRouteSettings,
): Promise<Route> {
  const failures: Failure[] = [];
  for (const seen of toldByGateway(login)) settings.trail.see(seen);
  for (const gateway of inOrder(gateways, settings.gateways)) {
    try {
      const route = await connectThroughOne(login, gateway, settings, failures);
      const passed = failures.map((failure) => passedOver(failure, login, settings));
      return { ...route, warnings: [...passed, ...route.warnings] };
    } catch (error) {
      if (!(error instanceof FleetError) || settings.signal.aborted || !isOfGateway(error)) throw error;
      failures.push({ gateway, error });
      if (settings.budget.remainingMs() === 0) break;
    }
  }
  throw noGateway(login, failures);
}

/** In the order of the inventory; one whose connection broke in this run goes last. */
function inOrder(gateways: readonly Gateway[], sessions: GatewaySessions): readonly Gateway[] {
  const isLost = (gateway: Gateway): boolean => sessions.accessTo(gateway).hasBeenLost;
  return [...gateways.filter((each) => !isLost(each)), ...gateways.filter(isLost)];
}

async function connectThroughOne(
  login: Login,
  via: Gateway,
  settings: GatewayRouteSettings,
  failures: readonly Failure[],
): Promise<Route> {
  const { trail, elapsed } = settings;
  const access = settings.gateways.accessTo(via);
  const startMs = elapsed();
  const gateway = await openGateway(via, access, settings).catch((error: unknown) => {
    if (error instanceof FleetError) {
      trail.see({ step: 'gateway', result: 'failed', ms: elapsed() - startMs, said: '', error });
    }
    throw error;
  });
  // What one said of the sled is not its own fault.
  const tried = (ofRoute: boolean): readonly string[] =>
    failures.filter(({ error }) => isOfRoute(error) === ofRoute).map(({ gateway: other }) => hostPort(other));
  const others = { unled: tried(true), passed: tried(false) };
  trail.see(gatewaySeen(via, elapsed() - startMs, access.way(), others));
  const { session, over } = await openBehind(access, via, login, settings);
  // Every sled behind a lost gateway fails at once, and says why.
  const stop = over.onLost((reason) => session.drop(gatewayLost(over.where, reason)));
  session.onLost(stop);
  return { session, via, warnings: [...gateway.warnings, ...session.warnings] };
}

async function openGateway(
  via: Gateway,
  access: GatewayAccess,
  { signal }: GatewayRouteSettings,
): Promise<Session> {
  const where = hostPort(via);
  try {
    return await untilAborted(access.session(), signal, `while connecting to gateway ${where}`);
  } catch (error) {
    if (signal.aborted) throw error;
    // No other gateway takes its place: a person must look at whoever shows another key.
    const isForged =
      error instanceof FleetError && (error.code === 'host_key_changed' || error.code === 'host_key_revoked');
    if (isForged) {
      // Where it is one before it, that one is said as the cause.
      const isItself = !(error.cause instanceof FleetError);
      const fault = isItself ? 'cannot be trusted' : 'cannot be used';
      const message = `gateway ${where} ${fault}, and no sled is visited through it or through another instead`;
      throw new FleetError(error.code, message, { cause: error });
    }
    throw new FleetError('gateway', `gateway ${where} cannot be used`, { cause: error });
  }
}

/** Without the sled's address, so that all sleds that passed it over for one reason are one warning. */
function passedOver({ gateway, error }: Failure, login: Login, { onWarning }: GatewayRouteSettings): string {
  const reason = describeError(error).replaceAll(hostPort(login), 'the sled');
  const warning = `gateway ${hostPort(gateway)} was skipped: ${reason}`;
  if (!isOfRoute(error)) onWarning(warning);
  return warning;
}

/** What a gateway says of the sled, as opposed to what the sled says. */
function isOfRoute(error: FleetError): boolean {
  return error.code === 'refused' || error.code === 'unreachable' || error.code === 'name_not_found';
}

/** Failures that the next gateway may not share. What the sled itself refuses, it refuses through any. */
function isOfGateway(error: FleetError): boolean {
  return ['gateway', 'forwarding_refused', 'pipe'].includes(error.code) || isOfRoute(error);
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
