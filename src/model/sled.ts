/** How a host key that was not seen before is treated. A changed or revoked key is refused by the first two. */
export type HostKeyPolicy = 'strict' | 'accept-new' | 'off';

/** Everything that is needed to open one SSH connection to one host. */
export interface Login {
  /** A name, an IPv4 address, or an IPv6 address without brackets (a zone as `%name` is kept). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Paths of private keys, tried in order, after the agent's. `~` is already expanded. */
  readonly identityFiles: readonly string[];
  /** Path of the SSH agent's socket, or `null` for none. */
  readonly identityAgent: string | null;
  /** Only keys that `identityFiles` name are offered, even when the agent holds more. */
  readonly identitiesOnly: boolean;
  /** Paths of known_hosts files, read in order; `accept-new` appends to the first. */
  readonly knownHostsFiles: readonly string[];
  readonly hostKeyPolicy: HostKeyPolicy;
  /** Time for TCP, key exchange and authentication together. */
  readonly connectTimeoutMs: number;
  /** Time between keepalive messages; three unanswered ones end the connection. 0 is off. */
  readonly keepaliveMs: number;
}

/** A host through which the sleds of a rack are reached (a switch zone). Several are tried in order. */
export type Gateway = Login;

/** One sled of the inventory, with its defaults filled in. */
export interface Sled extends Login {
  /** `rack/name`, unique in the inventory. */
  readonly id: string;
  readonly rack: string;
  /** The name given, else the serial, else `sled<cubby>`. Unique in its rack. */
  readonly name: string;
  readonly serial: string | null;
  /** 0 to 31, unique in its rack. */
  readonly cubby: number | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Tried in order; empty means that the sled is reached directly. */
  readonly gateways: readonly Gateway[];
}

/** `host:port` as it is written for people, with brackets around an IPv6 address. */
export function hostPort(login: { readonly host: string; readonly port: number }): string {
  const host = login.host.includes(':') ? `[${login.host}]` : login.host;
  return `${host}:${login.port}`;
}

/** `14` for a sled in cubby 14, its name where no cubby is known. */
export function cubbyOrName(sled: Sled): string {
  return sled.cubby === null ? sled.name : String(sled.cubby);
}
