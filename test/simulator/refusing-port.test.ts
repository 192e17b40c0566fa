import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findRefusingPort, refuseFromNowOn } from '../../src/simulator/refusing-port.ts';
import { failAtStep, stepsTaken } from './support/fail-at-step.mjs';

const HOST = '127.0.0.1';

afterEach(() => failAtStep(0));

async function listening(port = 0): Promise<Server> {
  const server = createServer().listen(port, HOST);
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server): number => (server.address() as { readonly port: number }).port;

/** What comes of a connection: `connect`, or the code of the error. */
async function connecting(port: number): Promise<string> {
  const socket = connect(port, HOST);
  return await once(socket, 'connect').then(
    () => {
      socket.destroy();
      return 'connect';
    },
    (error: NodeJS.ErrnoException) => error.code ?? '?',
  );
}

/** What comes of an attempt to listen at the port: `taken`, or the code of the error. */
async function taking(port: number): Promise<string> {
  return await listening(port).then(
    (server) => {
      server.close();
      return 'taken';
    },
    (error: NodeJS.ErrnoException) => error.code ?? '?',
  );
}

describe('a refusing port', () => {
  it('refuses connections, and is free again when it is released', async () => {
    const ports: number[] = [];
    for (let count = 0; count < 5; count++) {
      const refusing = await findRefusingPort(HOST);
      expect(await connecting(refusing.port)).toBe('ECONNREFUSED');
      refusing.release();
      ports.push(refusing.port);
    }
    // The system lets go of a connection when both its ends have heard of it, and anybody may take its port then.
    const takingAll = async (): Promise<readonly string[]> => await Promise.all(ports.map(taking));
    await expect.poll(takingAll).toContain('taken');
  });

  it('is given to nobody who asks for that very port', async () => {
    const refusing = await findRefusingPort(HOST);
    await expect(listening(refusing.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    refusing.release();
  });

  it('may be one that accepted connections until now, and is given to nobody meanwhile', async () => {
    const server = await listening();
    const port = portOf(server);
    const others: Server[] = [];
    const [refusing] = await Promise.all([
      refuseFromNowOn(HOST, { port, close: () => server.close() }),
      ...Array.from({ length: 50 }, async () => {
        others.push(await listening());
      }),
    ]);
    expect(refusing.port).toBe(port);
    expect(await connecting(port)).toBe('ECONNREFUSED');
    expect(others.map(portOf)).not.toContain(port);
    refusing.release();
    for (const other of others) other.close();
  });

  it('is another one where the first is not available, and an error where none is', async () => {
    for (const step of [1, 2]) {
      failAtStep(step, 1);
      const refusing = await findRefusingPort(HOST);
      expect(stepsTaken().failing).toBe(['listen', 'connect'][step - 1]);
      expect(await connecting(refusing.port)).toBe('ECONNREFUSED');
      refusing.release();
    }
    failAtStep(2);
    await expect(findRefusingPort(HOST)).rejects.toThrow('injected failure of connect');
  });
});
