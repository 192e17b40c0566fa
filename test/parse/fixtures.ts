import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** The text of `test/fixtures/<path>`. */
export function fixture(path: string): string {
  return readFileSync(`${FOLDER}${path}`, 'utf8');
}

/** The files of `test/fixtures/<folder>`, without their ending. */
export function fixturesIn(folder: string): readonly string[] {
  return readdirSync(`${FOLDER}${folder}`)
    .map((file) => file.replace(/\.txt$/, ''))
    .sort();
}
