import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A port that refuses every connection, and that nobody can take, until it is released. */
export interface RefusingPort {
  readonly port: number;
  release(): void;
}

/** A port of ours that accepts connections. */
export interface OwnPort {
  readonly port: number;
  /** Must have closed the port when it returns. */
  readonly close: () => void;
}

const ATTEMPTS = 5;

/**
 * Has the system choose a port that refuses: the near end of a connection to a server of our own. The system gives
 * it to nobody who wants to listen, not even to who asks for that very port.
 */
export async function findRefusingPort(host: string): Promise<RefusingPort> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await holdNearEnd(host, null);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Makes a port refuse that accepted until now: it closes and is held within one turn of the event loop. */
export async function refuseFromNowOn(host: string, own: OwnPort): Promise<RefusingPort> {
  return await holdNearEnd(host, own);
}

async function holdNearEnd(host: string, own: OwnPort | null): Promise<RefusingPort> {
  const far = await enterFarEnd(host);
  let near: Socket | null = null;
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    // A reset leaves nothing behind that would keep the port busy.
    near?.resetAndDestroy();
    far.leave();
  };
  try {
    own?.close();
    near = connect({
      host,
      port: far.port,
      ...(own !== null && { localAddress: host, localPort: own.port }),
    });
    await connected(near);
    if (near.localPort === undefined) throw new Error('the connection that holds a port was closed');
    return { port: near.localPort, release };
  } catch (error) {
    release();
    throw error;
  }
}

async function connected(socket: Socket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // Later ones too: the far end may go first.
    socket.on('error', reject);
    socket.once('connect', () => resolve());
  });
}

interface FarEnd {
  readonly port: Promise<number>;
  readonly close: () => void;
  users: number;
}

/** By host. One for the whole process: two connections to the same far end have two near ends. */
const farEnds = new Map<string, FarEnd>();

/** The far end of this host, which listens for as long as somebody uses it. */
async function enterFarEnd(host: string): Promise<{ readonly port: number; readonly leave: () => void }> {
  const far = farEnds.get(host) ?? openFarEnd(host);
  farEnds.set(host, far);
  far.users++;
  const leave = (): void => {
    far.users--;
    if (far.users > 0) return;
    farEnds.delete(host);
    far.close();
  };
  try {
    return { port: await far.port, leave };
  } catch (error) {
    leave();
    throw error;
  }
}

function openFarEnd(host: string): FarEnd {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = new Promise<number>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no TCP port'));
    });
  });
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, close, users: 0 };
}
