import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Connection } from 'ssh2';

/** What a simulated gateway forwards: `open` to its rack's sleds, `prohibited` nothing, as a stock switch zone. */
export type GatewayMode = 'open' | 'prohibited';

/** Serves a login on a gateway: direct-tcpip to `reachable` hosts only, no commands. */
export function serveGatewayLogin(
  connection: Connection,
  mode: GatewayMode,
  reachable: (host: string, port: number) => boolean,
): void {
  // Without a listener ssh2 answers "administratively prohibited", as sshd with AllowTcpForwarding no.
  if (mode === 'prohibited') return;
  // ssh2's server has no call that gives a reason in words, as sshd does.
  let words = '';
  const protocol: object = Reflect.get(connection, '_protocol');
  const fail: unknown = Reflect.get(protocol, 'channelOpenFail');
  Reflect.set(protocol, 'channelOpenFail', (recipient: number, reason: number) => {
    if (typeof fail === 'function') Reflect.apply(fail, protocol, [recipient, reason, words]);
    words = '';
  });
  const sockets = new Set<Socket>();
  connection.once('close', () => {
    for (const socket of sockets) socket.destroy();
  });
  connection.on('tcpip', (accept, reject, info) => {
    if (!reachable(info.destIP, info.destPort)) {
      words = 'No route to host';
      reject();
      return;
    }
    let accepted = false;
    const socket = connect({ host: info.destIP, port: info.destPort, noDelay: true });
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', (error) => {
      if (accepted) return;
      words = sayingOf(error);
      reject();
    });
    socket.once('connect', () => {
      accepted = true;
      const channel = accept();
      channel.on('error', () => socket.destroy());
      channel.once('close', () => socket.destroy());
      socket.once('close', () => channel.end());
      channel.pipe(socket).pipe(channel);
    });
  });
}

/** The system's words for it, which sshd passes on. */
function sayingOf(error: Error & { readonly code?: string }): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'Connection refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'Name or service not known';
    case 'ETIMEDOUT':
      return 'Connection timed out';
    default:
      return 'No route to host';
  }
}
