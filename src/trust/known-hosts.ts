import { createHmac, createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { matchesParts, wildcards } from '../model/glob.ts';
import { sameHost } from '../model/same-host.ts';

/** One line of a known_hosts file, or of our own, that has a readable key. */
export interface KnownHost {
  readonly file: string;
  readonly line: number;
  /** When it was stored, where the file says it, as ours does. */
  readonly stored?: Stored;
  /** `key` for an ordinary line; a marked line says `@revoked` or `@cert-authority`. */
  readonly kind: 'key' | 'revoked' | 'cert-authority';
  /** The type in the key itself: `ssh-ed25519`, `ssh-rsa`, … */
  readonly keyType: string;
  /** The key as it goes over the wire. */
  readonly key: Buffer;
}

/** How a key came into our file. */
export interface Stored {
  readonly at: Date;
  /** `accept-new`, `trust`, … */
  readonly by: string;
}

/** `2026-11-27T22:10:03Z` */
export function momentOf(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The lines of one known_hosts file, ready for look-ups. The format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export interface KnownHosts {
  /** Lines that name a host in full, by that name, IPv6 addresses in one spelling. */
  readonly byName: ReadonlyMap<string, readonly KnownHost[]>;
  /** Lines with wildcards, negation or a hashed name, each with its test. */
  readonly byTest: readonly { readonly matches: (name: string) => boolean; readonly entry: KnownHost }[];
}

/** What the files say of one host. */
export interface HostRecord {
  readonly keys: readonly KnownHost[];
  readonly revoked: readonly KnownHost[];
  readonly authorities: readonly KnownHost[];
  /** Keys stored under the bare name of a host on another port; only an equal key counts, as in OpenSSH. */
  readonly withoutPort: readonly KnownHost[];
}

/** Reads what it understands; comments and lines that it cannot read are skipped, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const byName = new Map<string, KnownHost[]>();
  const byTest: { matches: (name: string) => boolean; entry: KnownHost }[] = [];
  let line = 0;
  for (const raw of text.split('\n')) {
    line += 1;
    const fields = raw.trim().split(/\s+/);
    const mark = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
    const kind = kindOf(mark);
    const [names, , encoded] = fields;
    if (kind === null || names === undefined || names.startsWith('#') || encoded === undefined) continue;
    const key = Buffer.from(encoded, 'base64');
    const keyType = keyTypeOf(key);
    if (keyType === null) continue;
    const entry: KnownHost = { file, line, kind, keyType, key };
    if (/[|*?!]/.test(names)) {
      byTest.push({ matches: names.startsWith('|') ? hashedTest(names) : patternTest(names), entry });
      continue;
    }
    for (const name of names.split(',').map(oneSpelling)) {
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [entry]);
      else list.push(entry);
    }
  }
  return { byName, byTest };
}

/** Everything that the files have on `host` at `port`, an IPv6 address in whatever spelling. */
export function lookUpHost(files: readonly KnownHosts[], host: Host): HostRecord {
  const { found, bare } = entriesOf(files, host, () => true);
  return {
    keys: found.filter((entry) => entry.kind === 'key'),
    revoked: [...found, ...bare].filter((entry) => entry.kind === 'revoked'),
    authorities: found.filter((entry) => entry.kind === 'cert-authority'),
    withoutPort: bare.filter((entry) => entry.kind === 'key'),
  };
}

/** As `lookUpHost`, the revoked keys alone: few files have any, so that this is quick. */
export function lookUpRevoked(files: readonly KnownHosts[], host: Host): readonly KnownHost[] {
  const { found, bare } = entriesOf(files, host, (entry) => entry.kind === 'revoked');
  return [...found, ...bare];
}

interface Host {
  readonly host: string;
  readonly port: number;
  /** The name that it has there instead, whatever its port. */
  readonly hostKeyAlias?: string | null;
}

/** The entries under the host's name with its port, and under its bare name where that is another one. */
function entriesOf(
  files: readonly KnownHosts[],
  { host, port, hostKeyAlias }: Host,
  isWanted: (entry: KnownHost) => boolean,
): { readonly found: readonly KnownHost[]; readonly bare: readonly KnownHost[] } {
  const under = (names: readonly string[]): KnownHost[] =>
    files.flatMap((file) => entriesUnder(file, names, isWanted));
  if (typeof hostKeyAlias === 'string') return { found: under([hostKeyAlias.toLowerCase()]), bare: [] };
  const spellings = spellingsOf(host);
  return {
    found: under(spellings.map((each) => knownHostsName({ host: each, port }))),
    bare: port === 22 ? [] : under(spellings),
  };
}

/** The name under which a host is stored: `host`, or `[host]:port` for a port other than 22. */
export function knownHostsName({ host, port }: Host): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** The one spelling first, then those that a hashed name or a pattern may have been made of. */
function spellingsOf(host: string): readonly string[] {
  if (!isIPv6(host)) return [host.toLowerCase()];
  const one = sameHost(host);
  return [...new Set([one, host.toLowerCase(), inFull(one)])];
}

/** `fd00:0000:0000:0000:0000:0000:0000:0001` of `fd00::1`, which is in the one spelling. */
function inFull(address: string): string {
  const [digits = '', zone] = address.split('%');
  const [before = [], after] = digits
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const missing = after === undefined ? 0 : 8 - (before.length + after.length);
  const groups = [...before, ...Array<string>(missing).fill('0'), ...(after ?? [])];
  const full = groups.map((group) => group.padStart(4, '0')).join(':');
  return zone === undefined ? full : `${full}%${zone}`;
}

/** A name of a line, an IPv6 address in one spelling. */
function oneSpelling(name: string): string {
  const [, bracketed, port = ''] = /^\[(.*)\](:\d+)$/.exec(name) ?? [];
  const host = bracketed ?? name;
  if (!isIPv6(host)) return name.toLowerCase();
  return bracketed === undefined ? sameHost(host) : `[${sameHost(host)}]${port}`;
}

/** `SHA256:…` as OpenSSH prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that a key in wire format begins with, or null if it is not a key. */
export function keyTypeOf(key: Buffer): string | null {
  if (key.length < 8) return null;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length < 4 + length) return null;
  return key.toString('latin1', 4, 4 + length);
}

function kindOf(mark: string | undefined): KnownHost['kind'] | null {
  switch (mark) {
    case undefined:
      return 'key';
    case '@revoked':
      return 'revoked';
    case '@cert-authority':
      return 'cert-authority';
    default:
      return null;
  }
}

function entriesUnder(
  file: KnownHosts,
  names: readonly string[],
  isWanted: (entry: KnownHost) => boolean,
): KnownHost[] {
  const named = names.slice(0, 1).flatMap((name) => file.byName.get(name) ?? []);
  const tested = file.byTest.filter(({ matches, entry }) => isWanted(entry) && names.some(matches));
  return [...named.filter(isWanted), ...tested.map(({ entry }) => entry)];
}

/** `|1|salt|hash`: the hash is the HMAC-SHA1 of the name under the salt, both in base64. */
function hashedTest(field: string): (name: string) => boolean {
  const [, version, salt, hash] = field.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return () => false;
  const saltBytes = Buffer.from(salt, 'base64');
  return (name) => createHmac('sha1', saltBytes).update(name).digest('base64') === hash;
}

/** `*.example,!bad.example`: one negated match outweighs all others. */
function patternTest(field: string): (name: string) => boolean {
  const patterns = field
    .toLowerCase()
    .split(',')
    .map((pattern) => {
      const negated = pattern.startsWith('!');
      return { negated, parts: wildcards(negated ? pattern.slice(1) : pattern) };
    });
  return (name) => {
    const matched = patterns.filter(({ parts }) => matchesParts(parts, name));
    return matched.length > 0 && !matched.some(({ negated }) => negated);
  };
}
