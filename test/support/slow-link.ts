import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be made slow: what the server says waits there, as in the buffers of a poor link. */
export interface SlowLink {
  readonly port: number;
  /** So many bytes a second from now on; null for all at once. */
  limit(bytesPerSecond: number | null): void;
  close(): Promise<void>;
}

const STEP_MS = 50;

export async function openSlowLink(host: string, port: number): Promise<SlowLink> {
  let perSecond: number | null = null;
  const links = new Set<{ readonly client: Socket; waiting: Buffer }>();
  const timer = setInterval(() => {
    for (const link of links)
      pass(link, perSecond === null ? link.waiting.length : (perSecond * STEP_MS) / 1000);
  }, STEP_MS);
  const server = createServer((client) => {
    const sled = connect(port, host);
    const link = { client, waiting: Buffer.alloc(0) };
    links.add(link);
    client.pipe(sled);
    sled.on('data', (data) => {
      link.waiting = Buffer.concat([link.waiting, data]);
      if (perSecond === null) pass(link, link.waiting.length);
    });
    const end = () => {
      links.delete(link);
      client.destroy();
      sled.destroy();
    };
    for (const socket of [client, sled]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    limit: (bytesPerSecond) => {
      perSecond = bytesPerSecond;
    },
    close: async () => {
      clearInterval(timer);
      for (const { client } of links) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(link: { readonly client: Socket; waiting: Buffer }, bytes: number): void {
  const part = link.waiting.subarray(0, Math.ceil(bytes));
  link.waiting = link.waiting.subarray(part.length);
  if (part.length > 0) link.client.write(part);
}
