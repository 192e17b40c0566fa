import { connect, headers, nkeyAuthenticator, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { AuthorizationError, PermissionViolationError } from '@nats-io/transport-node';
import { describeError, FleetError } from '../../model/error.ts';
import type { Credentials } from '../credentials.ts';
import type { HubAddress } from '../hub-address.ts';
import { inboxPrefix } from '../subjects.ts';
import type { Trouble, Wire, WireMessage } from '../wire.ts';

const PART_HEADER = 'Cruc-Part';
/** A hub that answers no ping for two of them is gone. */
const PING_EVERY_MS = 10_000;
/** Everybody comes back at another moment after a hub was restarted. */
const RECONNECT_MS = { wait: 250, jitter: 1000 };

/** A connection of the real library, and its wire. */
export interface Hub {
  readonly wire: Wire;
  readonly connection: NatsConnection;
  readonly hasStreams: boolean;
}

/**
 * Connects to the hub. Rejects with a FleetError: `authentication` where the hub does not accept the credentials,
 * `unreachable` for everything else, with what the way said.
 */
export async function connectHub(
  address: HubAddress,
  { name, seed }: Credentials,
  { title, timeoutMs }: { readonly title: string; readonly timeoutMs: number },
): Promise<Hub> {
  let connection: NatsConnection;
  try {
    connection = await connect({
      servers: address.servers.map(({ host, port }) =>
        host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
      ),
      ...(address.isTls ? { tls: address.caFile === null ? {} : { caFile: address.caFile } } : {}),
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
      inboxPrefix: inboxPrefix(name),
      name: title,
      timeout: timeoutMs,
      pingInterval: PING_EVERY_MS,
      maxPingOut: 2,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS.wait,
      reconnectJitter: RECONNECT_MS.jitter,
      reconnectJitterTLS: RECONNECT_MS.jitter,
    });
  } catch (error) {
    throw connectProblem(error, address);
  }
  return { wire: wireOf(connection), connection, hasStreams: connection.info?.jetstream === true };
}

function wireOf(connection: NatsConnection): Wire {
  const listeners = new Set<(trouble: Trouble) => void>();
  const tell = (trouble: Trouble) => {
    for (const listener of listeners) listener(trouble);
  };
  const follow = async (): Promise<void> => {
    for await (const status of connection.status()) {
      switch (status.type) {
        case 'error':
          if (status.error instanceof PermissionViolationError) {
            tell({ type: 'refused', subject: status.error.subject });
          }
          break;
        case 'disconnect':
          tell({ type: 'lost' });
          break;
        case 'reconnect':
          tell({ type: 'back' });
          break;
        default:
      }
    }
    const reason = await connection.closed();
    tell({
      type: 'gone',
      reason: reason instanceof Error ? describeError(reason) : 'the connection was closed',
    });
  };
  void follow();
  return {
    maxPayload: () => connection.info?.max_payload ?? 1024 * 1024,
    publish(subject, data, { reply, part } = {}) {
      // That it is gone is told, and not to each who still speaks.
      if (connection.isClosed()) return;
      const head = part === undefined ? undefined : headers();
      head?.set(PART_HEADER, String(part));
      connection.publish(subject, data, {
        ...(reply === undefined ? {} : { reply }),
        ...(head === undefined ? {} : { headers: head }),
      });
    },
    subscribe(subject, onMessage, queue) {
      connection.subscribe(subject, {
        ...(queue === undefined ? {} : { queue }),
        // What the hub refuses comes by the status too.
        callback: (error, message) => (error === null ? onMessage(messageOf(message)) : undefined),
      });
    },
    onTrouble: (listener) => void listeners.add(listener),
    flush: () => connection.flush(),
    close: () => connection.close(),
  };
}

function messageOf(message: Msg): WireMessage {
  const part = message.headers?.get(PART_HEADER) ?? '';
  return {
    subject: message.subject,
    // The library's buffer is shared by messages: a part is kept longer than the others.
    data: part === '' ? message.data : message.data.slice(),
    part: /^\d{1,6}$/.test(part) ? Number(part) : null,
    isUnheard: message.headers?.code === 503 && message.data.length === 0,
  };
}

function connectProblem(error: unknown, { text, isTls }: HubAddress): FleetError {
  if (error instanceof AuthorizationError) {
    return new FleetError(
      'authentication',
      `the hub ${text} did not accept the credentials: they are of another hub, or were removed from its configuration`,
    );
  }
  const said = describeError(error);
  const advice = adviceFor(said, isTls);
  return new FleetError(
    'unreachable',
    `the hub ${text} could not be reached${advice === null ? '' : ` (${advice})`}`,
    {
      cause: error,
    },
  );
}

function adviceFor(said: string, isTls: boolean): string | null {
  if (/does not support 'tls'/.test(said))
    return 'it does not offer TLS: check its configuration, or the port';
  if (/expired/i.test(said)) return 'its certificate has expired: renew it on the hub';
  if (/self.signed|unable to (verify|get)|unknown ca/i.test(said))
    return 'its certificate is not of a known authority: name the file of its authority with --relay-ca';
  if (/altnames|Hostname\/IP/i.test(said)) return 'its certificate is for another name';
  if (/unexpected response|INFO/i.test(said)) return 'what answers there is not a NATS server';
  if (/timeout/i.test(said)) return 'nothing answered';
  if (/refused/i.test(said)) return 'check that nats-server runs there';
  if (isTls && /socket|disconnected|ECONNRESET|closed/i.test(said))
    return 'it closed the connection: TLS, perhaps';
  return null;
}
