import { isDeepStrictEqual } from 'node:util';
import { FleetError } from '../model/error.ts';
import type { Gateway, Login, LoginOrigins, Target } from '../model/target.ts';
import type { Destination } from '../inventory/address.ts';
import { inheritedByGateways, loginDefaults, type LoginSettings } from '../inventory/login-keys.ts';
import type { AskSsh } from './ask-ssh.ts';
import { mayHold, type SshConfiguration } from './blocks.ts';
import { placeOf } from './config-line.ts';
import { type HostSettings, hostSettings, type SettingsContext } from './host-settings.ts';
import { type ConfigPlaces, readConfiguration } from './read-files.ts';
import { createSayings, type Sayings } from './sayings.ts';

export interface ConfiguredOptions {
  readonly places: ConfigPlaces;
  readonly ask: AskSsh;
  readonly context: SettingsContext;
  readonly signal: AbortSignal;
}

/** What is needed to find one way. */
interface Resolver {
  readonly configuration: SshConfiguration;
  readonly sayings: Sayings;
  readonly context: SettingsContext;
  /** Gateways of the inventory, which many sleds share. */
  readonly gateways: Map<Gateway, Promise<Gateway>>;
  /** Ways of the configuration, by what they are made of. */
  readonly ways: Map<string, Promise<Gateway | null>>;
  /** What holds for a host where neither OpenSSH's configuration nor the inventory says anything. */
  readonly usual: LoginSettings;
}

/**
 * The targets with what OpenSSH's configuration says where the inventory says nothing: logins, and the ways there.
 * Throws a FleetError `configuration`. When the signal fires, they come back as they were: nobody is to visit them.
 */
export async function configuredTargets(
  targets: readonly Target[],
  { places, ask, context, signal }: ConfiguredOptions,
): Promise<readonly Target[]> {
  const configuration = await readConfiguration(places);
  if (configuration.blocks.length === 0 && !configuration.hasUnread) return targets;
  const sayings = createSayings(configuration, { ask, context, signal });
  const { home, user, env, stateFolder } = context;
  const agentSocket = env['SSH_AUTH_SOCK'] ?? null;
  const usual = loginDefaults({ home, user, agentSocket, stateFolder, baseDir: home });
  const resolver: Resolver = {
    configuration,
    sayings,
    context,
    gateways: new Map(),
    ways: new Map(),
    usual,
  };
  try {
    return await Promise.all(targets.map((target) => configuredTarget(resolver, target)));
  } catch (error) {
    if (signal.aborted) return targets;
    throw error;
  } finally {
    await sayings.close();
  }
}

async function configuredTarget(resolver: Resolver, target: Target): Promise<Target> {
  const settings = await settingsOf(resolver, target.login);
  const login = withSettings(target.login, settings);
  if (target.login.origins.way === undefined && login.proxyCommand === null) {
    const last = await wayTo(resolver, target.login, settings);
    return last === null
      ? withLogin(target, login)
      : { ...target, login: ofConfiguration(login, ['way']), gateways: [last] };
  }
  if (target.gateways.length === 0) return withLogin(target, login);
  const gateways = await Promise.all(target.gateways.map((each) => configuredGateway(resolver, each)));
  return { ...target, login, gateways };
}

function withLogin(target: Target, login: Login): Target {
  return login === target.login ? target : { ...target, login };
}

function configuredGateway(resolver: Resolver, gateway: Gateway): Promise<Gateway> {
  const known = resolver.gateways.get(gateway);
  if (known !== undefined) return known;
  const configured = (async (): Promise<Gateway> => {
    const settings = await settingsOf(resolver, gateway);
    const login = withSettings(gateway, settings);
    if (gateway.origins.way !== undefined || login.proxyCommand !== null) return login;
    const behind = await wayTo(resolver, gateway, settings);
    return behind === null ? login : { ...ofConfiguration(login, ['way']), behind };
  })();
  resolver.gateways.set(gateway, configured);
  return configured;
}

async function settingsOf({ sayings, context }: Resolver, login: Login): Promise<HostSettings> {
  const question = {
    host: login.host,
    login,
    saysUser: login.origins.user !== undefined,
    saysPort: login.origins.port !== undefined,
  };
  const said = await sayings.of(question);
  return said.size === 0 ? NO_SETTINGS : hostSettings(said, question, context);
}

