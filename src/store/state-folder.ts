import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissingFile } from '../files/replace-file.ts';
import { FleetError } from '../model/error.ts';

/** Where a check keeps its state: a file that somebody named, or the one that is ours by default. */
export interface StatePlace {
  readonly stateFile: string;
  readonly isStateFileDefault: boolean;
}

/**
 * Rejects with `state` if the folder of a state file that somebody named does not exist: a mistyped path must not
 * become a second memory, in which everything is new. Our own folder is made when it is needed.
 */
export async function requireStateFolder({ stateFile, isStateFileDefault }: StatePlace): Promise<void> {
  if (isStateFileDefault) return;
  const folder = dirname(stateFile);
  try {
    await stat(folder);
  } catch (cause) {
    if (!isMissingFile(cause)) return;
    throw new FleetError(
      'state',
      `the folder ${folder} of the state file does not exist; make it with: mkdir -m 700 ${folder}; or name another state file with --state-file`,
    );
  }
}
