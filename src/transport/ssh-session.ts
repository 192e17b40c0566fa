import type { Client } from 'ssh2';
import { FleetError } from '../model/error.ts';
import type { Carrier } from './carrier.ts';
import { printableError } from './foreign-text.ts';

/** An authenticated SSH connection to a sled or a gateway, until it is lost. */
export interface Session {
  /** `host:port`, for messages. */
  readonly where: string;
  readonly client: Client;
  readonly warnings: readonly string[];
  /** What carries the connection tells of its loss. */
  readonly explain: Carrier['explain'];
  /** Why the connection is gone, or null while it stands. */
  lost(): FleetError | null;
  /** Calls back once when the connection is lost, at once if it is, until the returned function is called. */
  onLost(listener: (reason: FleetError) => void): () => void;
  /** Nothing is read of the connection for a while: what comes waits on the way here. */
  waitBeforeMore(pauseMs: number): void;
  /** Ends the connection now, for the reason given. */
  drop(reason: FleetError): void;
  /** Says goodbye, then ends the connection. Never rejects. */
  end(): Promise<void>;
}

const GOODBYE_MS = 1_000;

export function createSession(
  where: string,
  client: Client,
  { stream, explain }: Carrier,
  warnings: readonly string[],
): Session {
  let reason: FleetError | null = null;
  let ending: Promise<void> | undefined;
  const listeners = new Set<(reason: FleetError) => void>();

  function loseBy(error: Error | null): void {
    if (reason !== null) return;
    if (ending === undefined) lose(lossOf(where, error));
    else lose(new FleetError('connection_lost', `the connection to ${where} was closed from here`));
  }

  function lose(error: FleetError): void {
    if (reason !== null) return;
    reason = error;
    // The socket itself: the client's own destroy() does nothing once one side has ended.
    stream.destroy();
    for (const listener of listeners) listener(error);
    listeners.clear();
  }

  // For the life of the client: an error without a listener ends the process (ssh2 issues 605 and 814).
  client.on('error', (error) => loseBy(error));
  // A forwarded connection may only ever say `end`.
  client.on('end', () => loseBy(null));
  client.on('close', () => loseBy(null));

  return {
    where,
    client,
    warnings,
    explain,
    lost: () => reason,
    onLost(listener) {
      if (reason !== null) {
        listener(reason);
        return () => {};
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    waitBeforeMore(pauseMs) {
      stream.pause();
      setTimeout(() => stream.resume(), pauseMs);
    },
    drop: lose,
    end() {
      if (reason !== null) return Promise.resolve();
      ending ??= new Promise((resolve) => {
        const timer = setTimeout(() => loseBy(null), GOODBYE_MS);
        listeners.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
      client.end();
      return ending;
    },
  };
}

function lossOf(where: string, error: Error | null): FleetError {
  if (error?.message === 'Keepalive timeout') {
    return new FleetError('connection_lost', `${where} stopped answering keepalive messages`);
  }
  if (error !== null && 'code' in error && typeof error.code === 'number') {
    const said = printableError(error).message;
    return new FleetError('connection_lost', `${where} ended the connection, saying "${said}"`);
  }
  const options = error === null ? undefined : { cause: printableError(error) };
  return new FleetError('connection_lost', `${where} closed the connection`, options);
}
