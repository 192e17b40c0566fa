import { mkdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { xdgFolder } from './files/xdg.ts';

/** Node has it since 22.1. */
interface WithCompileCache {
  readonly enableCompileCache?: (folder: string) => unknown;
}

/**
 * Has Node keep what it compiles of the program for the next start, which then takes less CPU (docs/performance.md).
 * What is kept is code: so it is read only from a folder that nobody else can write, which a home is not where sudo
 * leaves somebody else's.
 */
export function keepCompiledCode(): void {
  const { enableCompileCache } = module as typeof module & WithCompileCache;
  if (enableCompileCache === undefined) return;
  try {
    const places = { env: process.env, home: process.env['HOME'] ?? homedir() };
    const folder = path.join(xdgFolder('cache', places).folder, 'compiled');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    if (uid === process.getuid?.() && (mode & 0o022) === 0) enableCompileCache(folder);
  } catch {
    // There is no home, or it cannot be written: all is compiled again.
  }
}
