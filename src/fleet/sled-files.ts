import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeError, FleetError } from '../model/error.ts';
import type { Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';
import { makeFolder } from '../files/make-folder.ts';

/** Makes a folder that must be new or empty; `option` is the one that named it. Rejects with `usage`. */
export async function openNewFolder(folder: string, option: string): Promise<void> {
  let entries: readonly string[];
  try {
    await makeFolder(folder, 0o700);
    entries = await readdir(folder);
  } catch (cause) {
    throw new FleetError('usage', `${option}: the folder ${folder} cannot be made`, { cause });
  }
  // What an earlier run left there could pass for this one's.
  if (entries.length > 0) {
    throw new FleetError('usage', `${option}: ${folder} is not empty; give a folder that is new or empty`);
  }
}

/** Where a sled's files lie in a folder, without their endings: `3/BRM42220014`, whatever its name has in it. */
export function sledFile(sled: Pick<Sled, 'rack' | 'name'>): string {
  return join(safeName(sled.rack), safeName(sled.name));
}

/** A text as the name of one file here: nothing in it leads elsewhere. */
export function safeName(text: string): string {
  const escape = (part: string) => Buffer.from(part).toString('hex').replaceAll(/../g, '%$&');
  return text.replaceAll(/[^\w.+@=,-]+|^\.+/g, escape);
}

/** Writes files of sleds while a run goes on. */
export interface SledFiles {
  /** Begins to write a sled's files one after another, each an ending and a content; none may exist yet. */
  write(sled: Sled, files: readonly (readonly [ending: string, content: string])[]): void;
  /** Waits for all and gives what could not be written, a line for each reason. Never rejects. */
  finish(): Promise<readonly string[]>;
}

export function createSledFiles(folder: string): SledFiles {
  const writes: Promise<void>[] = [];
  const failures = new Map<string, Sled[]>();
  const writeAll = async (sled: Sled, files: Parameters<SledFiles['write']>[1]) => {
    const path = join(folder, sledFile(sled));
    try {
      await makeFolder(dirname(path), 0o700);
      for (const [ending, content] of files) {
        await writeFile(`${path}.${ending}`, content, { flag: 'wx', mode: 0o600 });
      }
    } catch (error) {
      // Without the path, which differs from sled to sled.
      const reason = describeError(error).replace(/, \w+ '.*$/, '');
      failures.set(reason, [...(failures.get(reason) ?? []), sled]);
    }
  };
  return {
    write: (sled, files) => {
      writes.push(writeAll(sled, files));
    },
    finish: async () => {
      await Promise.all(writes);
      return [...failures].map(
        ([reason, sleds]) => `the files of ${foldSleds(sleds)} could not be written in ${folder}: ${reason}`,
      );
    },
  };
}
