import { createServer } from 'node:net';
import type { Server as TcpServer, Socket } from 'node:net';
import type { Connection, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import { ALGORITHM_FAULTS, DOOR_FAULTS, VERSION_LINE } from './door-faults.ts';
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

/** Takes a port that the system chooses, and listens there unless it is `refused` from the start. */
export async function startSshHost(options: SshHostOptions): Promise<SshHost> {
  let fault: FaultName | null = options.fault;
  const sockets = new Set<Socket>();
  const byRemotePort = new Map<number, Socket>();
  const servers = new Map<string, ssh2.Server>();
  let connections = 0;
  const loginKey = ssh2.utils.parseKey(options.clientKey.privateKey);
  if (loginKey instanceof Error) throw loginKey;

  const sshServer = (): ssh2.Server => {
    const algorithms = fault === null ? undefined : ALGORITHM_FAULTS[fault];
    const name = fault === 'wrong-host-key' || algorithms !== undefined ? (fault ?? '') : '';
    const known = servers.get(name);
    if (known !== undefined) return known;
    const key = fault === 'wrong-host-key' ? options.otherKey : options.hostKey;
    const settings = { hostKeys: [key.privateKey], ...(algorithms === undefined ? {} : { algorithms }) };
    const server = new ssh2.Server(settings, (connection, info) => {
      const socket = byRemotePort.get(info.port);
      connection.on('error', () => undefined);
      authenticate(connection, loginKey, options.clientKey.blob, { fault: () => fault, socket });
      connection.on('ready', () => {
        if (socket !== undefined) options.serve(connection, socket);
      });
    });
    servers.set(name, server);
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
    const door = fault === null ? undefined : DOOR_FAULTS[fault];
    if (door !== undefined) {
      door(socket);
    } else if (fault === 'overloaded-once') {
      fault = null;
      socket.destroySoon();
    } else if (fault === 'drop-handshake-once') {
      fault = null;
      socket.write(VERSION_LINE);
      socket.once('data', () => socket.destroy());
    } else {
      sshServer().injectSocket(socket);
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
  host: { readonly fault: () => FaultName | null; readonly socket: Socket | undefined },
): void {
  connection.on('authentication', (context) => {
    const fault = host.fault();
    if (fault === 'auth-hang') return;
    if (fault === 'auth-cut') {
      host.socket?.destroy();
      return;
    }
    if (fault === 'password-only') {
      context.reject(['password']);
      return;
    }
    if (context.method !== 'publickey') {
      context.reject(['publickey']);
      return;
    }
    const { key, signature, blob: signed, hashAlgo } = context;
    const known =
      fault !== 'auth' && context.username === 'root' && key.algo === KEY_TYPE && key.data.equals(blob);
    // Without a signature the client only asks whether this key would do. `verify` may return an Error.
    const verdict: unknown =
      signature === undefined || (signed !== undefined && loginKey.verify(signed, signature, hashAlgo));
    if (!known || verdict !== true) context.reject(['publickey']);
    else if (fault === 'second-factor' && signature !== undefined)
      context.reject(['keyboard-interactive'], true);
    else context.accept();
  });
}
