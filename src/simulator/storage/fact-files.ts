import type { World } from '../rack-world.ts';
import { apiExports } from './api-exports.ts';
import { omdbExports } from './omdb-exports.ts';
import { storageTruth } from './storage-truth.ts';
import type { Storage } from './storage.ts';

/** What omdb and the API would print of a world now, and the truth beside it, by names of files. */
export function factFiles(world: World, storage: Storage): ReadonlyMap<string, string> {
  return new Map([
    ...omdbExports(world, storage),
    ...apiExports(world, storage),
    ['truth.json', `${JSON.stringify({ disks: storageTruth(world, storage) }, null, 2)}\n`],
  ]);
}
