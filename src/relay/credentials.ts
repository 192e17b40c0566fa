import { open } from 'node:fs/promises';
import { FleetError } from '../model/error.ts';
import { isRelayName } from './subjects.ts';

/** Who somebody is to the hub. The seed is a secret: it is in no message, log or list of arguments. */
export interface Credentials {
  readonly role: 'site' | 'asker';
  readonly name: string;
  readonly seed: string;
  readonly publicKey: string;
}

/** The text of a file of credentials. */
export function credentialsText({ role, name, seed, publicKey }: Credentials): string {
  const what = role === 'site' ? `the runner of site ${name}` : `the asker ${name}`;
  return [
    `# Credentials of cruc-fleet for ${what}. The seed is a secret: mode 0600, and no copy but the one in use.`,
    `role: ${role}`,
    `name: ${name}`,
    `public: ${publicKey}`,
    `seed: ${seed}`,
    '',
  ].join('\n');
}

/** Reads a file of credentials; refuses one that others can read. Throws `configuration` with what to do. */
export async function readCredentials(path: string): Promise<Credentials> {
  let text: string;
  let mode: number;
  let owner: number;
  try {
    const file = await open(path, 'r');
    try {
      const stat = await file.stat();
      ({ mode, uid: owner } = stat);
      text = stat.isFile() && stat.size < 65_536 ? await file.readFile('utf8') : '';
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new FleetError('configuration', `the credentials in ${path} cannot be read`, { cause });
  }
  if ((mode & 0o077) !== 0) {
    throw new FleetError(
      'configuration',
      `the credentials in ${path} can be read by others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}, of user ${owner}); run: chmod 600 ${path}`,
    );
  }
  const read = credentialsIn(text);
  if (read !== null) return read;
  throw new FleetError(
    'configuration',
    `${path} does not hold credentials of cruc-fleet: role, name, public and seed; cruc-fleet relay config makes them`,
  );
}

export function credentialsIn(text: string): Credentials | null {
  const words = new Map(
    text.split('\n').flatMap((line) => {
      const [, key, value] = /^(\w+):\s*(\S+)\s*$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );
  const [role, name, seed, publicKey] = ['role', 'name', 'seed', 'public'].map((key) => words.get(key) ?? '');
  if (role !== 'site' && role !== 'asker') return null;
  if (name === undefined || !isRelayName(name)) return null;
  if (seed === undefined || !/^SU[A-Z2-7]{56}$/.test(seed)) return null;
  if (publicKey === undefined || !/^U[A-Z2-7]{55}$/.test(publicKey)) return null;
  return { role, name, seed, publicKey };
}
