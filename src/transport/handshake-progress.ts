import type { Duplex } from 'node:stream';
import type { HostKeyVerdict } from '../trust/verdict.ts';

/** What was seen of a handshake before it ended; the error is told from it. */
export interface HandshakeProgress {
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** When the carrier stood, and when each step had ended; null for a step that has not. */
  readonly at: {
    readonly start: number;
    banner: number | null;
    hostKey: number | null;
    negotiated: number | null;
  };
  /** `OpenSSH_9.2` and the like, once the server has sent its banner. */
  software: string | null;
  /** What the server sent in place of a banner, up to 200 characters. */
  greeting: string;
  /** The server's and our lists of algorithms, by what ssh2 calls them, where they were asked for. */
  readonly lists: Map<string, string>;
  /** The keys are exchanged and the server has proved its host key. */
  negotiated: boolean;
  /** What was agreed on, in a few words. */
  agreed: string;
  /** The key that the server showed, once it has. */
  hostKey: Buffer | null;
  /** What was made of it. */
  verdict: HostKeyVerdict | null;
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

export function startOfProgress(elapsed: () => number): HandshakeProgress {
  return {
    elapsed,
    at: { start: elapsed(), banner: null, hostKey: null, negotiated: null },
    software: null,
    greeting: '',
    lists: new Map(),
    negotiated: false,
    agreed: '',
    hostKey: null,
    verdict: null,
    offered: [],
    isOfNone: false,
    methodsLeft: null,
    partialSuccess: false,
    exhausted: false,
    notes: [],
  };
}

/** ssh2 tells lists of algorithms in its debug lines only. */
export function noteDebugLine(progress: HandshakeProgress, line: string): void {
  if (progress.negotiated) return;
  const list = /^Handshake: (\((?:local|remote)\) [^:]+): (.*)$/.exec(line);
  if (list?.[1] !== undefined && list[2] !== undefined) progress.lists.set(list[1], list[2]);
}

/** Reads the server's banner, or what it sends in place of it: sshd says why it turns a client away. */
export function watchGreeting(socket: Duplex, progress: HandshakeProgress): void {
  const onData = (chunk: Buffer): void => {
    progress.greeting = `${progress.greeting}${chunk.toString('latin1')}`.slice(0, 200);
    const banner = /^SSH-[\d.]+-([^\r\n ]*)([\r\n ])?/m.exec(progress.greeting);
    if (banner !== null) {
      progress.software = banner[1] ?? null;
      progress.at.banner ??= progress.elapsed();
      // The rest of the line is still to come.
      if (banner[2] === undefined && progress.greeting.length < 200) return;
      progress.greeting = '';
    } else if (progress.greeting.length < 200) return;
    socket.removeListener('data', onData);
  };
  socket.on('data', onData);
}
