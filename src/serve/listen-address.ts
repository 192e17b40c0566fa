import { FleetError } from '../model/error.ts';

/** Where a server listens: an address of this machine alone. Port 0 is one that is free. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const MOST_PORT = 65_535;

/** Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080` or `8080`. Throws `usage` for any address that others can reach. */
export function readListenAddress(text: string): ListenAddress {
  const found = /^(?:(?<host>\[[^\]]*\]|[^:[\]]*):)?(?<port>\d{1,5})$/.exec(text)?.groups;
  const port = Number(found?.['port']);
  if (found === undefined || port > MOST_PORT) {
    throw new FleetError(
      'usage',
      `--listen ${text}: write an address of this machine and a port from 0 to ${MOST_PORT}, such as 127.0.0.1:8080`,
    );
  }
  const host = (found['host'] ?? '127.0.0.1').replaceAll(/[[\]]/g, '').toLowerCase();
  if (host === 'localhost') return { host: '127.0.0.1', port };
  if (isLoopback(host)) return { host, port };
  throw new FleetError(
    'usage',
    `--listen ${text}: the page has no login, so it listens only on this machine's own addresses; listen on 127.0.0.1:${port}, and reach it from elsewhere with: ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE`,
  );
}

/** Whether a name or address means the machine itself, whoever says it. Names that a resolver is asked for do not. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '::1' || /^127(?:\.(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}$/.test(host)
  );
}

/** `http://[::1]:8080/` */
export function urlOf({ host, port }: ListenAddress): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
