import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a port of this machine that can be cut, as a site's link to its hub. */
export interface BreakableLink {
  readonly port: number;
  /** Cuts it right after these bytes have passed on their way to the port. */
  readonly cutAfter: (text: string) => void;
  readonly mend: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openLink(target: number): Promise<BreakableLink> {
  const sockets = new Set<Socket>();
  let last: string | null = null;
  const cut = (): void => {
    last = null;
    // Who tries again is refused, as by a firewall.
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      // One end that fails is the end of both.
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    let tail = '';
    from.on('data', (data) => {
      tail = (tail + data.toString('latin1')).slice(-data.length - (last?.length ?? 0));
      const isLast = last !== null && tail.includes(last);
      to.write(data, () => {
        if (isLast) cut();
      });
    });
    to.on('data', (data) => from.write(data));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    cutAfter(text) {
      last = text;
    },
    async mend() {
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      cut();
      await closed;
    },
  };
}
