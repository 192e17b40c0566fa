import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { FleetError } from '../model/error.ts';
import { findFile, readText, unnamedPlaces, type FilePlaces, type SoughtKind } from '../yaml/text-file.ts';

const INVENTORY: SoughtKind = {
  code: 'inventory',
  noun: 'inventory',
  oneOfIt: 'an inventory',
  fileName: 'inventory.yaml',
  remedy: 'make one with: cp inventory.example.yaml inventory.yaml',
  option: '-i',
  variable: 'CRUC_FLEET_INVENTORY',
};

/**
 * The absolute path of the inventory to use: `-i`, else `$CRUC_FLEET_INVENTORY`, else `inventory.yaml` in the current
 * folder, else in `cruc-fleet` of `$XDG_CONFIG_HOME` (`~/.config`). A file that was named and is not there is an error
 * and not a reason to take the next one. Throws a FleetError `inventory` that says every place that was looked at.
 */
export async function findInventory(options: FilePlaces): Promise<string> {
  const file = await findFile(INVENTORY, options);
  if (file !== null) return file;
  throw new FleetError(
    'inventory',
    `no inventory: looked for ${unnamedPlaces(INVENTORY, options).join(' and ')}, and neither ${INVENTORY.option} ` +
      `nor $${INVENTORY.variable} names one; ${INVENTORY.remedy}`,
  );
}

/** The inventory to use, or where a first one goes: a file that was named need not be there. */
export async function findInventoryPlace(
  options: FilePlaces,
): Promise<{ readonly file: string; readonly isThere: boolean }> {
  const named = options.explicit ?? options.env[INVENTORY.variable] ?? '';
  const file = path.resolve(options.cwd, named.replace(/^~(?=\/)/, options.home));
  if (named !== '' && !(await exists(file))) return { file, isThere: false };
  const found = await findFile(INVENTORY, options);
  return found === null
    ? { file: path.join(options.cwd, INVENTORY.fileName), isThere: false }
    : { file: found, isThere: true };
}

/** The text of an inventory. Throws a FleetError `inventory` that says why it is not available. */
export async function readInventoryText(file: string): Promise<string> {
  return await readText(INVENTORY, file);
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch {
    return false;
  }
}
