import type { Socket } from 'node:net';
import type { Algorithms } from 'ssh2';
import type { FaultName } from './fault.ts';

export const VERSION_LINE = 'SSH-2.0-OpenSSH_9.9\r\n';

/** What a connection meets in place of an SSH server. */
export const DOOR_FAULTS: Partial<Readonly<Record<FaultName, (socket: Socket) => void>>> = {
  reset: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
  silent: (socket) => socket.resume(),
  'other-protocol': saying('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
  'old-protocol': saying('SSH-1.5-OpenSSH_3.4\r\n'),
  'endless-greeting': greet,
  overloaded: saying('Exceeded MaxStartups\r\n'),
  banned: saying('Not allowed at this time\r\n'),
  'banner-hang': (socket) => {
    socket.write(VERSION_LINE);
    socket.resume();
  },
};

/** What its SSH server speaks, where that is not what everybody does. */
export const ALGORITHM_FAULTS: Partial<Readonly<Record<FaultName, Algorithms>>> = {
  'old-key-exchange': { kex: ['diffie-hellman-group14-sha1'] },
  'old-ciphers': { cipher: ['3des-cbc'] },
};

/** Says that and hangs up. What the other side says is read, so that its end is heard. */
function saying(text: string): (socket: Socket) => void {
  return (socket) => {
    socket.resume();
    socket.end(text);
  };
}

const GREETING = Buffer.from('this machine is the property of somebody who likes to say so\r\n'.repeat(512));

/** A server may say lines before its version (RFC 4253, section 4.2); this one has no other. */
function greet(socket: Socket): void {
  const pour = (): void => {
    while (socket.writable && socket.write(GREETING));
  };
  socket.resume();
  socket.on('drain', pour);
  pour();
}
