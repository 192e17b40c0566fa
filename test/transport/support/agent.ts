import { type Socket, createServer } from 'node:net';
import ssh2 from 'ssh2';
import type { KeyPair } from './simple-server.ts';

export interface HeldKey {
  readonly comment: string;
  /** Null: a blob of a type that ssh2 does not know, such as a certificate. */
  readonly key: KeyPair | null;
  readonly type: string;
  /** Listed, but it will not sign (the user says no to the agent's question). */
  readonly isLocked?: boolean;
}

export interface TestAgent {
  readonly listings: () => number;
  readonly signatures: () => number;
  close(): Promise<void>;
}

/** An SSH agent on a Unix socket that lists anything and signs with the keys that it has. */
export function startAgent(socketPath: string, held: readonly HeldKey[]): Promise<TestAgent> {
  let listings = 0;
  let signatures = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
        const request = pending.subarray(4, 4 + pending.readUInt32BE(0));
        pending = pending.subarray(4 + request.length);
        if (request[0] === 11) {
          listings += 1;
          socket.write(field(Buffer.concat([Buffer.from([12]), number(held.length), ...held.map(listed)])));
        } else if (request[0] === 13) {
          signatures += 1;
          socket.write(field(signed(request, held)));
        }
      }
    });
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(socketPath, () =>
      resolve({
        listings: () => listings,
        signatures: () => signatures,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of sockets) socket.destroy();
          }),
      }),
    );
  });
}

/** The answer to a request to sign: ECDSA keys only. */
function signed(request: Buffer, held: readonly HeldKey[]): Buffer {
  const keyLength = request.readUInt32BE(1);
  const wanted = request.subarray(5, 5 + keyLength);
  const dataAt = 5 + keyLength + 4;
  const data = request.subarray(dataAt, dataAt + request.readUInt32BE(dataAt - 4));
  const found = held.find((one) => one.key !== null && blobOf(one).equals(wanted));
  if (found === undefined || found.key === null || found.isLocked === true) return Buffer.from([5]);
  const key = ssh2.utils.parseKey(found.key.private);
  if (key instanceof Error) throw key;
  // From the DER of OpenSSL (30 len 02 len r 02 len s) to the two numbers of SSH.
  const der = key.sign(data);
  const rLength = der.readUInt8(3);
  const r = der.subarray(4, 4 + rLength);
  const s = der.subarray(6 + rLength);
  const signature = Buffer.concat([
    field(Buffer.from(found.type)),
    field(Buffer.concat([field(r), field(s)])),
  ]);
  return Buffer.concat([Buffer.from([14]), field(signature)]);
}

function listed(held: HeldKey): Buffer {
  return Buffer.concat([field(blobOf(held)), field(Buffer.from(held.comment))]);
}

function blobOf(held: HeldKey): Buffer {
  if (held.key === null) return Buffer.concat([field(Buffer.from(held.type)), Buffer.from('opaque')]);
  return Buffer.from(held.key.public.split(' ')[1]!, 'base64');
}

function field(content: Buffer): Buffer {
  return Buffer.concat([number(content.length), content]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
