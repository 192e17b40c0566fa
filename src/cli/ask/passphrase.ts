import { readFile } from 'node:fs/promises';
import { FleetError } from '../../model/error.ts';
import type { Surroundings } from '../surroundings.ts';

/**
 * The passphrase of encrypted keys: the first line of the file that $CRUC_FLEET_PASSPHRASE_FILE names. Null where
 * there is none; it is never an argument, which every user of a machine can read.
 */
export async function passphrase(surroundings: Pick<Surroundings, 'env'>): Promise<string | null> {
  const file = surroundings.env['CRUC_FLEET_PASSPHRASE_FILE'] ?? '';
  if (file === '') return null;
  try {
    const [first = ''] = (await readFile(file, 'utf8')).split(/\r?\n/);
    return first;
  } catch (cause) {
    const message = `the file of $CRUC_FLEET_PASSPHRASE_FILE, ${file}, cannot be read`;
    throw new FleetError('key_unreadable', message, { cause });
  }
}
