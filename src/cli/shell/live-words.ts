import type { Word } from '../../completion/command-words.ts';
import type { LiveQuestion } from '../../completion/complete.ts';
import { xdgFolder } from '../../files/xdg.ts';
import { lastRunFile, readLastRun } from '../../fleet/last-run.ts';
import { findInventory } from '../../inventory/find.ts';
import { shortZone } from '../../model/zone-name.ts';
import { inventoryWords, type InventoryWords, type WordPlaces } from './inventory-words.ts';

/** What the inventory or the last run over it says now; nothing where they cannot be read. */
export async function liveWords(question: LiveQuestion, places: WordPlaces): Promise<readonly Word[]> {
  const { inventory: explicit, kind, begins } = question;
  try {
    const file = await findInventory({ ...places, ...(explicit === null ? {} : { explicit }) });
    if (kind === 'zones') return await zonesOf(lastRunFile(xdgFolder('state', places).folder, file));
    const { racks, labels, sleds } = await inventoryWords(file, places);
    switch (kind) {
      case 'racks':
        return racks;
      case 'labels':
        return labels;
      case 'sleds':
        return sledWords(racks.length > 1 || begins.includes('/'), sleds);
    }
  } catch {
    // A shell shows no messages while somebody types; the command itself says what is wrong.
    return [];
  }
}

/** A cubby alone means nothing where several racks have it. */
function sledWords(isWhole: boolean, sleds: InventoryWords['sleds']): readonly Word[] {
  return sleds.flatMap(({ rack, names, help }) => {
    const short = names.filter((name) => !isWhole || !/^\d+$/.test(name));
    const whole = isWhole ? names.map((name) => `${rack}/${name}`) : [];
    return [...short, ...whole].map((word) => ({ word, help }));
  });
}

async function zonesOf(file: string): Promise<readonly Word[]> {
  const last = await readLastRun(file);
  return (last?.zones ?? []).map((word) => ({ word, help: shortZone(word) }));
}
