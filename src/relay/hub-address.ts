import { isIP } from 'node:net';
import { FleetError } from '../model/error.ts';

/** Where the hub is. */
export interface HubAddress {
  /** As it was given. */
  readonly text: string;
  /** Several servers of one hub, tried in any order. */
  readonly servers: readonly { readonly host: string; readonly port: number }[];
  readonly isTls: boolean;
  readonly caFile: string | null;
}

const PORT = 4222;

/**
 * Reads `tls://hub.example:4222`, several separated by commas. Without TLS only this machine is a hub, since questions
 * and reports would be open on the way. Throws `usage`.
 */
export function hubAddress(text: string, caFile: string | null): HubAddress {
  const servers = text.split(',').map((part) => serverOf(part.trim()));
  const isTls = servers.every((server) => server.isTls);
  if (!isTls && servers.some((server) => server.isTls)) {
    throw new FleetError('usage', `--relay: ${text} mixes tls:// and nats://; give one of them`);
  }
  const open = servers.find(({ host }) => !isTls && !isLoopback(host));
  if (open !== undefined) {
    throw new FleetError(
      'usage',
      `--relay: ${text} is not encrypted, which is only for a hub on this machine; use tls://${open.host}:${open.port}`,
    );
  }
  // The library checks a certificate for the name alone: of an address it would take one for `localhost`.
  const unnamed = servers.find(({ host }) => isTls && isIP(host) !== 0);
  if (unnamed !== undefined) {
    throw new FleetError(
      'usage',
      `--relay: ${text} names the hub by its address, and certificates are checked by name; write it as tls://hub.example:4222`,
    );
  }
  return { text, servers, isTls, caFile };
}

function serverOf(text: string) {
  const [, scheme, v6, name, port] =
    /^(tls|nats):\/\/(?:\[([0-9a-f:%]+)\]|([^\s:/[\]@]+))(?::(\d{1,5}))?\/?$/i.exec(text) ?? [];
  const host = v6 ?? name;
  if (scheme === undefined || host === undefined) {
    throw new FleetError(
      'usage',
      `--relay: '${text}' is not the address of a hub; write it as tls://hub.example:4222`,
    );
  }
  return { host, port: port === undefined ? PORT : Number(port), isTls: scheme.toLowerCase() === 'tls' };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
