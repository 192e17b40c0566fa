import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';

/** A folder for everything of a simulation. */
export interface RootFolder {
  readonly path: string;
  remove(): void;
}

/** Makes `wanted`, which may be there if it is empty, or a new folder among the temporary ones. It goes with the process. */
export function makeRootFolder(wanted: string | undefined): RootFolder {
  const path = wanted ?? mkdtempSync(join(tmpdir(), 'cruc-fleet-sim.'));
  if (wanted !== undefined) {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    // What is removed at the end must not hold anything of anyone else's.
    if (readdirSync(wanted).length > 0) throw new Error(`${wanted} is not empty: name a new directory`);
  }
  const erase = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  const callOff = atExit(erase);
  return {
    path,
    remove: () => {
      callOff();
      erase();
    },
  };
}
