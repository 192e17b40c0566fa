import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { kill, pid } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { codeOf } from '../model/error.ts';
import { makeFolder } from './make-folder.ts';

/** Who holds a lock. */
export interface Holder {
  readonly pid: number;
}

export type Locked =
  | { readonly status: 'held'; readonly release: () => Promise<void> }
  | { readonly status: 'busy'; readonly holder: Holder };

export interface LockOptions {
  /** How long to wait for those before us. */
  readonly waitMs: number;
  /** Told once, if there is somebody to wait for. */
  readonly onWait?: (holder: Holder) => void;
  readonly random: () => number;
}

const LOOK_EVERY_MS = 50;

/**
 * Takes a lock that is a folder, in which each process that wants it puts an empty file: Lamport's bakery. The lowest
 * number goes first; who chooses its number is waited for; a process that is dead has no say, so that a crash blocks
 * nobody. No clock is read: one that jumps, or a machine that slept, never lets two in. Names hold everything, so that
 * a full disk is no matter. Rejects with the system's error where the folder cannot be used.
 */
export async function takeLock(folder: string, options: LockOptions): Promise<Locked> {
  await makeFolder(folder, 0o700);
  const me = `${pid}.${await startOf(pid)}.${Math.floor(options.random() * 1e9)}`;
  const choosing = `choosing.${me}`;
  await touch(folder, choosing);
  const highest = (await claimsIn(folder)).reduce((most, claim) => Math.max(most, claim.ticket ?? 0), 0);
  const mine = claimOf(`${highest + 1}.${me}`);
  if (mine === null) throw new Error(`no lock is named ${me}`);
  await touch(folder, mine.name);
  await drop(folder, choosing);
  const release = () => drop(folder, mine.name);
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const holder = await before(folder, mine);
    if (holder === null) return { status: 'held', release };
    if (waitedMs === 0) options.onWait?.(holder);
    if (waitedMs >= options.waitMs) {
      await release();
      return { status: 'busy', holder };
    }
    await setTimeout(LOOK_EVERY_MS);
  }
}

interface Claim {
  readonly name: string;
  /** Null while it is being chosen. */
  readonly ticket: number | null;
  readonly pid: number;
  readonly start: string;
}

/** Somebody alive who goes first; what the dead have left is removed. */
async function before(folder: string, mine: Claim): Promise<Holder | null> {
  // Those who choose are looked for first: who is not among them has its number by the second look, or gets a higher.
  const choosing = (await claimsIn(folder)).filter((claim) => claim.ticket === null);
  const numbered = (await claimsIn(folder)).filter((claim) => claim.ticket !== null && isFirst(claim, mine));
  for (const claim of [...numbered, ...choosing]) {
    if (claim.name === mine.name) continue;
    if (await isAlive(claim)) return { pid: claim.pid };
    await drop(folder, claim.name);
  }
  return null;
}

function isFirst(claim: Claim, mine: Claim): boolean {
  const [a, b] = [claim.ticket ?? 0, mine.ticket ?? 0];
  return a < b || (a === b && claim.name < mine.name);
}

async function claimsIn(folder: string): Promise<readonly Claim[]> {
  return (await readdir(folder)).flatMap((name) => claimOf(name) ?? []);
}

function claimOf(name: string): Claim | null {
  const match = /^(choosing|\d+)\.(\d+)\.([^.]+)\.\d+$/.exec(name);
  if (match === null) return null;
  const [, ticket, id, start = ''] = match;
  return { name, ticket: ticket === 'choosing' ? null : Number(ticket), pid: Number(id), start };
}

async function isAlive(claim: Claim): Promise<boolean> {
  try {
    kill(claim.pid, 0);
  } catch (error) {
    // EPERM: it is there, and of another user.
    if (codeOf(error) === 'ESRCH') return false;
  }
  const start = await startOf(claim.pid);
  return claim.start === UNKNOWN_START || start === UNKNOWN_START || start === claim.start;
}

const UNKNOWN_START = '-';

/** What tells a process from a later one of the same number: its start in ticks since boot, where /proc has it. */
async function startOf(id: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${id}/stat`, 'latin1');
    // Behind the name, which may hold blanks and brackets, the start is the 20th word (proc(5), field 22).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? UNKNOWN_START;
  } catch {
    return UNKNOWN_START;
  }
}

async function touch(folder: string, name: string): Promise<void> {
  await (await open(join(folder, name), 'wx', 0o600)).close();
}

async function drop(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true });
}
