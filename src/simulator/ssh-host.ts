import { createServer } from 'node:net';
import type { Server as TcpServer, Socket } from 'node:net';
import type { Connection, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import type { FaultName } from './fault.ts';
import { findRefusingPort, refuseFromNowOn } from './refusing-port.ts';
import type { RefusingPort } from './refusing-port.ts';
import { KEY_TYPE } from './ssh-keys.ts';
import type { KeyPair } from './ssh-keys.ts';

/** An SSH server on a port of its own. */
export interface SshHost {
  readonly host: string;
  readonly port: number;
  /** How many TCP connections were made to it, since it started. */
  connections(): number;
  fault(): FaultName | null;
  /** Breaks open connections when the port closes; otherwise they go on as they are. */
  setFault(fault: FaultName | null): Promise<void>;
  close(): void;
}

export interface SshHostOptions {
  readonly host: string;
  readonly hostKey: KeyPair;
  /** The one key that logs `root` in. */
  readonly clientKey: KeyPair;
  readonly fault: FaultName | null;
  /** Serves a login. The socket is the one below the connection, for who wants to break it. */
  readonly serve: (connection: Connection, socket: Socket) => void;
  /** Somebody has connected; the returned function is called when that connection is over. */
  readonly visited: () => () => void;
  /** What another host would present: for `wrong-host-key`. */
  readonly otherKey: KeyPair;
}

const VERSION_LINE = 'SSH-2.0-OpenSSH_9.9\r\n';

/** Takes a port that the system chooses, and listens there unless it is `refused` from the start. */
export async function startSshHost(options: SshHostOptions): Promise<SshHost> {
  let fault: FaultName | null = options.fault;
  const sockets = new Set<Socket>();
  const byRemotePort = new Map<number, Socket>();
  const servers = new Map<KeyPair, ssh2.Server>();
  let connections = 0;
  const loginKey = ssh2.utils.parseKey(options.clientKey.privateKey);
  if (loginKey instanceof Error) throw loginKey;

  const sshServer = (key: KeyPair): ssh2.Server => {
    const known = servers.get(key);
    if (known !== undefined) return known;
    const server = new ssh2.Server({ hostKeys: [key.privateKey] }, (connection, info) => {
      const socket = byRemotePort.get(info.port);
      connection.on('error', () => undefined);
      authenticate(connection, loginKey, options.clientKey.blob, () => fault);
      connection.on('ready', () => {
        if (socket !== undefined) options.serve(connection, socket);
      });
    });
    servers.set(key, server);
    return server;
  };

  const accept = (socket: Socket): void => {
    connections++;
    sockets.add(socket);
    const remotePort = socket.remotePort ?? 0;
    byRemotePort.set(remotePort, socket);
    const leave = options.visited();
    socket.on('close', () => {
      leave();
      sockets.delete(socket);
      if (byRemotePort.get(remotePort) === socket) byRemotePort.delete(remotePort);
    });
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    if (fault === 'silent') {
      socket.resume();
    } else if (fault === 'banner-hang') {
      socket.write(VERSION_LINE);
      socket.resume();
    } else if (fault === 'drop-handshake-once') {
      fault = null;
      socket.write(VERSION_LINE);
      socket.once('data', () => socket.destroy());
    } else {
      sshServer(fault === 'wrong-host-key' ? options.otherKey : options.hostKey).injectSocket(socket);
    }
  };

  let refusing: RefusingPort | null = null;
  let server: TcpServer | null = null;
  let port: number;
  if (fault === 'refused') {
    refusing = await findRefusingPort(options.host);
    ({ port } = refusing);
  } else {
    server = await listen(options.host, 0, accept);
    port = portOf(server);
  }

  const closePort = (): void => {
    server?.close();
    server = null;
    for (const socket of sockets) socket.destroy();
  };
  const release = (): void => {
    refusing?.release();
    refusing = null;
  };

  return {
    host: options.host,
    port,
    connections: () => connections,
    fault: () => fault,
    setFault: async (next) => {
      fault = next;
      if (next === 'refused') {
        refusing ??= await refuseFromNowOn(options.host, { port, close: closePort });
        return;
      }
      release();
      server ??= await listen(options.host, port, accept);
    },
    close: () => {
      closePort();
      release();
    },
  };
}

function portOf(server: TcpServer): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}

function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<TcpServer> {
  return new Promise((resolve, reject) => {
    const server = createServer(accept);
    // Later ones too: a connection that cannot be accepted is its client's trouble.
    server.on('error', reject);
    server.listen(port, host, 1024, () => resolve(server));
  });
}

function authenticate(
  connection: Connection,
  loginKey: ParsedKey,
  blob: Buffer,
  fault: () => FaultName | null,
): void {
  connection.on('authentication', (context) => {
    if (context.method !== 'publickey') {
      context.reject(['publickey']);
      return;
    }
    const { key, signature, blob: signed, hashAlgo } = context;
    const known =
      fault() !== 'auth' && context.username === 'root' && key.algo === KEY_TYPE && key.data.equals(blob);
    // Without a signature the client only asks whether this key would do. `verify` may return an Error.
    const verdict: unknown =
      signature === undefined || (signed !== undefined && loginKey.verify(signed, signature, hashAlgo));
    if (known && verdict === true) context.accept();
    else context.reject(['publickey']);
  });
}
