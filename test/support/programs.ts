import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** Those of these programs that this machine has, each once though it may have several names: where it lies, by name. */
export function placesOf(names: readonly string[]): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const name of names) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (found.status !== 0) continue;
    const place = realpathSync(found.stdout.trim());
    if (![...places.values()].includes(place)) places.set(name, place);
  }
  return places;
}
