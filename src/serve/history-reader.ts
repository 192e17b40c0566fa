import { stat } from 'node:fs/promises';
import { chronicleOf, type Chronicle } from '../history/chronicle.ts';
import { headOf, readLines } from '../history/history-file.ts';
import { HISTORY_VERSION } from '../history/line-text.ts';
import { describeError } from '../model/error.ts';
import { isMissingFile } from '../files/replace-file.ts';

/** What is known of the past, or a sentence that says why nothing is. */
export type KnownHistory = { readonly chronicle: Chronicle } | { readonly problem: string };

/** Ranges that are kept read, and how much earlier than asked one begins at most, so that later questions find it. */
const MOST_KEPT = 4;
const HOUR_MS = 3_600_000;

/**
 * Reads the history at a path from a time on; once however many ask, again only where the file has changed, and one after
 * another. Whoever writes it holds its lock, which a reader needs not: lines are added whole.
 */
export function createHistoryReader(path: string): (since: number) => Promise<KnownHistory> {
  const kept = new Map<string, Promise<KnownHistory>>();
  let reading: Promise<unknown> = Promise.resolve();
  let lastMark = '';
  return async (since) => {
    const mark = await markOf(path);
    if (mark !== lastMark) kept.clear();
    lastMark = mark;
    const from = Math.floor(since / HOUR_MS) * HOUR_MS;
    const found = kept.get(String(from));
    if (found !== undefined) return await found;
    const known = reading.then(async () => await read(path, from));
    reading = known;
    kept.set(String(from), known);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return await known;
  };
}

async function markOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path);
    return `${size} ${mtimeMs}`;
  } catch (error) {
    return describeError(error);
  }
}

async function read(path: string, since: number): Promise<KnownHistory> {
  try {
    const head = await headOf(path);
    switch (head?.is) {
      case undefined:
        return { problem: `there is no history yet at ${path}; it is written once a look is kept` };
      case 'newer':
        return {
          problem: `the history ${path} is of version ${head.version}, and this cruc-fleet reads up to ${HISTORY_VERSION}`,
        };
      case 'foreign':
        return { problem: `${path} is not a history of cruc-fleet` };
      case 'ours':
        return { chronicle: await chronicleOf(readLines(path), since) };
    }
  } catch (error) {
    if (isMissingFile(error)) return { problem: `there is no history yet at ${path}` };
    return { problem: `the history ${path} cannot be read: ${describeError(error)}` };
  }
}
