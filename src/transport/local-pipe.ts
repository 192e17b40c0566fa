import { spawn } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import type { Carrier } from './carrier.ts';
import { hasPipes, noRoomFor } from './child-pipes.ts';
import { createPipeEnd } from './pipe-end.ts';
import { signalGroup } from './signal-group.ts';

/** Commands that carry SSH and run here. */
export interface LocalPipes {
  /** Starts the login's `proxyCommand`. Never throws: a command that cannot be started ends at once. */
  open(login: Login): Carrier;
  /** Resolves when none of them runs any more. */
  close(): Promise<void>;
}

/** What is told to end, or has closed its output, has so many milliseconds: a frozen process hears no TERM. */
const GRACE_MS = 300;

export function createLocalPipes(): LocalPipes {
  const running = new Set<Promise<void>>();
  return {
    open(login) {
      const { carrier, gone } = openPipe(login);
      running.add(gone);
      void gone.then(() => running.delete(gone));
      return carrier;
    },
    close: async () => {
      await Promise.all(running);
    },
  };
}

function openPipe(login: Login): { readonly carrier: Carrier; readonly gone: Promise<void> } {
  // As OpenSSH does: exec leaves no shell behind, a group of its own leaves nothing of it, and a Ctrl-C is ours.
  const child = spawn('/bin/sh', ['-c', `exec ${login.proxyCommand ?? ''}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const about = {
    what: `the proxy_command to ${hostPort(login)}`,
    advice: 'run it by hand: it should show the banner of an sshd',
    codeOf: () => 'pipe' as const,
  };
  const end = createPipeEnd(about, (said) => said);
  if (!hasPipes(child)) {
    child.on('error', () => {});
    return { carrier: carrierOfNone(about.what), gone: Promise.resolve() };
  }
  child.stderr.on('data', (chunk: Buffer) => end.hear(chunk));
  child.stderr.on('error', () => {});
  let isGone = false;
  /** It has closed its end by itself: how it ends is its own doing. */
  let hasEnded = false;
  const onEnd = (): void => {
    hasEnded = true;
  };
  const gone = new Promise<void>((resolve) => {
    const leave = (how: string): void => {
      isGone = true;
      end.end(how);
      resolve();
    };
    child.on('error', (error) => leave(error.message));
    // Later than `exit`: nobody holds its pipes any more.
    child.on('close', (status, signal) => {
      leave(signal === null ? `status ${status}` : `signal ${signal.replace(/^SIG/, '')}`);
    });
  });
  const stop = (): void => {
    const { pid } = child;
    if (isGone || pid === undefined) return;
    if (!hasEnded) {
      end.stop();
      signalGroup(pid, 'SIGTERM');
    }
    const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
    void gone.then(() => clearTimeout(timer));
  };
  return {
    carrier: { stream: duplexOf(child.stdout, child.stdin, { onEnd, stop }), explain: end.explain },
    gone,
  };
}

/** Ends at once, and says why. */
function carrierOfNone(what: string): Carrier {
  const stream = new Duplex({
    read: () => void stream.push(null),
    write: (_chunk, _encoding, done) => done(),
  });
  return { stream, explain: async () => new FleetError('pipe', noRoomFor(what)) };
}

/** One stream out of two pipes; its end is the end of the process. */
function duplexOf(
  output: Readable,
  input: Writable,
  { onEnd, stop }: { readonly onEnd: () => void; readonly stop: () => void },
): Duplex {
  const duplex = new Duplex({
    read: () => void output.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      input.write(chunk, (error) => {
        // What it said before it closed its input is still to be read; then comes the end of its output.
        if (error instanceof Error) onEnd();
        done();
      });
    },
    final: (done) => {
      input.end(() => done());
    },
    destroy: (error, done) => {
      stop();
      output.destroy();
      input.destroy();
      done(error);
    },
  });
  output.on('data', (chunk: Buffer) => {
    if (!duplex.push(chunk)) output.pause();
  });
  output.on('end', () => {
    onEnd();
    duplex.push(null);
  });
  output.on('error', (error) => duplex.destroy(error));
  // A write that fails says so itself.
  input.on('error', () => {});
  return duplex;
}
