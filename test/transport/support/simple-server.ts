import { type Socket, createServer, connect as connectTcp } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Algorithms, type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import type { Target } from '../../../src/model/target.ts';
import { makeTarget, type WayChange } from '../../support/sleds.ts';

export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** ECDSA: ssh2 now and then makes an ed25519 key that it cannot read. */
export function makeKey(): KeyPair {
  return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
}

export const hostKey = makeKey();
export const userKey = makeKey();

export type OnExec = (command: string, channel: ServerChannel, connection: Connection) => void;

export interface SimpleServer {
  readonly port: number;
  /** Connections that were accepted. */
  readonly accepted: () => number;
  readonly authentications: () => number;
  readonly clients: Set<Connection>;
  /** Breaks every connection without a word. */
  cut(): void;
  close(): Promise<void>;
}

export interface SimpleServerOptions {
  readonly onExec?: OnExec;
  readonly hostKeys?: readonly string[];
  readonly onAuth?: (context: AuthContext) => void;
  /** Connections that are dropped without a word before the server speaks. */
  readonly dropFirst?: number;
  readonly maxSessions?: number;
  /** Asked for each session; true refuses it. */
  readonly refuseSession?: () => boolean;
  /** Asked for each command; true refuses it in a session that is open. */
  readonly refuseExec?: () => boolean;
  /** What becomes of a forwarded connection; absent: it is made. */
  readonly forwarding?: 'prohibited' | 'hangs';
  readonly onForward?: () => void;
  readonly host?: string;
  readonly algorithms?: Algorithms;
  readonly onHandshake?: () => void;
}

/** An SSH server on loopback that takes `userKey` and runs what `onExec` says. */
export async function startServer(options: SimpleServerOptions = {}): Promise<SimpleServer> {
  const sockets = new Set<Socket>();
  const clients = new Set<Connection>();
  let accepted = 0;
  let authentications = 0;
  let toDrop = options.dropFirst ?? 0;
  const server = new ssh2.Server(
    {
      hostKeys: [...(options.hostKeys ?? [hostKey.private])],
      ...(options.algorithms === undefined ? {} : { algorithms: options.algorithms }),
    },
    (connection) => {
      clients.add(connection);
      let sessions = 0;
      connection.on('error', () => {});
      connection.on('close', () => clients.delete(connection));
      connection.on('handshake', () => options.onHandshake?.());
      connection.on('authentication', (context) => {
        if (context.method === 'publickey' && context.signature !== undefined) authentications += 1;
        if (options.onAuth !== undefined) options.onAuth(context);
        else acceptUserKey(context);
      });
      connection.on('session', (accept, reject) => {
        sessions += 1;
        if (sessions > (options.maxSessions ?? Infinity) || options.refuseSession?.() === true) {
          sessions -= 1;
          reject();
          return;
        }
        const session = accept();
        session.on('close', () => (sessions -= 1));
        session.on('exec', (acceptExec, rejectExec, info) => {
          if (options.refuseExec?.() === true) {
            rejectExec();
            return;
          }
          const channel = acceptExec();
          channel.on('error', () => {});
          (options.onExec ?? echo)(info.command, channel, connection);
        });
      });
      // Without a listener ssh2 says "administratively prohibited", as sshd does.
      if (options.forwarding === 'prohibited') return;
      connection.on('tcpip', (accept, reject, info) => {
        options.onForward?.();
        if (options.forwarding === 'hangs') return;
        const target = connectTcp({ host: info.destIP, port: info.destPort, noDelay: true });
        let channel: ServerChannel | undefined;
        target.on('error', () => (channel === undefined ? reject() : channel.destroy()));
        target.on('connect', () => {
          channel = accept();
          channel.on('error', () => {});
          channel.pipe(target).pipe(channel);
          channel.on('close', () => target.destroy());
          target.on('close', () => channel?.close());
        });
        sockets.add(target);
      });
    },
  );
  const front = createServer({ noDelay: true }, (socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (toDrop > 0) {
      toDrop -= 1;
      socket.destroy();
      return;
    }
    server.injectSocket(socket);
  });
  const port = await listen(front, options.host);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    clients,
    accepted: () => accepted,
    authentications: () => authentications,
    cut,
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        cut();
      }),
  };
}

