import type { Gateway, Login } from '../model/target.ts';
import { expandPath } from '../yaml/file-path.ts';
import type { Destination } from './address.ts';
import type { InventoryContext } from './inventory.ts';
import type { Settings } from './inventory-schema.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_IDENTITY_FILES = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa'];
const DEFAULT_KNOWN_HOSTS = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2', '/etc/ssh/ssh_known_hosts'];

/** How to log in to a host, every setting that was not given filled in. Whether the files exist is not looked at. */
export function resolveLogin(host: string, given: Settings, context: InventoryContext): Login {
  const user = given.user ?? 'root';
  return {
    host,
    port: given.port ?? 22,
    user: user === '$USER' ? context.user : user,
    identityFiles: (given.identity_file ?? DEFAULT_IDENTITY_FILES).map((file) => expandPath(file, context)),
    identityAgent: agent(given.identity_agent, context),
    identitiesOnly: given.identities_only ?? false,
    knownHostsFiles: (given.known_hosts ?? DEFAULT_KNOWN_HOSTS).map((file) => expandPath(file, context)),
    hostKeyPolicy: given.host_key ?? 'strict',
    connectTimeoutMs: given.connect_timeout ?? DEFAULT_TIMEOUT_MS,
    keepaliveMs: given.keepalive ?? DEFAULT_TIMEOUT_MS,
  };
}

/**
 * A gateway takes what it does not say from the place that lists it, except for the port: the port of a rack is that of
 * its sleds.
 */
export function resolveGateway(
  destination: Destination,
  own: Settings,
  outer: Settings,
  context: InventoryContext,
): Gateway {
  const { port: _portOfSleds, ...inherited } = outer;
  const given: Settings = {
    ...inherited,
    ...own,
    ...(destination.user === null ? {} : { user: destination.user }),
    ...(destination.port === null ? {} : { port: destination.port }),
  };
  return resolveLogin(destination.host, given, context);
}

function agent(given: string | undefined, context: InventoryContext): string | null {
  if (given === undefined || given === '$SSH_AUTH_SOCK' || given === 'SSH_AUTH_SOCK')
    return context.agentSocket;
  return given === 'none' ? null : expandPath(given, context);
}
