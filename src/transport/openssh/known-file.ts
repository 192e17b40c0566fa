import { readFile, writeFile } from 'node:fs/promises';
import type { Login } from '../../model/target.ts';
import type { HostName } from '../../trust/host-name.ts';
import type { HostKeyStore } from '../../trust/host-keys.ts';
import { parseKnownHosts, type HostRecord, type KnownHost } from '../../trust/known-hosts.ts';

/** A known_hosts file of one login alone, and the name by which ssh looks it up there. */
export interface KnownFile {
  readonly path: string;
  readonly alias: string;
}

/** Writes what is known of a host, by our file and by the login's, to a file for ssh. */
export async function writeKnownFile(
  store: HostKeyStore,
  login: Login,
  host: HostName,
  path: string,
): Promise<KnownFile> {
  const alias = host.name.replaceAll(/[^\w.-]/g, '_');
  if (login.hostKeyPolicy !== 'off') {
    const record = await store.recordOf(login, host);
    await writeFile(path, linesOf(record, login, alias).join(''), { mode: 0o600 });
  }
  return { path, alias };
}

function linesOf({ keys, revoked, authorities, withoutPort }: HostRecord, login: Login, alias: string) {
  const line = (mark: string) => (entry: KnownHost) =>
    `${mark}${alias} ${entry.keyType} ${entry.key.toString('base64')}\n`;
  // A key of the host without its port counts only where it is equal, so that a new one does not pass for a changed one.
  const others = login.hostKeyPolicy === 'strict' ? withoutPort : [];
  return [
    ...[...keys, ...others].map(line('')),
    ...revoked.map(line('@revoked ')),
    ...authorities.map(line('@cert-authority ')),
  ];
}

/** Stores a key that ssh has taken by accept-new, as our own SSH does. Gives the warnings; rejects as `remember`. */
export async function rememberNewKeys(
  store: HostKeyStore,
  login: Login,
  host: HostName,
  { path, alias }: KnownFile,
): Promise<readonly string[]> {
  if (login.hostKeyPolicy !== 'accept-new') return [];
  const record = await store.recordOf(login, host);
  const known = [...record.keys, ...record.revoked];
  const taken = parseKnownHosts(await readFile(path, 'utf8'), path).byName.get(alias.toLowerCase()) ?? [];
  const warnings: string[] = [];
  for (const { kind, key } of taken) {
    if (kind !== 'key' || known.some((each) => each.key.equals(key))) continue;
    const judge = await store.judgeFor(login, host);
    warnings.push(...(await judge.remember(key)));
  }
  return warnings;
}
