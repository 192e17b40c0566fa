import { lstat, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { FleetError } from '../model/error.ts';
import type { Inventory, InventoryContext } from './inventory.ts';
import { parseInventory } from './parse.ts';

const FILE_NAME = 'inventory.yaml';
const HOW_TO_MAKE_ONE = 'make one with: cp inventory.example.yaml inventory.yaml';
const MOST_BYTES = 8 * 1024 * 1024;

export interface InventoryPlaces {
  /** The value of `-i`. */
  readonly explicit?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
}

/**
 * The absolute path of the inventory to use: `-i`, else `$CRUC_FLEET_INVENTORY`, else `inventory.yaml` in the current
 * folder, else in `cruc-fleet` of `$XDG_CONFIG_HOME` (`~/.config`). A file that was named and is not there is an error
 * and not a reason to take the next one. Throws a FleetError `inventory` that says every place that was looked at.
 */
export async function findInventory(options: InventoryPlaces): Promise<string> {
  const { env, cwd, home } = options;
  const named =
    options.explicit !== undefined
      ? { from: '-i', value: options.explicit }
      : { from: '$CRUC_FLEET_INVENTORY', value: env['CRUC_FLEET_INVENTORY'] ?? '' };
  if (named.value !== '' || options.explicit !== undefined) {
    const file = path.resolve(cwd, named.value.replace(/^~(?=\/)/, home));
    if (named.value === '')
      throw new FleetError('inventory', `${named.from} names no file; ${HOW_TO_MAKE_ONE}`);
    if (await isThere(file)) return file;
    throw new FleetError(
      'inventory',
      `no inventory at ${file}, which ${named.from} names; ${HOW_TO_MAKE_ONE}`,
    );
  }
  // A relative one is to be ignored, says the XDG base directory specification.
  const xdg = env['XDG_CONFIG_HOME'] ?? '';
  const config = path.isAbsolute(xdg) ? xdg : path.join(home, '.config');
  const places = [path.join(cwd, FILE_NAME), path.join(config, 'cruc-fleet', FILE_NAME)];
  for (const file of places) if (await isThere(file)) return file;
  throw new FleetError(
    'inventory',
    `no inventory: looked for ${places.join(' and ')}, and neither -i nor $CRUC_FLEET_INVENTORY names one; ` +
      HOW_TO_MAKE_ONE,
  );
}

/** Reads the inventory in a file. Throws a FleetError `inventory` as `parseInventory` does, or if it cannot be read. */
export async function loadInventory(
  file: string,
  context: Omit<InventoryContext, 'baseDir'>,
): Promise<Inventory> {
  return parseInventory(await readText(file), file, {
    ...context,
    baseDir: path.dirname(path.resolve(file)),
  });
}

async function readText(file: string): Promise<string> {
  const found = await orInventoryError(file, stat(file));
  if (found.isDirectory()) {
    throw new FleetError(
      'inventory',
      `${file} is a folder; name the file, such as ${path.join(file, FILE_NAME)}`,
    );
  }
  if (found.size > MOST_BYTES) {
    throw new FleetError(
      'inventory',
      `${file} is larger than ${MOST_BYTES / 1024 / 1024} MiB; is it an inventory?`,
    );
  }
  const bytes = await orInventoryError(file, readFile(file));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FleetError('inventory', `${file} is not UTF-8 text; save it as such`, { cause });
  }
}

/** Whether anything goes by that path: a link to nothing does, and is an error rather than passed over. */
async function isThere(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
    throw unreadable(file, error);
  }
}

async function orInventoryError<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): FleetError {
  switch (errorCode(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new FleetError('inventory', `no inventory at ${file}; ${HOW_TO_MAKE_ONE}`, { cause });
    case 'EACCES':
    case 'EPERM':
      return new FleetError('inventory', `${file} may not be read; check the permissions (ls -l)`, { cause });
    default:
      return new FleetError('inventory', `${file} cannot be read`, { cause });
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
