import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder of what version 0.1.0 has written; every later version reads it. */
export function firstVersion(folder: string): string {
  return fileURLToPath(new URL(`../../fixtures/0.1.0/${folder}`, import.meta.url));
}

export function jsonOf(...path: readonly string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}
