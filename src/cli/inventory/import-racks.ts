import type { Inventory } from '../../inventory/inventory.ts';
import { isRackWord, RACK_WORD, sameWord } from '../../inventory/words.ts';
import type { WrittenRack } from '../../import/apply-plan.ts';
import { uuidOf, type SeenSled } from '../../import/seen-sled.ts';
import { FleetError } from '../../model/error.ts';
import type { AskPerson } from '../questions.ts';

/** Where sleds go: by a rack's id in the control plane, and those where no source tells the rack. */
export interface RackChoice {
  readonly rack: string | null;
  readonly byUuid: ReadonlyMap<string, string>;
}

/**
 * Settles which rack of the inventory each rack of the sources is: by `rack_uuid`, by `--rack ID=UUID`, by `--rack ID`
 * where only one is new, else by asking. Throws a FleetError `usage` where nobody can be asked.
 */
export async function chooseRacks(
  given: readonly string[],
  sleds: readonly SeenSled[],
  inventory: Inventory | null,
  ask: AskPerson | null,
): Promise<RackChoice> {
  const byUuid = new Map(
    (inventory?.racks ?? []).flatMap(({ id, uuid }) => (uuid === undefined ? [] : [[uuid, id] as const])),
  );
  let rack: string | null = null;
  for (const text of given) {
    const [word = '', uuid] = text.split('=');
    const id = rackId(word, inventory);
    if (uuid === undefined) {
      if (rack !== null)
        throw new FleetError(
          'usage',
          `--rack ${text}: only one rack can take the sleds whose rack no source names; for several, give --rack ID=UUID`,
        );
      rack = id;
      continue;
    }
    const known = uuidOf(uuid);
    if (known === null)
      throw new FleetError('usage', `--rack ${text}: ${uuid} is not a UUID; allowed is ID or ID=UUID`);
    if ((byUuid.get(known) ?? id) !== id) {
      throw new FleetError(
        'usage',
        `--rack ${text}: the inventory says that this is rack ${byUuid.get(known)}`,
      );
    }
    byUuid.set(known, id);
  }
  const unknown = [...new Set(sleds.flatMap(({ rackUuid }) => rackUuid ?? []))]
    .filter((uuid) => !byUuid.has(uuid))
    .sort();
  const [first] = unknown;
  if (first !== undefined && unknown.length === 1 && rack !== null && !hasOtherUuid(inventory, rack)) {
    byUuid.set(first, rack);
    return { rack, byUuid };
  }
  for (const uuid of unknown) byUuid.set(uuid, await askForRack(uuid, inventory, ask));
  return { rack, byUuid };
}

/** Asks for the rack of sleds where no source tells it. */
export async function askForLeftRack(
  names: readonly string[],
  inventory: Inventory | null,
  ask: AskPerson | null,
): Promise<string> {
  const who = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
  if (ask === null)
    throw new FleetError(
      'usage',
      `no source tells in which rack ${who} ${names.length === 1 ? 'is' : 'are'}: say it with --rack ID`,
    );
  return await askForId(
    `No source tells in which rack ${who} ${names.length === 1 ? 'is' : 'are'}. Which rack? `,
    inventory,
    ask,
  );
}

/** The racks that are new, or whose id in the control plane was not written yet. */
export function writtenRacks({ byUuid }: RackChoice): readonly WrittenRack[] {
  return [...byUuid].map(([uuid, id]) => ({ id, uuid }));
}

async function askForRack(uuid: string, inventory: Inventory | null, ask: AskPerson | null): Promise<string> {
  if (ask === null) {
    throw new FleetError(
      'usage',
      `which rack of the inventory is rack_id ${uuid}? say it with --rack ID=${uuid}; it is kept as rack_uuid`,
    );
  }
  return await askForId(
    `Which rack of the inventory is rack_id ${uuid}? It is kept as rack_uuid. `,
    inventory,
    ask,
  );
}

async function askForId(question: string, inventory: Inventory | null, ask: AskPerson): Promise<string> {
  const racks = (inventory?.racks ?? []).map(({ id }) => id);
  const known = racks.length === 0 ? '' : `(${racks.join(', ')}, or a new one) `;
  for (;;) {
    const line = await ask(question + known);
    if (line === null) throw new FleetError('usage', 'the rack is not known: nothing was written');
    if (isRackWord(line)) return rackId(line, inventory);
  }
}

/** The id of a rack that is called so; a word that no rack has is a new one. */
function rackId(word: string, inventory: Inventory | null): string {
  if (!isRackWord(word)) throw new FleetError('usage', `--rack ${word}: allowed is ${RACK_WORD}`);
  const found = inventory?.racks.find(({ id, name }) =>
    [id, name ?? id].some((each) => sameWord(each) === sameWord(word)),
  );
  return found?.id ?? word;
}

function hasOtherUuid(inventory: Inventory | null, rack: string): boolean {
  return inventory?.racks.some(({ id, uuid }) => id === rack && uuid !== undefined) === true;
}
