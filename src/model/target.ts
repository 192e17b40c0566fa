import type { Sled } from './sled.ts';

/** How a host key that was not seen before is treated. A changed or revoked key is refused by the first two. */
export type HostKeyPolicy = 'strict' | 'accept-new' | 'off';

/**
 * What may let a login in. SSH's `none` is asked for first whatever stands here, as OpenSSH does; that it is named
 * says that it is meant.
 */
export const AUTH_METHODS = ['none', 'publickey', 'empty-password'] as const;

export type AuthMethod = (typeof AUTH_METHODS)[number];

/** Where a value of a login came from; what stands further on this list holds. */
export type Origin = 'default' | 'ssh configuration' | 'inventory' | 'command line';

/**
 * Where the values of a login came from, by its fields; what is not among them is a default. `way` is how it is
 * reached: its `proxyCommand`, and the gateways before it.
 */
export type LoginOrigins = Readonly<
  Partial<Record<Exclude<keyof Login, 'origins'> | 'way', Exclude<Origin, 'default'>>>
>;

/** Everything that is needed to open one SSH connection to one host. */
export interface Login {
  /** A name, an IPv4 address, or an IPv6 address without brackets (a zone as `%name` is kept). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly auth: readonly AuthMethod[];
  /** Paths of private keys, tried in order, after the agent's. `~` is already expanded. */
  readonly identityFiles: readonly string[];
  /** Path of the SSH agent's socket, or `null` for none. */
  readonly identityAgent: string | null;
  /** Paths of certificates that the user names; they cannot be offered, which is said where the login fails. */
  readonly certificateFiles: readonly string[];
  /** Only keys that `identityFiles` name are offered, even when the agent holds more. */
  readonly identitiesOnly: boolean;
  /** Path of our own file of host keys, by a sled's serial; `accept-new` adds to it. */
  readonly hostKeysFile: string;
  /** Paths of known_hosts files, which are read in order, and never written. */
  readonly knownHostsFiles: readonly string[];
  /** The name under which its key stands in them, whatever its port; null is the host and its port. */
  readonly hostKeyAlias: string | null;
  readonly hostKeyPolicy: HostKeyPolicy;
  /** Time for TCP, key exchange and authentication together. */
  readonly connectTimeoutMs: number;
  /** Time between keepalive messages. 0 is off. */
  readonly keepaliveMs: number;
  /** So many unanswered keepalive messages end the connection. */
  readonly keepaliveCount: number;
  /** A command for sh, here, whose standard input and output lead to the host's sshd; null is TCP. */
  readonly proxyCommand: string | null;
  /** What we run there runs under pfexec(1), as root: the login itself is not root's. */
  readonly pfexec: boolean;
  readonly origins: LoginOrigins;
}

/**
 * How a gateway leads to a sled: by a forwarded connection, by a command that runs on it, or by the second where the
 * first is prohibited.
 */
export const GATEWAY_WAYS = ['auto', 'forward', 'exec'] as const;

export type GatewayWay = (typeof GATEWAY_WAYS)[number];

/** A host through which the sleds of a rack are reached (a switch zone). Several are tried in order. */
export interface Gateway extends Login {
  readonly via: GatewayWay;
  /** For the gateway's shell: its standard input and output lead to the sled's sshd. Null is `nc`. */
  readonly command: string | null;
  /** The gateway that leads to this one; null where it is reached from here. */
  readonly behind: Gateway | null;
}

/** Programs of Oxide that run one command on many sleds of a rack. */
export const RACK_TOOLS = ['pilot', 'sush'] as const;

/** Such a program, where a rack is asked through it: it was not tried on a real rack. */
export interface RackTool {
  readonly name: (typeof RACK_TOOLS)[number];
  /** For the shell of the first gateway that can be reached, or of this machine where there is none. */
  readonly command: string;
  /** Path of a file with a signed job, which sush takes in place of a command. */
  readonly jobFile: string | null;
}

/** A sled and the way to it, every default filled in: what the inventory gives and a transport takes. */
export interface Target {
  readonly sled: Sled;
  readonly login: Login;
  /** Tried in order; empty means that the sled is reached directly. */
  readonly gateways: readonly Gateway[];
  /** Asks the sled in place of a connection to it; it runs on one of the gateways. Absent: none. */
  readonly tool?: RackTool;
}
