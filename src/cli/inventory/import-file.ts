import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';
import { xdgFolder } from '../../files/xdg.ts';
import type { Inventory, InventoryContext } from '../../inventory/inventory.ts';
import { findInventoryPlace, readInventoryText } from '../../inventory/find.ts';
import { parseInventory } from '../../inventory/parse.ts';
import { FleetError } from '../../model/error.ts';
import type { Surroundings } from '../surroundings.ts';

/** The file of an inventory, which need not be there yet. */
export interface InventoryFile {
  readonly file: string;
  /** Null where there is none. */
  readonly text: string | null;
}

/** The inventory that the options and the environment name, or the place where a first one goes. */
export async function openInventoryFile(
  explicit: string | undefined,
  { env, cwd, home }: Surroundings,
): Promise<InventoryFile> {
  const { file, isThere } = await findInventoryPlace({ env, cwd, home, explicit });
  return { file, text: isThere ? await readInventoryText(file) : null };
}

/** As the other commands read it: throws a FleetError `inventory` with every error of the text. */
export function parseFile(
  { file, text }: { readonly file: string; readonly text: string },
  surroundings: Surroundings,
): Inventory {
  const context: InventoryContext = {
    home: surroundings.home,
    user: surroundings.user,
    agentSocket: surroundings.env['SSH_AUTH_SOCK'] ?? null,
    stateFolder: xdgFolder('state', surroundings).folder,
    baseDir: path.dirname(file),
  };
  return parseInventory(text, file, context);
}

/**
 * Puts the new text in the place of the old one, whole or not at all. Throws a FleetError `inventory` where the file is
 * no longer what it was, and where it cannot be written.
 */
export async function writeInventory({ file, text }: InventoryFile, changed: string): Promise<void> {
  const { isThere } = await findInventoryPlace({ explicit: file, env: {}, cwd: '/', home: '/' });
  if ((isThere ? await readInventoryText(file) : null) !== text) {
    throw new FleetError('inventory', `${file} was changed meanwhile: nothing was written; run it again`);
  }
  try {
    // A link stays one, and its file what others may do with it.
    const target = text === null ? file : await realpath(file);
    const mode = text === null ? undefined : (await stat(target)).mode & 0o777;
    await replaceFile(target, changed, mode);
  } catch (cause) {
    throw new FleetError('inventory', `${file} could not be written: it is as it was`, { cause });
  }
}
