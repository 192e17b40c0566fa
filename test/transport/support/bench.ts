import { appendFileSync } from 'node:fs';
import { afterEach, beforeEach } from 'vitest';
import type { Gateway, Target } from '../../../src/model/target.ts';
import type { RunOptions, Transport } from '../../../src/model/transport.ts';
import { type TransportOptions, createTransport } from '../../../src/transport/ssh-transport.ts';
import { asGateway, type WayChange } from '../../support/sleds.ts';
import {
  type Place,
  type SimpleServer,
  type SimpleServerOptions,
  makePlace,
  startServer,
} from './simple-server.ts';

/** A signal that never fires. */
export const never = new AbortController().signal;
export const runOptions: RunOptions = { timeoutMs: 10_000, signal: never, maxOutputBytes: 1 << 20 };

export interface Bench {
  readonly place: Place;
  readonly transport: Transport;
  /** What the transport said to `onWarning`. */
  readonly warnings: string[];
  /** A server that is closed after the test, and whose host key is known. */
  server(options?: SimpleServerOptions): Promise<SimpleServer>;
  target(server: { readonly port: number }, change?: WayChange): Target;
  gateway(server: { readonly port: number }, change?: Partial<Gateway>): Gateway;
  /** A transport of the test's own making, closed after it. */
  createTransport(options?: Partial<TransportOptions>): Transport;
  cleanup(task: () => Promise<void> | void): void;
}

/** Sets up a place, a transport and servers for each test of the file, and takes them down. */
export function useBench(): Bench {
  let place: Place;
  let transport: Transport;
  let cleanups: (() => Promise<void> | void)[] = [];
  const warnings: string[] = [];

  const bench: Bench = {
    get place() {
      return place;
    },
    get transport() {
      return transport;
    },
    warnings,
    async server(options = {}) {
      const server = await startServer(options);
      cleanups.push(() => server.close());
      appendFileSync(place.knownHostsPath, place.knownLine(server.port));
      return server;
    },
    target: (server, change = {}) => place.target(server.port, change),
    gateway: (server, change = {}) => asGateway(place.target(server.port, change).login, change),
    createTransport(options = {}) {
      const created = createTransport({
        handshakesAtOnce: 8,
        elapsed: () => performance.now(),
        now: () => new Date(),
        random: () => 0.01,
        onWarning: (message) => warnings.push(message),
        ...options,
      });
      cleanups.push(() => created.close());
      return created;
    },
    cleanup: (task) => cleanups.push(task),
  };

  beforeEach(() => {
    cleanups = [];
    warnings.length = 0;
    place = makePlace();
    transport = bench.createTransport();
  });
  afterEach(async () => {
    for (const cleanup of cleanups.toReversed()) await cleanup();
    place.remove();
  });
  return bench;
}
