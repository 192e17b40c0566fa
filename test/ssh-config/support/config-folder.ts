import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Target } from '../../../src/model/target.ts';
import { createAskSsh, type AskSsh } from '../../../src/ssh-config/ask-ssh.ts';
import type { SshConfiguration } from '../../../src/ssh-config/blocks.ts';
import { configuredTargets } from '../../../src/ssh-config/configured-targets.ts';
import { readConfiguration } from '../../../src/ssh-config/read-files.ts';

/** A home with an ssh configuration, and a system's one, for each test of a file. */
export interface ConfigFolder {
  readonly home: string;
  /** The user's file. */
  readonly user: string;
  readonly system: string;
  /** How ssh was called. */
  readonly calls: (readonly string[])[];
  /** Writes a file, by its path in the home. */
  write(path: string, ...lines: readonly string[]): string;
  read(chosen?: string): Promise<SshConfiguration>;
  /** The targets as the files say how to reach them; by the real ssh, or another one. */
  configure(targets: readonly Target[], change?: ConfigChange): Promise<readonly Target[]>;
}

export interface ConfigChange {
  readonly chosen?: string;
  readonly ask?: AskSsh;
  readonly signal?: AbortSignal;
}

/** A machine without OpenSSH. */
export const withoutSsh: AskSsh = () => Promise.resolve({ kind: 'absent' });

export function useConfigFolder(): ConfigFolder {
  let root = '';
  let calls: (readonly string[])[] = [];
  const folder: ConfigFolder = {
    get home() {
      return join(root, 'home');
    },
    get user() {
      return join(root, 'home', '.ssh', 'config');
    },
    get system() {
      return join(root, 'etc', 'ssh_config');
    },
    get calls() {
      return calls;
    },
    write(path, ...lines) {
      const file = join(root, 'home', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
      return file;
    },
    read: (chosen) => readConfiguration(placesOf(folder, chosen)),
    configure: (targets, { chosen, ask = createAskSsh(), signal = new AbortController().signal } = {}) =>
      configuredTargets(targets, {
        places: placesOf(folder, chosen),
        ask: (args, limits) => {
          calls.push(args);
          return ask(args, limits);
        },
        context: {
          home: folder.home,
          stateFolder: join(folder.home, 'state'),
          user: 'ada',
          hostName: 'desk.example',
          env: { SSH_AUTH_SOCK: '/run/agent', LAB: 'lab' },
        },
        signal,
      }),
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cruc-fleet-config-'));
    calls = [];
    mkdirSync(join(root, 'home', '.ssh'), { recursive: true });
    mkdirSync(join(root, 'etc'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  return folder;
}

function placesOf({ home, system }: ConfigFolder, chosen: string | undefined) {
  return { chosen: chosen ?? null, home, systemFile: system };
}
