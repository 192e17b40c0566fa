import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { takeLock } from '../files/lock.ts';
import { isMissingFile, replaceFile } from '../files/replace-file.ts';
import { FleetError } from '../model/error.ts';
import { keptFor, parseKeptKeys, textWith, type KeptKey, type KeptKeys } from './kept-keys.ts';
import { keyTypeOf, type KnownHost } from './known-hosts.ts';
import { createWatchedFiles, type WatchedFiles } from './watched-files.ts';
import { makeFolder } from '../files/make-folder.ts';

/** Our own files of host keys: read as they change, replaced as a whole under a lock. */
export interface KeptKeysFiles extends WatchedFiles<KeptKeys> {
  /**
   * Keeps a key in place of all that the file has for its name, if `isWanted`, which is given that, says so; it may
   * throw. Rejects with what it throws, or with `state` where the file cannot be written.
   */
  keep(file: string, key: KeptKey, isWanted: (kept: readonly KnownHost[]) => boolean): Promise<void>;
}

interface Wish {
  readonly key: KeptKey;
  readonly isWanted: (kept: readonly KnownHost[]) => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const LOCK_WAIT_MS = 10_000;

/** `elapsed` is any monotonic clock, in milliseconds; `random` names our turn at a lock. */
export function createKeptKeysFiles(elapsed: () => number, random: () => number): KeptKeysFiles {
  const watched = createWatchedFiles(parseKeptKeys, elapsed);
  /** First contacts come by the hundred: those that come while a file is written go into the next one together. */
  const waiting = new Map<string, Wish[]>();

  async function write(file: string, wishes: readonly Wish[]): Promise<void> {
    const release = await lock(file, random);
    try {
      const keys = parseKeptKeys(await textOf(file), file);
      const granted = grant(keys, wishes, file);
      if (granted.length > 0) await replaceFile(file, textWith(keys, granted));
    } finally {
      await release();
      watched.recheck();
    }
  }

  async function takeTurns(file: string): Promise<void> {
    for (let wishes = waiting.get(file); wishes !== undefined; wishes = waiting.get(file)) {
      if (wishes.length === 0) {
        waiting.delete(file);
        return;
      }
      waiting.set(file, []);
      try {
        await write(file, wishes);
      } catch (error) {
        for (const { reject } of wishes) reject(notWritten(file, error));
      }
      for (const { resolve } of wishes) resolve();
    }
  }

  return {
    ...watched,
    keep: (file, key, isWanted) =>
      new Promise((resolve, reject) => {
        const wish = { key, isWanted, resolve, reject };
        const others = waiting.get(file);
        if (others !== undefined) others.push(wish);
        else {
          waiting.set(file, [wish]);
          void takeTurns(file);
        }
      }),
  };
}

/** The keys that are to be written; who must not have its wish is told. */
function grant(keys: KeptKeys, wishes: readonly Wish[], file: string): readonly KeptKey[] {
  const granted = new Map<string, KeptKey>();
  for (const { key, isWanted, reject } of wishes) {
    const name = key.name.toLowerCase();
    const before = granted.get(name);
    try {
      const kept = before === undefined ? keptFor(keys, name) : [asKept(before, file)];
      if (isWanted(kept)) granted.set(name, key);
    } catch (error) {
      reject(error);
    }
  }
  return [...granted.values()];
}

function asKept({ key, at, by }: KeptKey, file: string): KnownHost {
  return { file, line: 0, kind: 'key', keyType: keyTypeOf(key) ?? 'unknown', key, stored: { at, by } };
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissingFile(error)) return '';
    throw error;
  });
}

async function lock(file: string, random: () => number): Promise<() => Promise<void>> {
  await makeFolder(dirname(file), 0o700);
  const locked = await takeLock(`${file}.lock`, { waitMs: LOCK_WAIT_MS, random });
  if (locked.status === 'held') return locked.release;
  throw new FleetError('state', `${file} is being written by process ${locked.holder.pid}; try again`);
}

function notWritten(file: string, cause: unknown): FleetError {
  if (cause instanceof FleetError) return cause;
  return new FleetError('state', `${file} cannot be written; make room or give this user the right`, {
    cause,
  });
}
