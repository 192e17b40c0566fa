import type { Login } from '../../model/target.ts';
import type { KnownFile } from './known-file.ts';

/** What our ssh does, whatever the user's configuration says: a command, without a terminal, that asks nobody. */
const PLAIN = [
  // Unknown to OpenSSH before 8.7, where an option that is not known is an error.
  'IgnoreUnknown=SessionType,StdinNull,ForkAfterAuthentication',
  'StdinNull=no',
  'ForkAfterAuthentication=no',
  'RemoteCommand=none',
  'BatchMode=yes',
  'LogLevel=INFO',
  'EscapeChar=none',
  'RequestTTY=no',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'VisualHostKey=no',
  'UpdateHostKeys=no',
  'HashKnownHosts=no',
  'ControlPersist=no',
] as const;

/** What the environment has, from which a login's own values are told. */
export interface SshSurroundings {
  /** The value of SSH_AUTH_SOCK. */
  readonly agentSocket: string | null;
  readonly exists: (path: string) => boolean;
  /** What `-F` says: a file that ssh reads in place of its own, or `none`; null is its own. */
  readonly configFile: string | null;
}

/** Options by which ssh logs in as a login says, and knows the host by `known` alone; the user's configuration adds what it does not say. */
export function loginWords(
  login: Login,
  known: KnownFile | null,
  { agentSocket, exists, configFile }: SshSurroundings,
): readonly string[] {
  const { identityAgent, keepaliveMs } = login;
  const isOff = login.hostKeyPolicy === 'off';
  const options = [
    ...PLAIN,
    `ConnectTimeout=${seconds(login.connectTimeoutMs)}`,
    `ServerAliveInterval=${keepaliveMs === 0 ? 0 : seconds(keepaliveMs)}`,
    `ServerAliveCountMax=${login.keepaliveCount}`,
    `StrictHostKeyChecking=${isOff ? 'no' : login.hostKeyPolicy === 'strict' ? 'yes' : 'accept-new'}`,
    `UserKnownHostsFile=${known === null || isOff ? '/dev/null' : quoted(known.path)}`,
    'GlobalKnownHostsFile=/dev/null',
    `HostName=${login.host.replaceAll('%', '%%')}`,
    ...(known === null ? [] : [`HostKeyAlias=${known.alias}`]),
    // None is asked for first in any case.
    ...(login.auth.includes('publickey') ? [] : ['PreferredAuthentications=none']),
    ...(login.identitiesOnly ? ['IdentitiesOnly=yes'] : []),
    ...(identityAgent === agentSocket ? [] : [`IdentityAgent=${quoted(identityAgent ?? 'none')}`]),
    ...login.certificateFiles.filter(exists).map((file) => `CertificateFile=${quoted(file)}`),
    ...login.identityFiles.filter(exists).map((file) => `IdentityFile=${quoted(file)}`),
  ];
  return [
    ...(configFile === null ? [] : ['-F', configFile]),
    '-T',
    ...options.flatMap((option) => ['-o', option]),
    '-l',
    login.user,
    '-p',
    String(login.port),
  ];
}

/** For a command; they come after `IgnoreUnknown`. */
export const OF_COMMANDS = ['-o', 'SessionType=default', '-o', 'PermitLocalCommand=no'] as const;

/** For a connection without a command, which says on standard output that it stands. */
export function masterWords(ready: string): readonly string[] {
  return ['-N', '-o', 'PermitLocalCommand=yes', '-o', `LocalCommand=echo '${ready}'`];
}

/** A percent sign is the beginning of a token of ssh's. */
export function proxyWords(command: string): readonly string[] {
  return ['-o', `ProxyCommand=${command.replaceAll('%', '%%')}`];
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

function quoted(path: string): string {
  const escaped = path.replaceAll('%', '%%');
  return /[\s"]/.test(escaped) ? `"${escaped}"` : escaped;
}
