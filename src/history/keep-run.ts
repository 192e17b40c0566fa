import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { takeLock } from '../files/lock.ts';
import { replaceFile } from '../files/replace-file.ts';
import { codeOf, describeError } from '../model/error.ts';
import { compacted, firstKept, LIFE_EVERY_MS } from './compact.ts';
import {
  appendLines,
  beginHistory,
  openOrNull,
  readLines,
  readTail,
  setAside,
  type Tail,
} from './history-file.ts';
import { applyRun, forgetSleds, lifeLine } from './life.ts';
import type { Line, RunFacts } from './line.ts';
import { HEADER, HISTORY_VERSION, lineText } from './line-text.ts';
import type { Picture } from './picture.ts';
import { changesOf } from './run-changes.ts';

/** Where runs are kept, and for how long. */
export interface HistoryPlace {
  readonly path: string;
  readonly keepMs: number;
  /** Its folder is ours, and made where it is not there; another one must be there, since its name may be mistyped. */
  readonly isFolderOurs: boolean;
}

export interface KeepEdges {
  readonly random: () => number;
  readonly now: () => Date;
}

/** Others hold the lock for as long as it takes to write a line. */
const LOCK_WAIT_MS = 10_000;

/** A line that says all is due once so much came since the last one: that is what a run has to read. */
const LEAST_BETWEEN_BYTES = 256 * 1024;

/**
 * Adds a run to the history, under its lock: one line in one write. Never rejects for what is wrong with the file, its
 * folder or the disk; gives a sentence for each thing that was, and nothing else is harmed.
 */
export async function keepRun(
  place: HistoryPlace,
  picture: Picture,
  facts: RunFacts,
  { random, now }: KeepEdges,
): Promise<readonly string[]> {
  const { path } = place;
  try {
    if (place.isFolderOurs) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    else await stat(dirname(path));
    const locked = await takeLock(`${path}.lock`, { waitMs: LOCK_WAIT_MS, random });
    if (locked.status === 'busy') {
      return [`the history ${path} is locked by PID ${locked.holder.pid}; this run is not in it`];
    }
    try {
      return await underLock(place, picture, facts, now().getTime());
    } finally {
      await locked.release();
    }
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return [
      `the history ${path} could not be written, and this run is not in it; ${hintFor(error, path)}: ${describeError(error)}`,
    ];
  }
}

async function underLock(
  place: HistoryPlace,
  picture: Picture,
  facts: RunFacts,
  now: number,
): Promise<readonly string[]> {
  const { path } = place;
  const added = await addRun(place, picture, facts, now);
  switch (added.status) {
    case 'ready':
      return [];
    case 'newer':
      return [
        `the history ${path} is of version ${added.version}, and this cruc-fleet writes ${HISTORY_VERSION}; this run is not in it: use the one that wrote it, or name another file with --history`,
      ];
    case 'missing':
      await beginHistory(path, now);
      await addRun(place, picture, facts, now);
      return [];
    case 'damaged': {
      const aside = await setAside(path, now);
      await beginHistory(path, now);
      await addRun(place, picture, facts, now);
      return [
        `the history ${path} was ${added.why}; it was set aside as ${aside}, and a new one begins with this run`,
      ];
    }
  }
}

type Added = Exclude<Awaited<ReturnType<typeof readTail>>, Tail> | { readonly status: 'ready' | 'missing' };

async function addRun(place: HistoryPlace, picture: Picture, facts: RunFacts, now: number): Promise<Added> {
  const file = await openOrNull(place.path, 'r+');
  if (file === null) return { status: 'missing' };
  let rewritten: readonly Line[] | null = null;
  try {
    const tail = await readTail(file);
    if (tail.status !== 'ready') return tail;
    const { life, lastLife } = tail;
    const run = changesOf(life, picture, facts);
    const lines: Line[] = [run];
    const most = Math.max(LEAST_BETWEEN_BYTES, lastLife.bytes);
    // A clock that was set back must not make one due in each run.
    if (lastLife.since > most || (now - lastLife.at > LIFE_EVERY_MS && life.seq > 0)) {
      const before = await allLines(place.path);
      const keptFrom = before === null ? 0 : firstKept([...before, run], now, place.keepMs);
      applyRun(life, run);
      forgetSleds(life, keptFrom);
      lines.push(lifeLine(life, now));
      if (before !== null) rewritten = compacted([...before, ...lines], keptFrom, now);
    }
    await appendLines(file, tail, lines);
  } finally {
    await file.close();
  }
  // The whole file, or not at all.
  if (rewritten !== null) await replaceFile(place.path, HEADER + rewritten.map(lineText).join(''));
  return { status: 'ready' };
}

/** Null where something is damaged: that is left for people to look at. */
async function allLines(path: string): Promise<readonly Line[] | null> {
  const lines: Line[] = [];
  for await (const line of readLines(path)) {
    if (line === null) return null;
    lines.push(line);
  }
  return lines;
}

function hintFor(error: unknown, path: string): string {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'give this user the right to write there, or name another file with --history';
    case 'ENOENT':
      return `make its folder with: mkdir -m 700 ${dirname(path)}; or name another file with --history`;
    case 'ENOSPC':
    case 'EDQUOT':
      return 'its disk is full: make room there, or name a file elsewhere with --history';
    default:
      return 'check the path, or name another with --history';
  }
}
