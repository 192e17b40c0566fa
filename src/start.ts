import { mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { xdgFolder } from './files/xdg.ts';

/**
 * Has Node keep what it compiles of the program for the next start, which then takes less CPU (docs/performance.md).
 * What is kept is code: it is read only from a folder that nobody else can write or put another one in the place of.
 * Under sudo the home may be somebody else's.
 */
export function keepCompiledCode(keepIn: (folder: string) => unknown): void {
  try {
    const { folder } = xdgFolder('cache', { env: process.env, home: process.env['HOME'] ?? homedir() });
    const compiled = path.join(folder, 'compiled');
    mkdirSync(compiled, { recursive: true, mode: 0o700 });
    const base = path.dirname(folder);
    const isOurs = [compiled, folder, base, path.dirname(base)].every((each) => isOwn(each));
    if (isOurs && (statSync(compiled).mode & 0o022) === 0) keepIn(compiled);
  } catch {
    // There is no home, or it cannot be written: all is compiled again.
  }
}

/** Whether whoever runs this owns a folder, or root does. */
function isOwn(folder: string): boolean {
  return [process.getuid?.(), 0].includes(statSync(folder).uid);
}
