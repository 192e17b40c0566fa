import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login } from '../model/target.ts';
import type { Trail } from '../model/trail.ts';
import type { Budget } from './budget.ts';
import { plainCarrier } from './carrier.ts';
import { type Dial, forward, gatewayLost } from './forwarding.ts';
import type { Place } from './gateway-pool.ts';
import { type GatewayPipe, openGatewayPipe } from './gateway-pipe.ts';
import type { GatewayAccess } from './gateway-sessions.ts';
import type { Session } from './ssh-session.ts';
import { toldByCommand } from './way-seen.ts';

/** What it takes to go through a gateway. */
export interface RouteSettings {
  /** Opens the sled's own session over what `dial` yields. */
  readonly openSession: (via: Gateway, dial: Dial) => Promise<Session>;
  /** The sled's, for all its gateways together. */
  readonly budget: Budget;
  readonly signal: AbortSignal;
  readonly trail: Trail;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

/** A sled's session, and the connection to the gateway that carries it. */
export interface Behind {
  readonly session: Session;
  readonly over: Session;
}

/** Opens a sled's session through a gateway that stands, by the way that the gateway has. */
export async function openBehind(
  access: GatewayAccess,
  via: Gateway,
  login: Login,
  settings: RouteSettings,
): Promise<Behind> {
  if (via.via === 'exec') return openPiped(access, via, login, settings);
  if (via.via === 'auto' && access.prohibitsForwarding) {
    return openPipedInstead(access, via, login, settings);
  }
  try {
    return await openForwarded(access, via, login, settings);
  } catch (error) {
    const isProhibited = error instanceof FleetError && error.code === 'forwarding_refused';
    if (via.via === 'forward' || !isProhibited || settings.signal.aborted) throw error;
    access.prohibitsForwarding = true;
    return openPipedInstead(access, via, login, settings);
  }
}

async function openForwarded(
  access: GatewayAccess,
  via: Gateway,
  login: Login,
  { openSession, signal, trail, elapsed }: RouteSettings,
): Promise<Behind> {
  const over = await access.session();
  const dial: Dial = async (budget, aborted) => {
    trail.see({ step: 'pipe', result: 'none', ms: null, said: 'none: the gateway forwards' });
    const startMs = elapsed();
    const attempt = await forward(over, login, { timeoutMs: budget.remainingMs(), signal: aborted });
    const ms = elapsed() - startMs;
    if (attempt.ok) trail.see({ step: 'tcp', result: 'ok', ms, said: 'forwarded by the gateway' });
    else trail.see({ step: 'tcp', result: 'failed', ms, said: '', error: attempt.error });
    return attempt.ok ? { ok: true, value: plainCarrier(attempt.value) } : attempt;
  };
  return { session: await orLost(over, signal, () => openSession(via, dial)), over };
}

/** A gateway that allows no forwarding: where a command does not lead there either, both are said. */
async function openPipedInstead(
  access: GatewayAccess,
  via: Gateway,
  login: Login,
  settings: RouteSettings,
): Promise<Behind> {
  try {
    return await openPiped(access, via, login, settings);
  } catch (error) {
    if (!(error instanceof FleetError) || error.code !== 'pipe') throw error;
    const message = `gateway ${hostPort(via)} does not allow forwarding (AllowTcpForwarding, PermitOpen in its sshd_config), nor does a command on it lead to ${hostPort(login)}`;
    throw new FleetError('forwarding_refused', message, { cause: error });
  }
}

/** The place is taken before the handshake has its turn: a further connection to the gateway needs one too. */
async function openPiped(
  access: GatewayAccess,
  via: Gateway,
  login: Login,
  settings: RouteSettings,
): Promise<Behind> {
  for (;;) {
    const place = await access.place(
      settings.signal,
      `before a command on gateway ${hostPort(via)} was started`,
    );
    const behind = await openInPlace(place, via, login, settings);
    if (behind !== 'no place') return behind;
  }
}

async function openInPlace(
  place: Place,
  via: Gateway,
  login: Login,
  { openSession, signal, trail, elapsed }: RouteSettings,
): Promise<Behind | 'no place'> {
  const over = place.session;
  const pipes: GatewayPipe[] = [];
  let isRefused = false;
  const dial: Dial = async (budget, aborted) => {
    pipes.at(-1)?.close();
    const limits = { timeoutMs: budget.remainingMs(), signal: aborted };
    const startMs = elapsed();
    const attempt = await openGatewayPipe(over, via, login, limits);
    const ms = elapsed() - startMs;
    for (const seen of toldByCommand(
      login,
      via.command === null ? "the gateway's nc" : "the gateway's command",
    )) {
      trail.see(seen.step === 'pipe' ? { ...seen, ms } : seen);
    }
    if (!attempt.ok) {
      trail.see({ step: 'pipe', result: 'failed', ms, said: '', error: attempt.error });
      isRefused = attempt.noRoom === true;
      return attempt;
    }
    pipes.push(attempt.value);
    return { ok: true, value: attempt.value.carrier };
  };
  const leave = (): void => {
    for (const pipe of pipes) pipe.close();
    place.leaveAfter(Promise.all(pipes.map(({ gone }) => gone)));
  };
  try {
    const session = await orLost(over, signal, () => openSession(via, dial));
    session.onLost(leave);
    return { session, over };
  } catch (error) {
    if (isRefused && over.lost() === null) {
      if (!place.leaveRefused()) return 'no place';
    } else leave();
    throw error;
  }
}

/** A failure of what goes over a gateway that was lost meanwhile is the gateway's. */
async function orLost<T>(over: Session, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const lost = over.lost();
    if (lost === null || signal.aborted) throw error;
    throw gatewayLost(over.where, lost);
  }
}
