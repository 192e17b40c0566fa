import path from 'node:path';
import { writeDuration } from '../model/duration.ts';
import type { Login, Origin } from '../model/target.ts';
import { expandPath } from '../yaml/file-path.ts';
import { trueOrFalse, whole, type TextSchema } from '../yaml/text-schema.ts';
import { read, type Reader, type Value } from '../yaml/yaml-reader.ts';
import type { InventoryContext } from './inventory.ts';
import {
  agentSocket,
  aliasOrNone,
  authMethods,
  commandOrNone,
  durationAboveZero,
  durationOrOff,
  hostKeyPolicy,
  hostKeysFile,
  paths,
  somePaths,
  userName,
} from './inventory-schema.ts';

/** How to log in, wherever that is. */
export type LoginSettings = Omit<Login, 'host'>;

/** What the file can say of it. */
export type LoginField = Exclude<keyof LoginSettings, 'certificateFiles' | 'origins'>;

/** One key of the file that `defaults`, a rack, a sled and a gateway can each give. */
export interface LoginKey<T> {
  readonly name: string;
  /** One line for people; `docs/inventory.md` shows it. */
  readonly help: string;
  /** What holds where it is given nowhere, as the file would write it. */
  readonly fallback: string | readonly string[];
  /** A gateway does not take it from the place that lists it. */
  readonly isOfSleds: boolean;
  /** The heading of its column in `inventory list`, where it has one. */
  readonly heading: string | null;
  /** What is given; undefined where nothing is, or what does not fit, which is reported. */
  readonly read: (reader: Reader, value: Value | undefined, context: InventoryContext) => T | undefined;
  /** The fallback's meaning. */
  readonly byDefault: (context: InventoryContext) => T;
}

/** Every key of a login, by its field of `Login`: schema, reading, defaults and `docs/inventory.md` follow. */
export const LOGIN_KEYS = {
  user: loginKey('user', userName, 'root', {
    help: 'who logs in; `$USER` is the name of whoever runs cruc-fleet',
    resolve: userFor,
    heading: 'USER',
  }),
  port: loginKey('port', whole(1, 65_535), '22', {
    help: "the port of sleds; a gateway's is 22 unless it says otherwise itself",
    resolve: asGiven,
    isOfSleds: true,
  }),
  auth: loginKey('auth', authMethods, 'publickey', {
    help: 'what may let a login in: `publickey`, `empty-password`; `none`, which is always asked for first, warns unless it is named here',
    resolve: asGiven,
  }),
  identityFiles: loginKey(
    'identity_file',
    paths('a path of a private key, a list of them, or [] for none'),
    ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa'],
    { help: 'private keys: one path, a list, or `[]` for none', resolve: expandPaths },
  ),
  identityAgent: loginKey('identity_agent', agentSocket, '$SSH_AUTH_SOCK', {
    help: "the path of an agent's socket, or `none`",
    resolve: resolveAgent,
  }),
  identitiesOnly: loginKey('identities_only', trueOrFalse, 'false', {
    help: "`true`: of an agent's keys, only those that `identity_file` names are offered",
    resolve: asGiven,
  }),
  hostKeysFile: loginKey('host_keys', hostKeysFile, '$XDG_STATE_HOME/cruc-fleet/host_keys', {
    help: 'the path of our own file of host keys, by serial, which goes before `known_hosts`; `accept-new` and `inventory trust` add to it',
    resolve: resolveHostKeys,
  }),
  knownHostsFiles: loginKey(
    'known_hosts',
    somePaths('a path of a known_hosts file, or a list of one or more'),
    ['~/.ssh/known_hosts', '~/.ssh/known_hosts2', '/etc/ssh/ssh_known_hosts'],
    { help: 'one path or a list; they are only read', resolve: expandPaths },
  ),
  hostKeyAlias: loginKey('host_key_alias', aliasOrNone, 'none', {
    help: 'the name of its key in `known_hosts`, whatever its address and port',
    resolve: ({ alias }) => alias,
    isOfSleds: true,
  }),
  hostKeyPolicy: loginKey('host_key', hostKeyPolicy, 'strict', {
    help: '`accept-new` trusts a host not seen before and refuses one whose key changed; `off` trusts all',
    resolve: asGiven,
  }),
  connectTimeoutMs: loginKey('connect_timeout', durationAboveZero, '10s', {
    help: 'for TCP, key exchange and authentication together',
    resolve: asGiven,
  }),
  keepaliveMs: loginKey('keepalive', durationOrOff, '10s', {
    help: 'how often an idle connection is checked; `off` for never',
    resolve: asGiven,
  }),
  keepaliveCount: loginKey('keepalive_count', whole(1, 1000), '3', {
    help: 'so many keepalive messages without an answer end a connection',
    resolve: asGiven,
  }),
  proxyCommand: loginKey('proxy_command', commandOrNone, 'none', {
    help: 'a command that runs here and leads to the sshd by its standard input and output, in place of TCP and of gateways',
    resolve: ({ command }) => command,
    isOfSleds: true,
  }),
  pfexec: loginKey('pfexec', trueOrFalse, 'false', {
    help: '`true`: what we run there runs under pfexec, for a login that is not root and has the profile Primary Administrator',
    resolve: asGiven,
    isOfSleds: true,
  }),
} as const satisfies { readonly [F in LoginField]: LoginKey<LoginSettings[F]> };

const FIELDS = fieldsOf(LOGIN_KEYS);

/** The keys' names, in the order of the documentation. */
export const LOGIN_KEY_NAMES: readonly string[] = FIELDS.map((field) => LOGIN_KEYS[field].name);

