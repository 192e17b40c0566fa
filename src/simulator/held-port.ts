import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A port that refuses every connection, and that no other program can take meanwhile. */
export interface HeldPort {
  release(): Promise<void>;
}

/**
 * Holds a port without listening on it: as the near end of a connection to a server of our own. Whoever connects to
 * it is refused, and whoever asks the system for a free port gets another one.
 */
export async function holdPort(host: string, port: number): Promise<HeldPort> {
  const far: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    far.push(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  const near = connect({
    host,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    localAddress: host,
    localPort: port,
  });
  await new Promise<void>((resolve, reject) => {
    near.once('error', reject);
    near.once('connect', () => resolve());
  });
  near.on('error', () => undefined);
  return {
    async release() {
      // A reset leaves nothing behind that would keep the port busy.
      near.resetAndDestroy();
      for (const socket of far) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
