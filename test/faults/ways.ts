/** A way from here to a sled: adding one is an entry, and every fault is tried by it. */
export interface Way {
  /** What the document calls it. */
  readonly title: string;
  /** What leads there: the gateway, by that, or a command here. */
  readonly leads: 'straight' | 'forward' | 'exec' | 'pipe' | 'tool';
  /** What the command line says. */
  readonly argv: readonly string[];
  /** It needs OpenSSH on this machine. */
  readonly needsOpenssh?: boolean;
}

const BY_SSH = { argv: ['--transport', 'openssh', '-F', 'none'], needsOpenssh: true } as const;

export const WAYS = {
  direct: { title: 'directly', leads: 'straight', argv: [] },
  forward: { title: 'through a gateway that forwards', leads: 'forward', argv: [] },
  exec: { title: 'by a command on the gateway', leads: 'exec', argv: [] },
  pipe: { title: 'by a command here (`proxy_command`)', leads: 'pipe', argv: [] },
  openssh: { title: 'by the ssh of this machine', leads: 'straight', ...BY_SSH },
  'openssh-gateway': {
    title: 'by the ssh of this machine through a gateway',
    leads: 'forward',
    ...BY_SSH,
  },
  pilot: { title: 'through pilot', leads: 'tool', argv: [], needsOpenssh: true },
  sush: { title: 'through sush', leads: 'tool', argv: [], needsOpenssh: true },
} as const satisfies Readonly<Record<string, Way>>;

export type WayName = keyof typeof WAYS;

export const WAY_NAMES = Object.keys(WAYS) as readonly WayName[];

/** The tools of a rack, which are given one command for all of its sleds. */
export const TOOLS = ['pilot', 'sush'] as const satisfies readonly WayName[];

/** Those that log in to each sled: a fault that says nothing else is met by all of them. */
export const LOGINS: readonly WayName[] = WAY_NAMES.filter((way) => WAYS[way].leads !== 'tool');

/** Those on which a gateway stands. */
export const BY_GATEWAY: readonly WayName[] = ['forward', 'exec', 'openssh-gateway'];
/** Those on which a command stands that leads to the sled. */
export const BY_COMMAND: readonly WayName[] = ['exec', 'pipe'];
