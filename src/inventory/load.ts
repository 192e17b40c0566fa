import path from 'node:path';
import { readInventoryText } from './find.ts';
import type { Inventory, InventoryContext } from './inventory.ts';
import { parseInventory } from './parse.ts';

/** Reads the inventory in a file. Throws a FleetError `inventory` as `parseInventory` does, or if it cannot be read. */
export async function loadInventory(
  file: string,
  context: Omit<InventoryContext, 'baseDir'>,
): Promise<Inventory> {
  return parseInventory(await readInventoryText(file), file, {
    ...context,
    baseDir: path.dirname(path.resolve(file)),
  });
}
