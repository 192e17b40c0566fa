import type { KnownSleds } from '../../facts/join.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { PlacesAsked } from './ask-places.ts';

/** What the inventory and this run know of sleds. */
export function knownSleds(inventory: Inventory, asked: PlacesAsked | null): KnownSleds {
  return {
    cubbies: new Map(
      inventory.targets.flatMap(({ sled }) =>
        sled.serial === null || sled.cubby === null ? [] : [[sled.serial, sled.cubby] as const],
      ),
    ),
    inventory: { source: 'inventory', label: inventory.file, asOf: null, isFileTime: false, isNow: true },
    notReached: asked?.notReached ?? new Set(),
    wereAsked: asked !== null,
  };
}

/** The name of a sled in the inventory by its serial, which stands for itself where the inventory does not know it. */
export function namesOf(inventory: Inventory): (serial: string) => string {
  const names = new Map(
    inventory.targets.flatMap(({ sled }) => (sled.serial === null ? [] : [[sled.serial, sled.id] as const])),
  );
  return (serial) => names.get(serial) ?? serial;
}

/** The same as tables call it: `3/9` where its cubby is known. */
export function shortNamesOf(inventory: Inventory): (serial: string) => string {
  const names = new Map(
    inventory.targets.flatMap(({ sled }) =>
      sled.serial === null
        ? []
        : [[sled.serial, sled.cubby === null ? sled.id : `${sled.rack}/${sled.cubby}`] as const],
    ),
  );
  return (serial) => names.get(serial) ?? serial;
}
