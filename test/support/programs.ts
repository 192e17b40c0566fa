import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { isLong } from './sized.ts';

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

/** Each shell with each awk in the long suite; else each of them once, so that what fails in one of them is seen. */
export function pairsOf(
  shells: readonly string[],
  awks: readonly string[],
): readonly (readonly [string, string])[] {
  const all = shells.flatMap((shell) => awks.map((awk) => [shell, awk] as const));
  const inTurn = Array.from(
    { length: Math.max(shells.length, awks.length) },
    (_, n) => [shells[n % shells.length] ?? '', awks[n % awks.length] ?? ''] as const,
  );
  return isLong || all.length === 0 ? all : inTurn;
}
