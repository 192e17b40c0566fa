import type { Duplex } from 'node:stream';

/** What was seen of a handshake before it ended; the error is told from it. */
export interface HandshakeProgress {
  /** `OpenSSH_9.2` and the like, once the server has sent its banner. */
  software: string | null;
  /** What the server sent in place of a banner, up to 200 characters. */
  greeting: string;
  /** The server's and our lists of algorithms, by what ssh2 calls them. */
  readonly lists: Map<string, string>;
  /** The keys are exchanged and the server has proved its host key. */
  negotiated: boolean;
  /** The key that the server showed, once it has. */
  hostKey: Buffer | null;
  /** Labels of the keys that were offered, and of an empty password. */
  readonly offered: string[];
  /** What was offered last is `none`: where the server takes it, it lets anybody in. */
  isOfNone: boolean;
  /** What the server would accept instead, from its last refusal. */
  methodsLeft: readonly string[] | null;
  /** The last key was accepted and the server wants something more. */
  partialSuccess: boolean;
  /** No key is left to offer. */
  exhausted: boolean;
  /** Errors of single keys, such as an agent that would not sign. */
  readonly notes: string[];
}

export function startOfProgress(): HandshakeProgress {
  return {
    software: null,
    greeting: '',
    lists: new Map(),
    negotiated: false,
    hostKey: null,
    offered: [],
    isOfNone: false,
    methodsLeft: null,
    partialSuccess: false,
    exhausted: false,
    notes: [],
  };
}

/** ssh2 tells what the server sent in its debug lines only. */
export function noteDebugLine(progress: HandshakeProgress, line: string): void {
  if (progress.negotiated) return;
  const ident = /^Remote ident: '?SSH-[\d.]+-(\S+?)[' ]/.exec(`${line} `);
  if (ident?.[1] !== undefined) progress.software = ident[1];
  const list = /^Handshake: (\((?:local|remote)\) [^:]+): (.*)$/.exec(line);
  if (list?.[1] !== undefined && list[2] !== undefined) progress.lists.set(list[1], list[2]);
}

/** sshd says why it turns a client away in place of its banner ("Not allowed at this time"). */
export function watchGreeting(socket: Duplex, progress: HandshakeProgress): void {
  const onData = (chunk: Buffer): void => {
    progress.greeting = `${progress.greeting}${chunk.toString('latin1')}`.slice(0, 200);
    if (progress.greeting.startsWith('SSH-') || progress.greeting.includes('\nSSH-')) progress.greeting = '';
    else if (progress.greeting.length < 200) return;
    socket.removeListener('data', onData);
  };
  socket.on('data', onData);
}
