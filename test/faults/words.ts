import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WayName } from './ways.ts';

const FILE = fileURLToPath(new URL('../fixtures/faults.json', import.meta.url));

/** What cruc-fleet says of each fault, by its id and by the way in. */
export type Words = Readonly<Record<string, Partial<Readonly<Record<WayName, string>>>>>;

export function knownWords(): Words {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Words;
}

/** `npm run faults` writes what the runs said in place of comparing it. */
export const isWriting = process.env['FAULTS'] === 'write';

/** Adds what was said to what is known. */
export function writeWords(said: Words, ids: readonly string[]): void {
  const known = knownWords();
  const all = ids.map((id) => [id, { ...known[id], ...said[id] }] as const);
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}
