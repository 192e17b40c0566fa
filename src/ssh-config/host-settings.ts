import { parseDestination, type Destination } from '../inventory/address.ts';
import { FleetError } from '../model/error.ts';
import { sameHost } from '../model/same-host.ts';
import type { HostKeyPolicy, Login } from '../model/target.ts';
import { expandHome, expandTokens, expandVariables, type TokenValues } from './tokens.ts';
import type { Said } from './wrapping-file.ts';

/** What values may refer to. */
export interface SettingsContext {
  readonly home: string;
  /** Of ours. */
  readonly stateFolder: string;
  /** Who runs cruc-fleet. */
  readonly user: string;
  /** Of this machine. */
  readonly hostName: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A host that the configuration is asked about, and what of its login holds whatever that says. */
export interface Question {
  /** As the inventory spells it. */
  readonly host: string;
  readonly login: Pick<Login, 'user' | 'port'>;
  readonly saysUser: boolean;
  readonly saysPort: boolean;
}

/** What the configuration says of a login, in our words. */
export interface HostSettings {
  readonly login: Partial<Omit<Login, 'origins'>>;
  /** The hosts that lead there, the one that is reached from here first. */
  readonly jumps: readonly Destination[];
}

const SYSTEM_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts'];

/** Throws a FleetError `configuration` for a value that we cannot use. */
export function hostSettings(said: Said, asked: Question, context: SettingsContext): HostSettings {
  const one = (keyword: Parameters<Said['get']>[0]): string | undefined => said.get(keyword)?.[0];
  const host = one('hostname') ?? hostToken(asked.host);
  const user = one('user') ?? asked.login.user;
  const port = Number(one('port') ?? asked.login.port);
  const alias = one('hostkeyalias');
  const tokens: TokenValues = {
    d: context.home,
    h: host,
    k: alias ?? asked.host,
    L: context.hostName.replace(/\..*$/, ''),
    l: context.hostName,
    n: asked.host,
    p: String(port),
    r: user,
    u: context.user,
  };
  const path = (keyword: string) => (text: string) =>
    expandHome(
      expandVariables(expandTokens(text, keyword, tokens), keyword, context.env),
      keyword,
      context.home,
    );
  const command = one('proxycommand');
  if (command !== undefined && one('proxyusefdpass') === 'yes') {
    const message = `ProxyCommand ${command} hands over a connection (ProxyUseFdpass), which cannot be taken here; say proxy_command in the inventory`;
    throw new FleetError('configuration', message);
  }
  const files = said.get('identityfile')?.filter((each) => each !== 'none');
  const certificates = said.get('certificatefile')?.filter((each) => each !== 'none');
  const strict = policyOf(one('stricthostkeychecking'));
  const seconds = Number(one('connecttimeout') ?? 0);
  const interval = one('serveraliveinterval');
  const count = one('serveralivecountmax');
  return {
    login: given({
      host: one('hostname'),
      user: one('user'),
      port: one('port') === undefined ? undefined : port,
      identityFiles: files?.map(path('IdentityFile')),
      certificateFiles: certificates?.map(path('CertificateFile')),
      identityAgent: agentOf(one('identityagent'), context),
      identitiesOnly: one('identitiesonly') === 'yes' ? true : undefined,
      knownHostsFiles: knownHostsOf(said, context.home),
      hostKeyAlias: alias,
      hostKeyPolicy: strict,
      connectTimeoutMs: seconds > 0 ? seconds * 1000 : undefined,
      keepaliveMs: interval === undefined ? undefined : Number(interval) * 1000,
      keepaliveCount: count === undefined ? undefined : Math.max(1, Number(count)),
      proxyCommand: command === undefined ? undefined : proxyCommand(command, tokens),
    }),
    jumps: jumpsOf(one('proxyjump'), tokens),
  };
}

/** As ssh spells a host that has no other name: in its tokens, not where it is matched. */
export function hostToken(host: string): string {
  return sameHost(host).toLowerCase();
}

function given(values: {
  readonly [F in keyof HostSettings['login']]: HostSettings['login'][F] | undefined;
}): HostSettings['login'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** `no` takes no changed key here: only the inventory and the command line switch checking off. */
function policyOf(said: string | undefined): HostKeyPolicy | undefined {
  switch (said) {
    case 'true':
    case 'yes':
    case 'ask':
      return 'strict';
    case 'false':
    case 'no':
    case 'off':
    case 'accept-new':
      return 'accept-new';
    default:
      return undefined;
  }
}

function agentOf(said: string | undefined, { home, env }: SettingsContext): string | null | undefined {
  if (said === undefined) return undefined;
  if (said === 'none') return null;
  if (said === 'SSH_AUTH_SOCK') return env['SSH_AUTH_SOCK'] ?? null;
  const [, name] = /^\$(\w+)$/.exec(said) ?? [];
  if (name !== undefined) return env[name] ?? null;
  return expandHome(expandVariables(said, 'IdentityAgent', env), 'IdentityAgent', home);
}

/** The user's files and the system's are one list of ours: where one of them is set, the other keeps its default. */
function knownHostsOf(said: Said, home: string): readonly string[] | undefined {
  const ofUser = said.get('userknownhostsfile');
  const ofSystem = said.get('globalknownhostsfile');
  if (ofUser === undefined && ofSystem === undefined) return undefined;
  const expanded = (paths: readonly string[]): readonly string[] =>
    paths.map((path) => expandHome(path, 'UserKnownHostsFile', home));
  const user = expanded(ofUser ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']);
  const system = expanded(ofSystem ?? SYSTEM_KNOWN_HOSTS);
  return [...user, ...system].filter((path) => path !== 'none');
}

const PROXY_TOKENS = ['h', 'n', 'p', 'r'] as const;

/** As ssh does, without quotes around the values: they must hold nothing that a shell reads as more than text. */
function proxyCommand(command: string, tokens: TokenValues): string {
  const values = Object.fromEntries(PROXY_TOKENS.map((letter) => [letter, tokens[letter] ?? '']));
  for (const [letter, value] of Object.entries(values)) {
    if (!command.includes(`%${letter}`) || /^[\w.:%@+=,/-]*$/.test(value)) continue;
    const message = `ProxyCommand ${command} in the ssh configuration: ${value} for %${letter} is more than a word for a shell; say proxy_command in the inventory`;
    throw new FleetError('configuration', message);
  }
  return expandTokens(command, 'ProxyCommand', values);
}

function jumpsOf(said: string | undefined, tokens: TokenValues): readonly Destination[] {
  if (said === undefined || said === 'none') return [];
  const values = Object.fromEntries(PROXY_TOKENS.map((letter) => [letter, tokens[letter] ?? '']));
  return expandTokens(said, 'ProxyJump', values)
    .split(',')
    .map((text) => {
      const destination = parseDestination(text.trim().replace(/^ssh:\/\/([^/]*)\/?$/, '$1'));
      if (destination !== null) return destination;
      const message = `ProxyJump ${said} in the ssh configuration: found ${text}, allowed is [user@]host[:port]`;
      throw new FleetError('configuration', message);
    });
}
