import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { descendantsOf } from './processes.ts';
import { required } from './required.ts';
import { isLong, sized } from './sized.ts';

export type HostKeyType = 'ed25519' | 'rsa' | 'ecdsa';

export interface SshdOptions {
  /** Default: ed25519 alone. */
  readonly hostKeys?: readonly HostKeyType[];
  /** Lines of sshd_config, put first, so that they win. */
  readonly extraConfig?: readonly string[];
  /** Lines of authorized_keys for the user who runs the tests. */
  readonly authorizedKeys: readonly string[];
  /**
   * Set in every session, over what sshd sets itself: PATH and HOME work too. HOME is an empty directory by
   * default, so that no start-up file of the user's changes anything; commands still begin in the real one.
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: a free one. */
  readonly port?: number;
  /**
   * Root has no password, which is all that it takes to log in, as on a stock sled. The sshd sees an /etc/shadow of
   * its own: it runs in a mount namespace, which ends with it, and nothing on the machine changes.
   */
  readonly emptyRootPassword?: boolean;
}

export interface Sshd {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The one who can log in: the user who runs the tests. */
  readonly user: string;
  /** `type base64` of each host key. */
  readonly hostPublicKeys: Readonly<Partial<Record<HostKeyType, string>>>;
  /** known_hosts lines of all host keys, each with its newline. */
  readonly knownHosts: string;
  /** What sshd has logged so far. */
  log(): string;
  /** It and its connections do nothing any more, and stay open. */
  freeze(): void;
  /** Ends it, its connections and the commands on them. */
  stop(): Promise<void>;
}

/** What is mounted in it is seen in it alone. */
const NAMESPACE = ['--mount', '--propagation', 'private'];

const sshdPath = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/lib/ssh/sshd'].find((path) =>
  existsSync(path),
);

let hasKeygen: boolean | null = null;

/** It looks once: a table of faults asks for each of its cells. */
export function hasSshd(): boolean {
  if (sshdPath === undefined) return false;
  return (hasKeygen ??= spawnSync('ssh-keygen', ['-?']).error === undefined);
}

export function requireSshd(): string | null {
  return required(hasSshd(), 'OpenSSH (sshd and ssh-keygen) is not installed');
}

/** As `requireSshd`, for `emptyRootPassword`. */
export function requireEmptyRootPassword(): string | null {
  const withoutSshd = requireSshd();
  if (withoutSshd !== null) return withoutSshd;
  if (process.getuid?.() !== 0) return 'only root can give an sshd an /etc/shadow of its own';
  const tried = spawnSync('unshare', [...NAMESPACE, 'mount', '--bind', '/etc/shadow', '/etc/shadow']);
  return required(tried.status === 0, 'no mount namespace can be made here (unshare -m)');
}

/** Makes a key pair with ssh-keygen and returns the public line. */
export function makeKeyFile(
  path: string,
  options: { readonly type?: HostKeyType; readonly passphrase?: string; readonly comment?: string } = {},
): string {
  const type = options.type ?? 'ed25519';
  execFileSync(
    'ssh-keygen',
    ['-q', '-t', type, '-N', options.passphrase ?? '', '-C', options.comment ?? 'test', '-f', path].concat(
      // The least that OpenSSH takes is made ten times as fast, and one round of a passphrase is as good as 16.
      type === 'rsa' ? ['-b', String(sized(1024, 2048))] : [],
      options.passphrase === undefined ? [] : ['-a', String(sized(1, 16))],
    ),
    { stdio: 'pipe' },
  );
  return readFileSync(`${path}.pub`, 'utf8').trim();
}

/** A real sshd in the foreground on loopback, with keys and configuration of its own. */
export async function startSshd(options: SshdOptions): Promise<Sshd> {
  if (sshdPath === undefined) throw new Error('sshd is not installed');
  // sshd refuses to start without its privilege separation directory; only root's needs it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });

  const directory = mkdtempSync(join(tmpdir(), 'cruc-fleet-sshd-'));
  mkdirSync(join(directory, 'home'));
  const hostPublicKeys: Partial<Record<HostKeyType, string>> = {};
  for (const type of options.hostKeys ?? ['ed25519']) {
    const line = makeKeyFile(join(directory, `host_${type}`), { type });
    hostPublicKeys[type] = line.split(' ').slice(0, 2).join(' ');
  }
  writeFileSync(join(directory, 'authorized_keys'), `${options.authorizedKeys.join('\n')}\n`, {
    mode: 0o600,
  });

  for (let tries = 1; ; tries += 1) {
    const port = options.port ?? (await freePort());
    writeFileSync(
      join(directory, 'sshd_config'),
      configOf(options, directory, port, Object.keys(hostPublicKeys)),
    );
    const started = await launch(directory, options.emptyRootPassword === true);
    if (typeof started !== 'string') {
      return {
        host: '127.0.0.1',
        port,
        user: userInfo().username,
        hostPublicKeys,
        knownHosts: Object.values(hostPublicKeys)
          .map((key) => `${port === 22 ? '127.0.0.1' : `[127.0.0.1]:${port}`} ${key}\n`)
          .join(''),
        log: () => started.log(),
        freeze: () => signalAll(started.child, ['SIGSTOP']),
        async stop() {
          await end(started.child);
          rmSync(directory, { recursive: true, force: true });
        },
      };
    }
    // Another process may have taken the port meanwhile.
    if (tries === 3 || options.port !== undefined) {
      rmSync(directory, { recursive: true, force: true });
      throw new Error(`sshd did not start: ${started}`);
    }
  }
}

