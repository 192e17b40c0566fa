import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError } from '../model/error.ts';
import { isMissingFile, replaceFile } from '../files/replace-file.ts';
import { takeLock, type Locked, type LockOptions } from '../files/lock.ts';
import type { Silence } from '../alert/incident.ts';
import type { OutgoingMail, OutgoingPost } from '../model/outgoing.ts';
import { readKept, unusable, writeKept, type Kept, type KeptFile } from './kept-file.ts';
import { silencesSchema, spooledMail, spooledPost, stateSchema } from './state-schema.ts';
import type { CheckState } from '../alert/state.ts';
import { makeFolder } from '../files/make-folder.ts';

/** Where a check keeps what it remembers: all beside the state file. */
export interface Places {
  readonly state: KeptFile<CheckState>;
  readonly silences: KeptFile<readonly Silence[]>;
  /** A folder with a file for each mail and each post that was not accepted yet. */
  readonly spool: string;
  readonly lock: string;
  readonly silencesLock: string;
}

/** The places that belong to a state file: `check.json`, `check.silences.json`, `check.spool/`, `check.lock/`. */
export function placesOf(stateFile: string): Places {
  const stem = stateFile.replace(/\.json$/, '');
  return {
    state: {
      path: stateFile,
      noun: 'the state file',
      format: 'cruc-fleet/check',
      version: 1,
      schema: stateSchema,
    },
    silences: {
      path: `${stem}.silences.json`,
      noun: 'the file of silences',
      format: 'cruc-fleet/silences',
      version: 1,
      schema: silencesSchema,
    },
    spool: `${stem}.spool`,
    lock: `${stem}.lock`,
    silencesLock: `${stem}.silences.lock`,
  };
}

/** Takes one of the locks. Rejects with `state` where its folder cannot be used. */
export async function lockPlace(folder: string, options: LockOptions): Promise<Locked> {
  try {
    return await takeLock(folder, options);
  } catch (cause) {
    throw unusable({ path: folder, noun: 'the lock' }, 'cannot be taken', cause);
  }
}

export async function readState(places: Places, now: number, mayChange: boolean): Promise<Kept<CheckState>> {
  return await readKept(places.state, now, mayChange);
}

/** The silences that are kept, those that have ended too. */
export async function readSilences(
  places: Places,
  now: number,
  mayChange: boolean,
): Promise<Kept<readonly Silence[]>> {
  return await readKept(places.silences, now, mayChange);
}

export async function writeSilences(places: Places, silences: readonly Silence[]): Promise<void> {
  await writeKept(places.silences, silences);
}

/** A mail that waits in the spool. */
export interface SpooledMail {
  readonly mail: OutgoingMail;
  /** Whose incidents it tells of (`rack 3`). */
  readonly group: string;
  /** Who has not accepted it yet; of its `to`. */
  readonly waitingFor: readonly string[];
}

/** A post that waits in the spool. */
export interface SpooledPost {
  readonly post: OutgoingPost;
  /** Whose incidents it tells of (`rack 3`). */
  readonly group: string;
}

export type Spooled = SpooledMail | SpooledPost;

function idOf(spooled: Spooled): string {
  return 'mail' in spooled ? spooled.mail.id : spooled.post.id;
}

/**
 * Records a run: first the mails and posts, each in a file of the spool, then the state that names them, which is the moment
 * from which they are to be sent. A kill before it leaves files that no state names, and they are not mails; one after
 * it leaves mails that the next run sends. Rejects with `state`.
 */
export async function commit(
  places: Places,
  state: CheckState,
  spooled: readonly Spooled[],
): Promise<CheckState> {
  try {
    if (spooled.length > 0) await makeFolder(places.spool, 0o700);
    for (const each of spooled) await writeSpooled(places, each);
  } catch (cause) {
    throw unusable({ path: places.spool, noun: 'the spool' }, 'cannot be written', cause);
  }
  const whole = { ...state, spool: [...state.spool, ...spooled.map(idOf)] };
  await writeKept(places.state, whole);
  return whole;
}

/** What waits in the spool, oldest first, and what is wrong with those that cannot be read, a line each. */
export interface Waiting {
  readonly mails: readonly SpooledMail[];
  readonly posts: readonly SpooledPost[];
  readonly problems: readonly string[];
}

/**
 * Reads the mails that a state names; one whose file is gone was delivered. Files that no state names are removed where
 * that is allowed.
 */
export async function readSpool(places: Places, state: CheckState, mayChange: boolean): Promise<Waiting> {
  const names = new Set(state.spool.map((id) => `${id}.json`));
  const present = await namesIn(places.spool);
  for (const name of mayChange ? present : []) {
    if (!names.has(name)) await rm(join(places.spool, name), { force: true });
  }
  const mails: SpooledMail[] = [];
  const posts: SpooledPost[] = [];
  const problems: string[] = [];
  for (const id of state.spool) {
    if (!present.includes(`${id}.json`)) continue;
    const path = fileOf(places, id);
    try {
      const value: unknown = JSON.parse(await readFile(path, 'utf8'));
      if (typeof value === 'object' && value !== null && 'post' in value)
        posts.push(spooledPost.parse(value));
      else mails.push(spooledMail.parse(value));
    } catch (cause) {
      problems.push(
        `the waiting mail ${path} cannot be read; look at it, or remove it: ${describeError(cause)}`,
      );
    }
  }
  return { mails, posts, problems };
}

/** Those of the ids that a state names that are still in the spool. */
export async function stillSpooled(places: Places, ids: readonly string[]): Promise<readonly string[]> {
  const present = await namesIn(places.spool);
  return ids.filter((id) => present.includes(`${id}.json`));
}

/** Records that it was accepted by all. It needs no room on a disk. */
export async function forgetSpooled(places: Places, spooled: Spooled): Promise<void> {
  await rm(fileOf(places, idOf(spooled)), { force: true });
}

/** Records that a mail was accepted by some, and waits for the others. */
export async function keepMail(places: Places, spooled: SpooledMail): Promise<void> {
  await writeSpooled(places, spooled);
}

async function writeSpooled(places: Places, spooled: Spooled): Promise<void> {
  await replaceFile(fileOf(places, idOf(spooled)), `${JSON.stringify(spooled, null, 1)}\n`);
}

/** The file of a mail or a post, for people who want to look at it or to give it up. */
export function fileOf(places: Places, id: string): string {
  return join(places.spool, `${id}.json`);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isMissingFile(cause)) return [];
    throw unusable({ path: folder, noun: 'the spool' }, 'cannot be read', cause);
  }
}
