import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../model/error.ts';

/**
 * Writes a whole file or nothing: readers see the old content or the new, also after a kill or a loss of power. What
 * is half written lies beside it as `PATH.new`, which the next write takes over. One writer at a time. With `mode` the
 * file has it whatever the umask; without, it is for its owner alone. Rejects with the system's error, and then the
 * old content stands.
 */
export async function replaceFile(path: string, text: string, mode?: number): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', mode ?? 0o600);
  try {
    if (mode !== undefined) await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/**
 * As `replaceFile`, where several processes may write at once: the file is one of theirs as a whole. The handle of the
 * own one is given, to append to it or to close: another file may be in its place already.
 */
export async function replaceFileOfMany(path: string, text: string): Promise<FileHandle> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = await open(temporary, 'ax', 0o600);
  try {
    await file.appendFile(text);
    await file.sync();
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return file;
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a rename last. Some file systems cannot; then it lasts a moment later. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Not every system lets a folder be opened or synced.
  }
}

/** Whether an error of the file system says that there is nothing by that name. */
export function isMissingFile(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
