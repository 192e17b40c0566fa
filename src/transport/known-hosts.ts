import { createHmac, createHash } from 'node:crypto';
import { matchesParts, wildcards } from '../model/glob.ts';
import type { Login } from '../model/target.ts';

/** One line of a known_hosts file that has a readable key. */
export interface KnownHost {
  readonly file: string;
  readonly line: number;
  /** `key` for an ordinary line; a marked line says `@revoked` or `@cert-authority`. */
  readonly kind: 'key' | 'revoked' | 'cert-authority';
  /** The type in the key itself: `ssh-ed25519`, `ssh-rsa`, … */
  readonly keyType: string;
  /** The key as it goes over the wire. */
  readonly key: Buffer;
}

/** The lines of one known_hosts file, ready for look-ups. The format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export interface KnownHosts {
  /** Lines that name a host in full, by that name. */
  readonly byName: ReadonlyMap<string, readonly KnownHost[]>;
  /** Lines with wildcards, negation or a hashed name, each with its test. */
  readonly byTest: readonly { readonly matches: (name: string) => boolean; readonly entry: KnownHost }[];
  /** Whether a line can be appended as it is. */
  readonly endsInNewline: boolean;
}

/** What the files say of one host. */
export interface HostRecord {
  readonly keys: readonly KnownHost[];
  readonly revoked: readonly KnownHost[];
  readonly authorities: readonly KnownHost[];
  /** Keys stored under the bare name of a host on another port; only an equal key counts, as in OpenSSH. */
  readonly withoutPort: readonly KnownHost[];
}

/** Reads what it understands; comments and lines that it cannot read are passed over, as OpenSSH does. */
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
    for (const name of names.toLowerCase().split(',')) {
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [entry]);
      else list.push(entry);
    }
  }
  return { byName, byTest, endsInNewline: text === '' || text.endsWith('\n') };
}

/** What a host's name in the files is made of. */
type NamedHost = Pick<Login, 'host' | 'port'> & Partial<Pick<Login, 'hostKeyAlias'>>;

/** Everything that the files have on the host. */
export function lookUpHost(files: readonly KnownHosts[], host: NamedHost): HostRecord {
  const name = knownHostsName(host);
  const bare = typeof host.hostKeyAlias === 'string' ? name : host.host.toLowerCase();
  const found = files.flatMap((file) => entriesFor(file, name));
  const other = name === bare ? [] : files.flatMap((file) => entriesFor(file, bare));
  return {
    keys: found.filter((entry) => entry.kind === 'key'),
    revoked: [...found, ...other].filter((entry) => entry.kind === 'revoked'),
    authorities: found.filter((entry) => entry.kind === 'cert-authority'),
    withoutPort: other.filter((entry) => entry.kind === 'key'),
  };
}

/** The name under which a host is stored: its alias, else `host`, or `[host]:port` for a port other than 22. */
export function knownHostsName({ host, port, hostKeyAlias }: NamedHost): string {
  if (typeof hostKeyAlias === 'string') return hostKeyAlias.toLowerCase();
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** One line, without its newline, that makes `key` known for the host. */
export function knownHostsLine(host: NamedHost, key: Buffer): string {
  return `${knownHostsName(host)} ${keyTypeOf(key) ?? 'unknown'} ${key.toString('base64')}`;
}

/** `SHA256:…` as OpenSSH prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that a key in wire format begins with, or null if it is no key. */
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

function entriesFor(file: KnownHosts, name: string): KnownHost[] {
  const tested = file.byTest.filter(({ matches }) => matches(name)).map(({ entry }) => entry);
  return [...(file.byName.get(name) ?? []), ...tested];
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