const NO_SETTINGS: HostSettings = { login: {}, jumps: [] };

/** The login with what the configuration says, where it is not said already. */
function withSettings<L extends Login>(login: L, settings: HostSettings): L {
  const fields = loginFields(settings.login).filter(
    (field) => login.origins[field === 'proxyCommand' ? 'way' : field] === undefined,
  );
  if (fields.length === 0) return login;
  const values = Object.fromEntries(fields.map((field) => [field, settings.login[field]]));
  return ofConfiguration(
    { ...login, ...values },
    fields.map((field) => (field === 'proxyCommand' ? 'way' : field)),
  );
}

function loginFields(login: HostSettings['login']): readonly (keyof HostSettings['login'])[];
function loginFields(login: object): readonly string[] {
  return Object.keys(login);
}

function ofConfiguration<L extends Login>(login: L, fields: readonly (keyof LoginOrigins)[]): L {
  const said = Object.fromEntries(fields.map((field) => [field, 'ssh configuration' as const]));
  return { ...login, origins: { ...login.origins, ...said } };
}

/** The gateway of the configuration that leads to a host of the inventory. One way serves all that it leads to. */
async function wayTo(resolver: Resolver, login: Login, { jumps }: HostSettings): Promise<Gateway | null> {
  if (jumps.length === 0) return null;
  const base = inheritedByGateways(resolver.usual, login);
  const key = JSON.stringify([jumps, base]);
  const way = resolver.ways.get(key) ?? chainOf(resolver, base, jumps, []);
  resolver.ways.set(key, way);
  return way;
}

/**
 * The last of the hosts that a ProxyJump names, each behind the one before it; null where there is none. `base` is what
 * the inventory says of gateways there, `path` the hosts whose ProxyJump is followed.
 */
async function chainOf(
  resolver: Resolver,
  base: LoginSettings,
  jumps: readonly Destination[],
  path: readonly Destination[],
): Promise<Gateway | null> {
  let last: Gateway | null = null;
  for (const jump of jumps) last = await hopGateway(resolver, base, jump, last, path);
  return last;
}

async function hopGateway(
  resolver: Resolver,
  base: LoginSettings,
  jump: Destination,
  before: Gateway | null,
  path: readonly Destination[],
): Promise<Gateway> {
  const { host, port, user } = jump;
  // What the inventory says is of sleds and of its own gateways: what the configuration says of this host goes over it.
  const asked: Gateway = {
    host,
    via: 'auto',
    command: null,
    behind: null,
    ...base,
    user: user ?? resolver.context.user,
    port: port ?? 22,
    origins: {
      ...(user === null ? {} : { user: 'ssh configuration' }),
      ...(port === null ? {} : { port: 'ssh configuration' }),
    },
  };
  const { login: said, jumps } = await settingsOf(resolver, asked);
  // As ssh does: only the first one is reached by its own way.
  const isFirst = before === null;
  const { proxyCommand, ...rest } = said;
  const own = isFirst && proxyCommand !== undefined ? { ...rest, proxyCommand } : rest;
  const login = withSettings(asked, { login: own, jumps: [] });
  // The user is never the inventory's: it knows nothing of this host.
  const { user: _, ...inherited } = base.origins;
  const gateway = {
    ...login,
    origins: { ...inherited, ...login.origins, host: 'ssh configuration' } as const,
  };
  if (!isFirst || login.proxyCommand !== null) return { ...gateway, behind: before };
  // The same question has the same answer: it would be asked for ever.
  if (path.some((each) => isDeepStrictEqual(each, jump))) throw circle(resolver, [...path, jump]);
  return { ...gateway, behind: await chainOf(resolver, base, jumps, [...path, jump]) };
}

function circle({ configuration }: Resolver, path: readonly Destination[]): FleetError {
  const stops = path.map(({ host }) => host);
  const lines = configuration.blocks.flatMap((block) =>
    stops.some((host) => mayHold(block, host))
      ? block.lines.filter(({ keyword }) => keyword === 'proxyjump').map(placeOf)
      : [],
  );
  const where = lines.length === 0 ? '' : ` (${lines.join(', ')})`;
  const message = `a ProxyJump of the ssh configuration goes in a circle: ${stops.join(', then ')}${where}; fix it, or name gateways in the inventory`;
  return new FleetError('configuration', message);
}
