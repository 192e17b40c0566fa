import { FleetError } from '../model/error.ts';
import { keyTypeOf, momentOf, type KnownHost, type Stored } from './known-hosts.ts';

/**
 * The text of our own file of host keys. OpenSSH reads it as a known_hosts file, so that its lines are known_hosts
 * lines, with the name that we keep a host by in place of its address, and what we know of a key in the comment:
 * `BRM42220036 ssh-ed25519 AAAA… stored=2026-11-27T22:10:03Z by=accept-new at=[fd00::1]:22`. Its first line says what
 * it is, and its version.
 */
export interface KeptKeys {
  /** Each line with the key that it has; a comment and an empty line have none. */
  readonly lines: readonly KeptLine[];
  /** The keys of a host, those that are revoked too, by its name in lower case. */
  readonly byName: ReadonlyMap<string, readonly KnownHost[]>;
}

interface KeptLine {
  readonly text: string;
  readonly has: { readonly name: string; readonly entry: KnownHost } | null;
}

/** A key that is to be kept, and how it came. */
export interface KeptKey extends Stored {
  readonly name: string;
  readonly key: Buffer;
  /** Where it was shown: `host:port`. */
  readonly shownAt: string;
}

const VERSION = 1;
const FIRST_LINE = /^# cruc-fleet host keys, version (\d+)\b/;
const HEAD = [
  `# cruc-fleet host keys, version ${VERSION}: by the serial of a sled, or rack/name; of a gateway by [host]:port.`,
  '# Written by cruc-fleet, which puts another file in its place. OpenSSH can use it as a UserKnownHostsFile, with',
  '# HostKeyAlias. A line that begins with @revoked holds for its name.',
];

/**
 * Reads it strictly: a line that is skipped could make a host unknown whose key we have, and then a new key would
 * be taken. Throws a FleetError `host_key_unknown` with the line.
 */
export function parseKeptKeys(text: string, file: string): KeptKeys {
  const texts = text.split('\n');
  if (texts.at(-1) === '') texts.pop();
  if (texts.length > 0) checkFirstLine(texts[0] ?? '', file);
  const byName = new Map<string, KnownHost[]>();
  const lines = texts.map((each, index): KeptLine => {
    const has = parseLine(each.trim(), file, index + 1);
    if (has !== null) {
      const host = has.name.toLowerCase();
      byName.set(host, [...(byName.get(host) ?? []), has.entry]);
    }
    return { text: each, has };
  });
  return { lines, byName };
}

/** All that is kept for a host by its name. */
export function keptFor(keys: KeptKeys, name: string): readonly KnownHost[] {
  return keys.byName.get(name.toLowerCase()) ?? [];
}

/** The names that a key is kept for. */
export function namesOfKey({ lines }: KeptKeys, key: Buffer): readonly string[] {
  const names = lines.flatMap(({ has }) =>
    has !== null && has.entry.kind === 'key' && has.entry.key.equals(key) ? [has.name] : [],
  );
  return [...new Set(names)];
}

/** The file's text with some keys in place of all that it has for their names. What is revoked stays. */
export function textWith({ lines }: KeptKeys, keys: readonly KeptKey[]): string {
  const replaced = new Set(keys.map(({ name }) => name.toLowerCase()));
  const left = lines.filter(
    ({ has }) => has === null || has.entry.kind === 'revoked' || !replaced.has(has.name.toLowerCase()),
  );
  const head = lines.length === 0 ? HEAD : [];
  return `${[...head, ...left.map(({ text }) => text), ...keys.map(lineOf)].join('\n')}\n`;
}

function lineOf({ name, key, at, by, shownAt }: KeptKey): string {
  return `${name} ${keyTypeOf(key) ?? 'unknown'} ${key.toString('base64')} stored=${momentOf(at)} by=${by} at=${shownAt}`;
}

function checkFirstLine(line: string, file: string): void {
  const version = Number(FIRST_LINE.exec(line)?.[1]);
  if (version <= VERSION) return;
  throw new FleetError(
    'host_key_unknown',
    Number.isNaN(version)
      ? `${file} is not a file of host keys of cruc-fleet; name another under host_keys`
      : `${file} is of version ${version}, and this cruc-fleet knows up to ${VERSION}; use the one that wrote it, or name another file under host_keys`,
  );
}

function parseLine(
  line: string,
  file: string,
  number: number,
): { readonly name: string; readonly entry: KnownHost } | null {
  if (line === '' || line.startsWith('#')) return null;
  const words = line.split(/\s+/);
  const isRevoked = words[0] === '@revoked';
  const [name = '', type, encoded = '', ...comment] = isRevoked ? words.slice(1) : words;
  const key = Buffer.from(encoded, 'base64');
  const keyType = keyTypeOf(key);
  if (name.startsWith('@') || keyType === null || keyType !== type) {
    const message = `${file} line ${number} is damaged; fix it, or remove it and then see the key of that host with: cruc-fleet inventory trust`;
    throw new FleetError('host_key_unknown', message);
  }
  const kind = isRevoked ? 'revoked' : 'key';
  return { name, entry: { file, line: number, kind, keyType, key, ...storedIn(comment) } };
}

function storedIn(comment: readonly string[]): { readonly stored?: Stored } {
  const value = (name: string): string | undefined =>
    comment.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const at = new Date(value('stored') ?? '');
  return Number.isNaN(at.getTime()) ? {} : { stored: { at, by: value('by') ?? 'somebody' } };
}
