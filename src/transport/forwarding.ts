import type { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { type ErrorCode, FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import type { Budget } from './budget.ts';
import type { Carrier } from './carrier.ts';
import { printableError } from './foreign-text.ts';
import type { Session } from './ssh-session.ts';
import type { Attempt } from './socket.ts';
import { interruption, onAbort } from './waiting.ts';

/** How a stream to a host's sshd is had. */
export type Dial = (budget: Budget, signal: AbortSignal) => Promise<Attempt<Carrier>>;

/** The error of everything behind a gateway whose connection broke. */
export function gatewayLost(where: string, reason: FleetError): FleetError {
  return new FleetError('gateway', `the connection to gateway ${where} was lost`, { cause: reason });
}

/** A connection from the gateway to the sled's sshd; ssh2 sets it no time limit, so that we do. */
export function forward(
  gateway: Session,
  sled: Login,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Attempt<Duplex>> {
  return new Promise((resolve) => {
    const route = `gateway ${gateway.where}`;
    const listening: (() => void)[] = [];
    let settled = false;
    const settle = (attempt: Attempt<Duplex>): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      for (const stopListening of listening) stopListening();
      resolve(attempt);
    };
    const fail = (error: FleetError): void => settle({ ok: false, error, turnedAway: false });
    const timer = setTimeout(() => {
      const message = `${route} did not connect to ${hostPort(sled)} in time; check that the sled is powered on and that the gateway has a route to it`;
      fail(new FleetError('timeout', message));
    }, options.timeoutMs);
    listening.push(
      onAbort(options.signal, () => {
        fail(interruption(`while connecting to ${hostPort(sled)} through ${route}`));
      }),
      gateway.onLost((reason) => fail(gatewayLost(gateway.where, reason))),
    );
    if (settled) return;
    const onChannel = (error: Error | undefined, channel: ClientChannel): void => {
      if (error !== undefined) {
        const lost = gateway.lost();
        fail(lost === null ? refusal(gateway.where, sled, error) : gatewayLost(gateway.where, lost));
        return;
      }
      // A late error of the channel would end the process without a listener.
      channel.on('error', () => {});
      if (settled) channel.destroy();
      else settle({ ok: true, value: channel });
    };
    try {
      gateway.client.forwardOut('127.0.0.1', 0, sled.host, sled.port, onChannel);
    } catch (error) {
      // ssh2 throws at once when the connection has ended.
      const message = `the connection to gateway ${gateway.where} has ended`;
      fail(new FleetError('gateway', message, { cause: error }));
    }
  });
}

/** The reasons of RFC 4254 section 5.1, in clear text; with "connect failed" sshd sends the system's words. */
function refusal(gateway: string, sled: Login, error: Error & { reason?: unknown }): FleetError {
  const where = hostPort(sled);
  const options = { cause: printableError(error) };
  switch (error.reason) {
    case 1: {
      const message = `gateway ${gateway} does not allow forwarding to ${where}; allow it in the gateway's sshd_config (AllowTcpForwarding yes, PermitOpen) or use another gateway`;
      return new FleetError('forwarding_refused', message, options);
    }
    case 2: {
      const [code, advice] = connectFailure(error.message);
      return new FleetError(code, `gateway ${gateway} cannot connect to ${where}; ${advice}`, options);
    }
    default: {
      const message = `gateway ${gateway} opened no connection to ${where}; try again, or use another gateway`;
      return new FleetError('gateway', message, options);
    }
  }
}

function connectFailure(description: string): readonly [ErrorCode, string] {
  if (/refused/i.test(description))
    return ['refused', 'check that sshd runs there and that the port is right'];
  if (/name|resolve/i.test(description))
    return ['name_not_found', 'give the address as the gateway knows it'];
  return ['unreachable', 'check that the sled is powered on and that the gateway has a route to it'];
}
