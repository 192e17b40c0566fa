import { execFileSync, spawnSync } from 'node:child_process';

/** Two machines with a cable between them: network namespaces, which go with `remove`. */
export interface Network {
  /** The names of the two namespaces: cruc-fleet runs in the first, sleds in the second. */
  readonly here: string;
  readonly there: string;
  /** `ip` with these words, in a namespace. */
  ip(namespace: string, ...words: readonly string[]): void;
  /** The words that run a program in a namespace. */
  within(namespace: string, ...argv: readonly string[]): readonly [string, ...string[]];
  remove(): void;
}

/** Our addresses on the cable, and those of the other end. */
export const CABLE = {
  here: ['10.99.0.1/24', 'fd00:99::1/64'],
  there: ['10.99.0.2/24', 'fd00:99::2/64'],
} as const;

let networks = 0;

/** Lays the cable: `wire` in both namespaces. Throws where no namespace can be made, and leaves nothing. */
export function makeNetwork(): Network {
  networks += 1;
  const [here, there] = [
    `cruc-fleet-${process.pid}-${networks}-here`,
    `cruc-fleet-${process.pid}-${networks}-there`,
  ];
  const ip = (namespace: string, ...words: readonly string[]): void => {
    execFileSync('ip', ['-n', namespace, ...words], { stdio: 'pipe' });
  };
  const remove = (): void => {
    for (const name of [here, there]) spawnSync('ip', ['netns', 'del', name]);
  };
  try {
    for (const name of [here, there]) execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' });
    ip(here, 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'wire', 'netns', there);
    for (const [name, addresses] of [
      [here, CABLE.here],
      [there, CABLE.there],
    ] as const) {
      for (const address of addresses) {
        ip(name, 'address', 'add', address, 'dev', 'wire', ...(address.includes(':') ? ['nodad'] : []));
      }
      ip(name, 'link', 'set', 'wire', 'up');
      ip(name, 'link', 'set', 'lo', 'up');
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { here, there, ip, within: (name, ...argv) => ['ip', 'netns', 'exec', name, ...argv], remove };
}

/** Why there can be no network of our own here; null where there can. */
export function networkMissing(): string | null {
  try {
    makeNetwork().remove();
    return null;
  } catch {
    return 'no network namespaces can be made here (ip netns)';
  }
}
