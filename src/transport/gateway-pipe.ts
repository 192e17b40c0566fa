import type { ClientChannel } from 'ssh2';
import { type ErrorCode, FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login } from '../model/target.ts';
import type { Carrier } from './carrier.ts';
import { exitStatusOf } from './exit-status.ts';
import { printableError } from './foreign-text.ts';
import { gatewayLost } from './forwarding.ts';
import { pipeCommand, pipeProcess, withoutMark } from './gateway-command.ts';
import { createPipeEnd, type PipeEnd } from './pipe-end.ts';
import type { Attempt } from './socket.ts';
import type { Session } from './ssh-session.ts';
import { interruption, onAbort } from './waiting.ts';

/** A command on a gateway that carries SSH to a sled. */
export interface GatewayPipe {
  readonly carrier: Carrier;
  /** Closes its pipes, and ends a command that does not end with them. */
  close(): void;
  /** Resolves when the command has ended there, after `close`. */
  readonly gone: Promise<void>;
}

/** What became of the request for one; `noRoom` is a gateway that takes no further session on this connection. */
export type PipeAttempt = Attempt<GatewayPipe> & { readonly noRoom?: boolean };

/** How long a command may go on after we have closed its pipes. */
const GRACE_MS = 1_000;
/** How long we wait for the gateway to say that it has ended it. */
const PATIENCE_MS = 2_000;

export function openGatewayPipe(
  gateway: Session,
  via: Gateway,
  sled: Login,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<PipeAttempt> {
  return new Promise((resolve) => {
    const listening: (() => void)[] = [];
    let settled = false;
    const settle = (attempt: PipeAttempt): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      for (const stopListening of listening) stopListening();
      resolve(attempt);
    };
    const fail = (error: FleetError, noRoom = false): void =>
      settle({ ok: false, error, turnedAway: false, noRoom });
    const timer = setTimeout(() => {
      fail(new FleetError('timeout', `gateway ${gateway.where} did not start a command in time`));
    }, options.timeoutMs);
    listening.push(
      onAbort(options.signal, () => fail(interruption(`while connecting to ${hostPort(sled)}`))),
      gateway.onLost((reason) => fail(gatewayLost(gateway.where, reason))),
    );
    if (settled) return;
    try {
      gateway.client.exec(pipeCommand(via, sled), (error, channel) => {
        if (error === undefined) {
          const pipe = pipeOver(channel, gateway, sled);
          if (settled) pipe.close();
          settle({ ok: true, value: pipe });
          return;
        }
        const lost = gateway.lost();
        if (lost !== null) fail(gatewayLost(gateway.where, lost));
        else fail(notStarted(gateway.where, error), 'reason' in error);
      });
    } catch (error) {
      // ssh2 throws at once when the connection has ended.
      const message = `the connection to gateway ${gateway.where} has ended`;
      fail(new FleetError('gateway', message, { cause: error }));
    }
  });
}

function notStarted(gateway: string, error: Error): FleetError {
  const message = `gateway ${gateway} does not start a command; use another gateway, or allow forwarding there`;
  return new FleetError('pipe', message, { cause: printableError(error) });
}

function pipeOver(channel: ClientChannel, gateway: Session, sled: Login): GatewayPipe {
  const about = {
    what: `the command on gateway ${gateway.where} that leads to ${hostPort(sled)}`,
    advice:
      'try it there by hand, and name another command in the inventory where it does not lead to the sled',
    codeOf,
  };
  const end = createPipeEnd(about, withoutMark);
  channel.on('error', () => {});
  channel.stderr.on('error', () => {});
  channel.stderr.on('data', (chunk: Buffer) => end.hear(chunk));
  channel.on('exit', (status: number | null, signal?: string) => {
    const exit = exitStatusOf(status, signal);
    end.end(exit.signalName === null ? `status ${exit.status}` : `signal ${exit.signalName}`);
  });
  const closed = new Promise<void>((resolve) => {
    channel.on('close', () => resolve());
    gateway.onLost(() => resolve());
  });
  void closed.then(() => end.end('its channel closed'));
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  return {
    carrier: { stream: channel, explain: end.explain },
    close() {
      if (!channel.readableEnded) end.stop();
      channel.destroy();
      leave();
    },
    gone: left.then(() => untilGone(closed, end, gateway)),
  };
}

/**
 * sshd says that a channel is closed when its command has ended: one that has not after a moment is frozen, or does not
 * mind the end of its standard input. It has its number still.
 */
async function untilGone(closed: Promise<void>, end: PipeEnd, gateway: Session): Promise<void> {
  if (await within(GRACE_MS, closed)) return;
  const pid = pipeProcess(end.said());
  if (pid !== null && gateway.lost() === null) {
    try {
      gateway.client.exec(`kill -9 ${pid}`, (error, channel) => {
        if (error === undefined) channel.resume().stderr.resume();
      });
    } catch {
      // The connection has ended, and with it the command's standard input.
    }
  }
  await within(PATIENCE_MS, closed);
}

async function within(milliseconds: number, promise: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const isIn = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return isIn;
}

/** What a netcat says of the sled, by the words of the system that all of them repeat. */
function codeOf(said: string): ErrorCode {
  if (/connection refused/i.test(said)) return 'refused';
  if (/no route to host|network is unreachable|timed out/i.test(said)) return 'unreachable';
  if (/name or service not known|not known|could not resolve|getaddrinfo/i.test(said))
    return 'name_not_found';
  return 'pipe';
}
