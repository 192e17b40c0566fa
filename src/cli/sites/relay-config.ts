import { join, resolve } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';
import { isMissingFile, replaceFile } from '../../files/replace-file.ts';
import { FleetError } from '../../model/error.ts';
import { credentialsText, readCredentials, type Credentials } from '../../relay/credentials.ts';
import { hubConfig } from '../../relay/hub-config.ts';
import { makeCredentials } from '../../relay/nats/make-credentials.ts';
import { isRelayName, NAME_RULE } from '../../relay/subjects.ts';
import { readAsker } from '../../relay/who-may-ask.ts';
import type { Surroundings } from '../surroundings.ts';

export interface RelayConfigOptions {
  readonly sites: readonly string[];
  readonly askers: readonly string[];
  readonly out: string;
  readonly listen: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly store?: string;
}

/** Writes nats.conf and the credentials that are not there yet; says what it wrote. */
export async function writeRelayConfig(
  options: RelayConfigOptions,
  { cwd, terminal }: Surroundings,
): Promise<void> {
  const askers = options.askers.map(readAsker);
  const strange = options.sites.find((site) => !isRelayName(site));
  if (strange !== undefined) {
    throw new FleetError('usage', `--sites: '${strange}' is not the name of a site; a name is ${NAME_RULE}`);
  }
  const names = [...options.sites, ...askers.map(({ name }) => name)];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new FleetError(
      'usage',
      `'${twice}' is named twice; sites and askers each have a name of their own`,
    );
  }
  const tls = tlsOf(options);
  refuseOpen(options, tls);
  const folder = resolve(cwd, options.out);
  try {
    await makeFolder(folder, 0o700);
    const made: string[] = [];
    const keep = async (role: Credentials['role'], name: string): Promise<Credentials> => {
      const path = join(folder, `${name}.creds`);
      const before = await credentialsAt(path);
      if (before?.role === role && before.name === name) return before;
      if (before !== null)
        throw new FleetError(
          'usage',
          `${path} is of another site or asker; remove it, or give it another name`,
        );
      const fresh = makeCredentials(role, name);
      await replaceFile(path, credentialsText(fresh), 0o600);
      made.push(path);
      return fresh;
    };
    const sites: Credentials[] = [];
    for (const site of options.sites) sites.push(await keep('site', site));
    const users = [];
    for (const { name, may } of askers) users.push({ ...(await keep('asker', name)), may });
    const config = join(folder, 'nats.conf');
    const storeFolder = resolve(cwd, options.store ?? join(folder, 'jetstream'));
    const text = hubConfig({ listen: options.listen, tls, storeFolder, sites, askers: users });
    await replaceFile(config, text, 0o600);
    for (const path of made) terminal.out.write(`${path}\n`);
    terminal.out.write(`${config}\n`);
  } catch (cause) {
    if (cause instanceof FleetError) throw cause;
    throw new FleetError('usage', `--out: ${folder} cannot be written`, { cause });
  }
}

async function credentialsAt(path: string): Promise<Credentials | null> {
  try {
    return await readCredentials(path);
  } catch (error) {
    if (error instanceof FleetError && isMissingFile(error.cause)) return null;
    throw error;
  }
}

function tlsOf({ tlsCert, tlsKey }: RelayConfigOptions) {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new FleetError('usage', '--tls-cert and --tls-key go together');
  }
  return { certificate: tlsCert, key: tlsKey };
}

/** Without TLS everything would be open on the way to any other machine. */
function refuseOpen({ listen }: RelayConfigOptions, tls: object | null): void {
  const [, v6, name, port] = /^(?:\[([0-9a-f:]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(listen) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    throw new FleetError('usage', `--listen: '${listen}' is not an address; write it as 0.0.0.0:4222`);
  }
  const host = v6 ?? name ?? '';
  if (tls !== null || host === 'localhost' || host === '::1' || host.startsWith('127.')) return;
  throw new FleetError(
    'usage',
    `--listen ${listen} is open to other machines, so it needs --tls-cert and --tls-key`,
  );
}
