import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { holdPort } from '../../src/simulator/held-port.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const codeOf = async (emitter: NodeJS.EventEmitter): Promise<unknown> =>
  (await once(emitter, 'error').then(([error]) => error as NodeJS.ErrnoException)).code;

describe('a held port', () => {
  it('refuses connections, and is free again when it is released', async () => {
    const port = await freePort();
    const held = await holdPort('127.0.0.1', port);
    expect(await codeOf(connect(port, '127.0.0.1'))).toBe('ECONNREFUSED');
    await held.release();
    const again = createServer().listen(port, '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });
});