function configOf(
  options: SshdOptions,
  directory: string,
  port: number,
  hostKeys: readonly string[],
): string {
  const environment = { HOME: join(directory, 'home'), ...options.environment };
  const quoted = Object.entries(environment).map(([name, value]) => `"${name}=${value}"`);
  return [
    ...(options.extraConfig ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map((type) => `HostKey ${join(directory, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    ...(options.emptyRootPassword === true
      ? ['PasswordAuthentication yes', 'PermitEmptyPasswords yes', 'PermitRootLogin yes']
      : ['PasswordAuthentication no', 'PermitRootLogin prohibit-password']),
    'KbdInteractiveAuthentication no',
    // ssh prefers sntrup761, with which what the tests start takes twice the CPU. A stock sled has it.
    ...(options.emptyRootPassword === true ? [] : ['KexAlgorithms -sntrup761*,mlkem768*']),
    'LogLevel VERBOSE',
    'Subsystem sftp internal-sftp',
    // One SetEnv with all: of several lines only the first counts.
    `SetEnv ${quoted.join(' ')}`,
    // Tests fail logins on purpose, all from one address.
    ...(hasPenalties() ? ['PerSourcePenalties no'] : []),
    '',
  ].join('\n');
}

let penalties: boolean | null = null;

/** Since OpenSSH 9.8; older ones take the word for an error. */
function hasPenalties(): boolean {
  if (penalties === null) {
    const [, major, minor] =
      /OpenSSH_(\d+)\.(\d+)/.exec(spawnSync('ssh', ['-V']).stderr?.toString() ?? '') ?? [];
    penalties = Number(major) * 100 + Number(minor) >= 908;
  }
  return penalties;
}

function launch(
  directory: string,
  emptyRootPassword: boolean,
): Promise<{ readonly child: ChildProcess; log(): string } | string> {
  return new Promise((resolve) => {
    let log = '';
    // With -r it serves a connection without starting anew, which is a third of the CPU of each. A stock sled does
    // start anew; an OpenSSH since 9.8 does so whatever it is told.
    const serving = isLong || emptyRootPassword ? [] : ['-r'];
    const sshd = [sshdPath ?? '', ...serving, '-D', '-e', '-f', join(directory, 'sshd_config')];
    const [command = '', ...words] = emptyRootPassword ? withEmptyRootPassword(directory, sshd) : sshd;
    const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    const config = readFileSync(join(directory, 'sshd_config'), 'utf8');
    const addresses = config.match(/^ListenAddress /gm)?.length ?? 1;
    child.on('error', (error) => resolve(error.message));
    child.on('exit', () => resolve(log));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      // It goes on where one of its addresses is taken.
      if (/^error: Bind to port /m.test(log)) signalAll(child, ['SIGTERM']);
      else if ((log.match(/^Server listening on /gm) ?? []).length === addresses)
        resolve({ child, log: () => log });
    });
  });
}

function withEmptyRootPassword(directory: string, command: readonly string[]): readonly string[] {
  const shadow = join(directory, 'shadow');
  const lines = readFileSync('/etc/shadow', 'utf8').replace(/^root:[^:]*:/m, 'root::');
  writeFileSync(shadow, lines, { mode: 0o600 });
  const script = 'mount --bind "$0" /etc/shadow && exec "$@"';
  return ['unshare', ...NAMESPACE, 'sh', '-c', script, shadow, ...command];
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      resolve();
      return;
    }
    child.on('exit', () => resolve());
    // One that was frozen hears of its end by the second.
    signalAll(child, ['SIGTERM', 'SIGCONT']);
  });
}

/** Its connections and their commands have sessions of their own and would outlive it. */
function signalAll({ pid }: ChildProcess, signals: readonly NodeJS.Signals[]): void {
  if (pid === undefined) return;
  for (const each of [...descendantsOf(pid), pid]) {
    try {
      for (const signal of signals) process.kill(each, signal);
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
