import { fingerprint } from './known-hosts.ts';

/** A host that a list of fingerprints may speak of, by any of these words. */
export interface ListedHost {
  readonly name: string;
  readonly words: readonly string[];
}

/** Fingerprints that somebody has from the hosts themselves. */
export interface FingerprintList {
  /** By the name of the host. */
  readonly byName: ReadonlyMap<string, readonly ListedFingerprint[]>;
  /** Numbers of the lines with a fingerprint that name no host of the inventory, or several. */
  readonly unnamed: readonly number[];
}

export interface ListedFingerprint {
  readonly fingerprint: string;
  readonly line: number;
}

const FINGERPRINT = /(?<![\w+/])SHA256:[A-Za-z0-9+/]{43}(?![\w+/])/g;

/**
 * Reads lines that hold a host and its fingerprints, in any order and among other words: `BRM42220036 SHA256:…`, what
 * `ssh-keygen -l` prints with its `root@BRM42220036`, and what pilot prints of it. A line must name its host itself: no
 * fingerprint goes to the host of the line above.
 */
export function parseFingerprints(text: string, hosts: readonly ListedHost[]): FingerprintList {
  const byName = new Map<string, ListedFingerprint[]>();
  const unnamed: number[] = [];
  const nameOf = namesByWord(hosts);
  for (const [index, line] of text.split('\n').entries()) {
    const found = line.match(FINGERPRINT) ?? [];
    if (found.length === 0 || line.trimStart().startsWith('#')) continue;
    const words = line.toLowerCase().split(/\s+/).flatMap(withoutUser);
    const [name, ...others] = new Set(words.flatMap((word) => nameOf.get(word) ?? []));
    if (name === undefined || others.length > 0) {
      unnamed.push(index + 1);
      continue;
    }
    const list = byName.get(name) ?? [];
    byName.set(name, [...list, ...found.map((each) => ({ fingerprint: each, line: index + 1 }))]);
  }
  return { byName, unnamed };
}

/** What a list says of a key that a host shows. */
export type ListVerdict =
  | { readonly status: 'listed'; readonly line: number }
  | { readonly status: 'other'; readonly line: number; readonly fingerprint: string }
  | { readonly status: 'not listed' };

export function checkListed({ byName }: FingerprintList, name: string, key: Buffer): ListVerdict {
  const listed = byName.get(name) ?? [];
  const same = listed.find((each) => each.fingerprint === fingerprint(key));
  if (same !== undefined) return { status: 'listed', line: same.line };
  const [first] = listed;
  return first === undefined ? { status: 'not listed' } : { status: 'other', ...first };
}

/** A word that stands for several hosts stands for none. */
function namesByWord(hosts: readonly ListedHost[]): ReadonlyMap<string, string> {
  const names = new Map<string, string | null>();
  for (const { name, words } of hosts) {
    for (const word of new Set(words.map((each) => each.toLowerCase()))) {
      names.set(word, names.has(word) ? null : name);
    }
  }
  return new Map([...names].flatMap(([word, name]) => (name === null ? [] : [[word, name] as const])));
}

/** `root@BRM42220036` is BRM42220036 too; a colon or comma behind a name is none of it. */
function withoutUser(word: string): readonly string[] {
  const bare = word.replace(/[,:]$/, '');
  const at = bare.lastIndexOf('@');
  return at === -1 ? [bare] : [bare, bare.slice(at + 1)];
}
