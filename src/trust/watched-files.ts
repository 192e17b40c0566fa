import { readFile, stat } from 'node:fs/promises';
import { codeOf, FleetError } from '../model/error.ts';

/** Files that a run reads again and again: looked at every second, and read when they have changed. */
export interface WatchedFiles<T> {
  /** A file that is missing is an empty one. */
  read(file: string): Promise<T>;
  /** Looks at the files again for the next login: what is not known may have been added meanwhile. */
  recheck(): void;
}

// A thousand logins would each ask the system for a file or three.
const FRESH_MS = 1_000;

const MISSING = 'missing';

/** `elapsed` is any monotonic clock, in milliseconds. */
export function createWatchedFiles<T>(
  parse: (text: string, file: string) => T,
  elapsed: () => number,
): WatchedFiles<T> {
  const loaded = new Map<string, { readonly stamp: string; readonly content: T }>();
  const looks = new Map<string, { readonly atMs: number; readonly content: Promise<T> }>();

  async function lookAt(file: string): Promise<T> {
    const stamp = await stampOf(file);
    const known = loaded.get(file);
    if (known !== undefined && known.stamp === stamp) return known.content;
    const text = stamp === MISSING ? '' : await readFile(file, 'utf8').catch(cannotRead(file));
    const content = parse(text, file);
    loaded.set(file, { stamp, content });
    return content;
  }

  return {
    read(file) {
      const last = looks.get(file);
      if (last !== undefined && elapsed() - last.atMs < FRESH_MS) return last.content;
      const look = { atMs: elapsed(), content: lookAt(file) };
      looks.set(file, look);
      // A file that cannot be read is looked at again.
      look.content.catch(() => looks.delete(file));
      return look.content;
    },
    recheck: () => looks.clear(),
  };
}

/** Changes when the file does. */
async function stampOf(file: string): Promise<string> {
  const found = await stat(file).catch((error: unknown) => {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : cannotRead(file)(error);
  });
  return found === null ? MISSING : `${found.ino} ${found.size} ${found.mtimeMs}`;
}

function cannotRead(file: string): (error: unknown) => never {
  return (cause) => {
    throw new FleetError('host_key_unknown', `cannot read ${file}: make it readable`, { cause });
  };
}
