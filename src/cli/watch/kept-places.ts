import type { Places } from '../../watch/session-place.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import { openInventory } from '../options/selection-options.ts';
import { hasFacts } from '../place/facts-folder.ts';
import { openJoinedFacts } from '../place/joined-facts.ts';
import type { Surroundings } from '../surroundings.ts';

/** What is kept of places, and was read now; no sled and no VM is asked. Null where nothing is kept. */
export async function openPlaces(options: FleetOptions, surroundings: Surroundings): Promise<Places> {
  if (!(await hasFacts(surroundings))) return null;
  const inventory = await openInventory(options, surroundings);
  return (await openJoinedFacts({ ...options, isNeeded: false }, inventory, surroundings))?.cells ?? null;
}