/** A TCP server that does with each connection what it is told. */
export async function startTcp(
  onSocket: (socket: Socket) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  const port = await listen(server);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A loopback port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}

export function acceptUserKey(context: AuthContext): void {
  const allowed = ssh2.utils.parseKey(userKey.public);
  if (allowed instanceof Error) throw allowed;
  const isRight = context.method === 'publickey' && context.key.data.equals(allowed.getPublicSSH());
  if (isRight) context.accept();
  else context.reject(['publickey']);
}

const echo: OnExec = (command, channel) => {
  channel.write(command);
  channel.exit(0);
  channel.end();
};

function listen(server: ReturnType<typeof createServer>, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no port'));
    });
  });
}

export interface Place {
  readonly directory: string;
  readonly keyPath: string;
  readonly knownHostsPath: string;
  /** Our own file of host keys, which is not there at first. */
  readonly hostKeysPath: string;
  file(name: string, content: string, mode?: number): string;
  /** The known_hosts line of `hostKey` (or another key) at a port, with its newline. */
  knownLine(port: number, key?: KeyPair): string;
  target(port: number, change?: WayChange): Target;
  remove(): void;
}

/** A directory of its own with `userKey` and an empty known_hosts file. */
export function makePlace(): Place {
  const directory = mkdtempSync(join(tmpdir(), 'cruc-fleet-transport-'));
  const file = (name: string, content: string, mode = 0o600): string => {
    const path = join(directory, name);
    writeFileSync(path, content, { mode });
    return path;
  };
  const keyPath = file('id_ecdsa', userKey.private);
  const knownHostsPath = file('known_hosts', '');
  const hostKeysPath = join(directory, 'host_keys');
  return {
    directory,
    keyPath,
    knownHostsPath,
    hostKeysPath,
    file,
    knownLine: (port, key = hostKey) => `[127.0.0.1]:${port} ${publicPart(key)}\n`,
    target: (port, change = {}) =>
      makeTarget(0, {
        host: '127.0.0.1',
        port,
        identityFiles: [keyPath],
        identitiesOnly: false,
        knownHostsFiles: [knownHostsPath],
        hostKeysFile: hostKeysPath,
        connectTimeoutMs: 60_000,
        ...change,
      }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** `type base64` of a public key. */
export function publicPart(key: KeyPair): string {
  return key.public.split(' ').slice(0, 2).join(' ');
}

/** Hands on all but one bit: the server's signature in its answer to the key exchange comes out wrong. */
export function startTamperingRelay(
  targetPort: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const keyExchangeReply = 31;
  return startTcp((socket) => {
    const target = connectTcp({ host: '127.0.0.1', port: targetPort, noDelay: true });
    target.on('error', () => {});
    socket.on('close', () => target.destroy());
    target.on('close', () => socket.destroy());
    socket.pipe(target);
    let pending = Buffer.alloc(0);
    let hasBanner = false;
    let isDone = false;
    target.on('data', (chunk) => {
      if (isDone) {
        socket.write(chunk);
        return;
      }
      pending = Buffer.concat([pending, chunk]);
      const start = hasBanner ? 0 : pending.indexOf('\n') + 1;
      hasBanner ||= start > 0;
      // Packets are in clear until the keys are exchanged: length, length of the padding, type, …
      let at = start;
      if (!hasBanner) return;
      while (at + 6 <= pending.length && at + 4 + pending.readUInt32BE(at) <= pending.length) {
        const end = at + 4 + pending.readUInt32BE(at);
        if (pending[at + 5] === keyExchangeReply) {
          const last = end - pending.readUInt8(at + 4) - 1;
          pending.writeUInt8(pending.readUInt8(last) ^ 1, last);
          isDone = true;
        }
        at = end;
      }
      socket.write(pending.subarray(0, isDone ? pending.length : at));
      pending = pending.subarray(at);
    });
  });
}
