import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { codeOf } from '../model/error.ts';

/** What became of a call of ssh. */
export type SshAnswer =
  | {
      readonly kind: 'ended';
      readonly status: number | null;
      readonly stdout: string;
      readonly stderr: string;
    }
  /** OpenSSH is not installed. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'too slow' }
  /** The signal fired. */
  | { readonly kind: 'given up' }
  | { readonly kind: 'not started'; readonly error: Error };

/** Runs the system's ssh with these arguments and without input. Never rejects. */
export type AskSsh = (
  args: readonly string[],
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<SshAnswer>;

/** What a configuration for one host may come to: a thousand times what there is. */
const MOST_CHARACTERS = 4 << 20;

export function createAskSsh(program = 'ssh'): AskSsh {
  return (args, { timeoutMs, signal }) =>
    new Promise((resolve) => {
      // A group of its own: a command of the configuration (Match exec) ends with it.
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      const said = { stdout: '', stderr: '' };
      if (!hasPipes(child)) {
        child.on('error', (error) => resolve({ kind: 'not started', error }));
        return;
      }
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => {
          if (said[name].length < MOST_CHARACTERS) said[name] += text;
        });
      }
      const finish = (answer: SshAnswer): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        resolve(answer);
      };
      const stop = (kind: 'too slow' | 'given up'): void => {
        if (child.pid !== undefined) endGroup(child.pid);
        child.stdout.destroy();
        child.stderr.destroy();
        finish({ kind });
      };
      const onAbort = (): void => stop('given up');
      const timer = setTimeout(() => stop('too slow'), timeoutMs);
      signal.addEventListener('abort', onAbort);
      child.on('error', (error) => {
        finish(codeOf(error) === 'ENOENT' ? { kind: 'absent' } : { kind: 'not started', error });
      });
      child.on('close', (status) => finish({ kind: 'ended', status, ...said }));
    });
}

/** Where no file descriptor is left for them, a child comes without them, in spite of its type. */
function hasPipes({ stdout }: ChildProcess): boolean {
  return stdout instanceof Readable;
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