/** Some of the values that a login needs. */
export type GivenLogin = Partial<Pick<LoginSettings, LoginField>>;

/** What is given among the values of a mapping; what does not fit is reported and left out. */
export function readLogin(
  reader: Reader,
  values: ReadonlyMap<string, Value>,
  context: InventoryContext,
): GivenLogin {
  const given: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const { name, read } = LOGIN_KEYS[field];
    const value = read(reader, values.get(name), context);
    if (value !== undefined) given[field] = value;
  }
  // Each value came from the entry of its own field.
  return given;
}

/** Settings with what the file gives in a place over them. */
export function withGiven<S extends LoginSettings>(settings: S, given: GivenLogin): S {
  if (Object.keys(given).length === 0) return settings;
  const said = Object.fromEntries(Object.keys(given).map((field) => [field, 'inventory' as const]));
  return { ...settings, ...given, origins: { ...settings.origins, ...said } };
}

/** What holds where the file says nothing. Whether the files exist is not looked at. */
export function loginDefaults(context: InventoryContext): LoginSettings;
export function loginDefaults(context: InventoryContext): Partial<LoginSettings> {
  const values = Object.fromEntries(FIELDS.map((field) => [field, LOGIN_KEYS[field].byDefault(context)]));
  return { ...values, certificateFiles: [], origins: {} };
}

/** A gateway's defaults, with what it takes from the place that lists it over them. */
export function inheritedByGateways(defaults: LoginSettings, outer: LoginSettings): LoginSettings {
  const inherited = FIELDS.filter((field) => !LOGIN_KEYS[field].isOfSleds);
  const pick = (values: object): object =>
    Object.fromEntries(Object.entries(values).filter(([field]) => inherited.some((each) => each === field)));
  return { ...defaults, ...pick(outer), origins: pick(outer.origins) };
}

/** The keys that `inventory list` shows: a heading, and a cell by login. */
export const LISTED_LOGIN_KEYS = FIELDS.flatMap((field) => {
  const { heading } = LOGIN_KEYS[field];
  return heading === null ? [] : [{ heading, cell: (login: Login): string => String(login[field]) }];
});

/** A value of a login in words, and where it came from. */
export interface LoginFact {
  readonly key: string;
  readonly value: string;
  readonly origin: Origin;
}

/** Every value of a login by its key of the file, beside the host; a command that leads there only where there is one. */
export function loginFacts(login: Login): readonly LoginFact[] {
  const { origins, certificateFiles, proxyCommand } = login;
  const fields = FIELDS.filter((field) => field !== 'proxyCommand' || proxyCommand !== null);
  const ofKeys = fields.map((field): LoginFact => {
    const origin = field === 'proxyCommand' ? origins.way : origins[field];
    return { key: LOGIN_KEYS[field].name, value: shownValue(field, login), origin: origin ?? 'default' };
  });
  const certificates = certificateFiles.map((value): LoginFact => {
    return { key: 'certificate', value, origin: origins.certificateFiles ?? 'default' };
  });
  return [
    { key: 'host', value: login.host, origin: origins.host ?? 'inventory' },
    ...ofKeys,
    ...certificates,
  ];
}

/** As the file could write it. */
function shownValue(field: LoginField, login: Login): string {
  switch (field) {
    case 'connectTimeoutMs':
      return writeDuration(login.connectTimeoutMs);
    case 'keepaliveMs':
      return login.keepaliveMs === 0 ? 'off' : writeDuration(login.keepaliveMs);
    default: {
      const value = [login[field] ?? []].flat();
      return value.length === 0 ? 'none' : value.join(', ');
    }
  }
}

function loginKey<G, T>(
  name: string,
  schema: TextSchema<G>,
  fallback: string | readonly string[],
  rest: {
    readonly help: string;
    /** What a value that fits means in its file. */
    readonly resolve: (given: G, context: InventoryContext) => T;
    readonly isOfSleds?: boolean;
    readonly heading?: string;
  },
): LoginKey<T> {
  const usual = schema.fit(fallback);
  if (!usual.fits) throw new Error(`the default of ${name} does not fit`);
  const { help, resolve, isOfSleds = false, heading = null } = rest;
  return {
    name,
    help,
    fallback,
    isOfSleds,
    heading,
    read: (reader, value, context) => {
      const found = read(reader, value, schema);
      return found && resolve(found.value, context);
    },
    byDefault: (context) => resolve(usual.value, context),
  };
}

/** The login name that a text of the file stands for, wherever it stands. */
export function userFor(given: string, { user }: InventoryContext): string {
  return given === '$USER' ? user : given;
}

function asGiven<T>(given: T): T {
  return given;
}

function expandPaths(files: readonly string[], context: InventoryContext): readonly string[] {
  return files.map((file) => expandPath(file, context));
}

function resolveAgent(given: string, context: InventoryContext): string | null {
  if (given === '$SSH_AUTH_SOCK' || given === 'SSH_AUTH_SOCK') return context.agentSocket;
  return given === 'none' ? null : expandPath(given, context);
}

/** `$XDG_STATE_HOME` has a default of its own. */
function resolveHostKeys(given: string, context: InventoryContext): string {
  return given.startsWith('$') ? path.join(context.stateFolder, 'host_keys') : expandPath(given, context);
}

function fieldsOf<F extends string>(table: Readonly<Record<F, unknown>>): readonly F[];
function fieldsOf(table: object): readonly string[] {
  return Object.keys(table);
}
