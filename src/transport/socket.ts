import { type Socket, connect } from 'node:net';
import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import type { Trail } from '../model/trail.ts';
import { interruption, onAbort } from './waiting.ts';
import { addressKind } from './way-seen.ts';

/** A try that failed. */
export interface Failure {
  readonly ok: false;
  readonly error: FleetError;
  /** It may be repeated: the other end closed the connection before it said anything that matters. */
  readonly turnedAway: boolean;
  /** An sshd spoke before the connection was closed: what carried it does lead to one. */
  readonly heardHost?: boolean;
  /** The two sides share no algorithm of a kind. */
  readonly hasNoMatch?: boolean;
}

/** What became of a try that may be repeated if the server only had too many logins at once. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | Failure;

export interface SocketOptions {
  readonly timeoutMs: number;
  readonly totalMs: number;
  readonly signal: AbortSignal;
  readonly trail: Trail;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

/** Opens a TCP connection, with Nagle's algorithm off: with it a handshake on loopback takes 50-400 ms. */
export function openSocket(login: Login, options: SocketOptions): Promise<Attempt<Socket>> {
  return new Promise((resolve) => {
    // An attempt at one address of several ends after 250 ms by default, which a slow link needs for itself.
    const socket = connect({
      host: login.host,
      port: login.port,
      noDelay: true,
      autoSelectFamilyAttemptTimeout: 1_500,
    });
    let stopListening = (): void => {};
    let isSettled = false;
    const seeSteps = watchSteps(login, socket, options);
    const finish = (attempt: Attempt<Socket>): void => {
      if (!isSettled) seeSteps(attempt);
      isSettled = true;
      clearTimeout(timer);
      stopListening();
      if (!attempt.ok) socket.destroy();
      resolve(attempt);
    };
    const fail = (error: FleetError, turnedAway = false): void => finish({ ok: false, error, turnedAway });
    const timer = setTimeout(() => fail(connectTimeout(login, options.totalMs)), options.timeoutMs);
    stopListening = onAbort(options.signal, () =>
      fail(interruption(`while connecting to ${hostPort(login)}`)),
    );
    // It stays for the life of the socket: an error without a listener ends the process.
    socket.on('error', (error) => fail(socketError(login, error), codeOf(error) === 'ECONNRESET'));
    socket.on('connect', () => finish({ ok: true, value: socket }));
  });
}

/** Tells the trail how name, address and connection came out, once that is known. */
function watchSteps(
  login: Login,
  socket: Socket,
  { trail, elapsed }: SocketOptions,
): (attempt: Attempt<Socket>) => void {
  const startMs = elapsed();
  let foundMs: number | null = null;
  const isName = addressKind(login) === 'a name';
  socket.once('lookup', (error) => {
    if (error === null) foundMs = elapsed();
  });
  return (attempt) => {
    const nowMs = elapsed();
    if (isName && foundMs === null && !attempt.ok) {
      trail.see({ step: 'name', result: 'failed', ms: nowMs - startMs, said: '', error: attempt.error });
      return;
    }
    const nameMs = isName ? (foundMs ?? nowMs) - startMs : null;
    if (isName) trail.see({ step: 'name', result: 'ok', ms: nameMs, said: 'found', details: login.host });
    else trail.see({ step: 'name', result: 'none', ms: null, said: 'not needed: an address' });
    const host = socket.remoteAddress ?? login.host;
    const details = hostPort({ host, port: login.port });
    trail.see({ step: 'address', result: 'ok', ms: null, said: addressKind({ host }), details });
    const ms = nowMs - startMs - (nameMs ?? 0);
    if (attempt.ok) trail.see({ step: 'tcp', result: 'ok', ms, said: 'connected' });
    else trail.see({ step: 'tcp', result: 'failed', ms, said: '', error: attempt.error });
  };
}

function connectTimeout(login: Login, totalMs: number): FleetError {
  return new FleetError(
    'timeout',
    `${hostPort(login)} did not accept a TCP connection within ${totalMs / 1000} s; check that it is powered on and that the route and the firewall let you through`,
  );
}

function socketError(login: Login, error: Error): FleetError {
  const where = hostPort(login);
  const options = { cause: error };
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return new FleetError(
        'refused',
        `${where} refused the connection; check that sshd runs there and that the port is right`,
        options,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return new FleetError(
        'name_not_found',
        `the name ${login.host} is not known; check its spelling and your resolver, or give the address`,
        options,
      );
    case 'ETIMEDOUT':
      return new FleetError(
        'timeout',
        `${where} does not answer; check that it is powered on and that the route and the firewall let you through`,
        options,
      );
    case 'ECONNRESET':
    case 'EPIPE':
      return new FleetError(
        'handshake',
        `${where} dropped the connection at once; try again, with fewer connections at a time`,
        options,
      );
    case 'EMFILE':
    case 'ENFILE':
      return new FleetError(
        'unreachable',
        `no file descriptor is left for ${where}; raise the limit (ulimit -n) or visit fewer sleds at a time`,
        options,
      );
    default:
      return new FleetError(
        'unreachable',
        `${where} cannot be reached; ${linkLocalAdvice(login.host) ?? 'check the address and your route to it'}`,
        options,
      );
  }
}

/** Such an address means nothing without the interface that it is on. */
function linkLocalAdvice(host: string): string | null {
  if (!/^fe[89ab][0-9a-f]:/i.test(host)) return null;
  const [address, zone] = host.split('%');
  return zone === undefined
    ? `a link-local address needs its interface, such as ${address}%eth0`
    : `check that this machine has the interface ${zone}, and what is on it`;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
