import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Word } from '../../completion/command-words.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { replaceFileOfMany } from '../../files/replace-file.ts';
import { xdgFolder } from '../../files/xdg.ts';
import type { Inventory } from '../../inventory/inventory.ts';

/** What a shell may offer of an inventory. */
export interface InventoryWords {
  readonly racks: readonly Word[];
  readonly labels: readonly Word[];
  readonly sleds: readonly {
    readonly rack: string;
    readonly names: readonly string[];
    readonly help: string;
  }[];
}

export interface WordPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
}

/** What is kept of an inventory, and the state of its file that it was read from. */
interface Kept extends InventoryWords {
  readonly of: string;
}

/**
 * The words of the inventory in a file. Reading YAML takes longer than all the rest of an answer at a tab, so they are
 * kept in the folder for caches until the file changes. Rejects where the inventory cannot be read.
 */
export async function inventoryWords(file: string, places: WordPlaces): Promise<InventoryWords> {
  const { mtimeNs, size, ino } = await stat(file, { bigint: true });
  const of = ['1', file, mtimeNs, size, ino].join(' ');
  const name = createHash('sha256').update(file).digest('hex').slice(0, 16);
  const place = join(xdgFolder('cache', places).folder, 'inventory-words', `${name}.json`);
  const kept = await readKept(place);
  if (kept?.of === of) return kept;
  const words = await readWords(file, places);
  await keep(place, { of, ...words }).catch(() => {
    // Who has no such folder waits a little longer.
  });
  return words;
}

async function readKept(place: string): Promise<Kept | null> {
  try {
    return JSON.parse(await readFile(place, 'utf8'));
  } catch {
    return null;
  }
}

async function keep(place: string, kept: Kept): Promise<void> {
  await makeFolder(dirname(place), 0o700);
  const file = await replaceFileOfMany(place, JSON.stringify(kept));
  await file.close();
}

async function readWords(file: string, places: WordPlaces): Promise<InventoryWords> {
  const { loadInventory } = await import('../../inventory/load.ts');
  return wordsIn(
    await loadInventory(file, {
      home: places.home,
      user: places.env['USER'] ?? '',
      agentSocket: null,
      stateFolder: xdgFolder('state', places).folder,
    }),
  );
}

function wordsIn({ racks, targets }: Inventory): InventoryWords {
  const sleds = targets.map(({ sled }) => sled);
  const labels = [...racks, ...sleds].flatMap((each) => Object.entries(each.labels));
  const labelWords = new Set(labels.map(([key, value]) => `${key}=${value}`));
  return {
    racks: racks.map(({ id, name }) => ({ word: id, help: name ?? '' })),
    labels: [...labelWords].map((word) => ({ word, help: '' })),
    sleds: sleds.map(({ rack, name, serial, cubby, host }) => {
      const names = [cubby === null ? null : String(cubby), name, serial].filter((each) => each !== null);
      const place = cubby === null ? `rack ${rack}` : `rack ${rack}, cubby ${cubby}`;
      return { rack, names: [...new Set(names)], help: `${place}, ${host}` };
    }),
  };
}
