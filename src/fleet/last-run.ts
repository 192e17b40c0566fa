import { createHash } from 'node:crypto';
import { access, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissingFile, replaceFileOfMany } from '../files/replace-file.ts';
import { describeError, FleetError } from '../model/error.ts';
import type { AnsweredOutcome, SledOutcome } from '../model/report.ts';
import { makeFolder } from '../files/make-folder.ts';

/** What the first line of the file says that it is. */
const FORMAT = 'cruc-fleet/last-run';
const VERSION = 1;

/** The last run over the sleds of one inventory. */
export interface LastRun {
  /** The command that it was. */
  readonly command: string;
  readonly selection: string;
  readonly startedAt: Date;
  /** Ids of sleds that were asked and did not answer, in the order of the run. */
  readonly unanswered: readonly string[];
  /** Zones of the answers, each once, sorted. */
  readonly zones: readonly string[];
}

/** What is written down of a run before any sled is asked. */
export interface BegunRun {
  readonly command: string;
  readonly selection: string;
  readonly startedAt: Date;
  readonly sleds: readonly string[];
}

/** Strikes out sleds while a run goes on. */
export interface LastRunLog {
  /** A partial answer is an answer. */
  visited(outcome: SledOutcome): void;
  /** Why not all could be written; null where it could. Never rejects. */
  finish(): Promise<string | null>;
}

/** The file of an inventory: the same for all runs over it, whatever they select. */
export function lastRunFile(stateFolder: string, inventoryFile: string): string {
  const name = createHash('sha256').update(inventoryFile).digest('hex').slice(0, 16);
  return join(stateFolder, 'last-run', `${name}.jsonl`);
}

/**
 * Writes down who is asked, in place of the run before; then each sled that answers is struck out by a line of its own,
 * so that after a kill the rest is known. The file holds names of sleds and zones, and no secret. Where two runs are under way,
 * the one that began last is the last one. Null where the folder is not available: in `why`.
 */
export async function beginLastRun(
  file: string,
  { command, selection, startedAt, sleds }: BegunRun,
): Promise<{ readonly log: LastRunLog } | { readonly why: string }> {
  try {
    await makeFolder(dirname(file), 0o700);
    const head = {
      format: FORMAT,
      version: VERSION,
      command,
      selection,
      started_at: startedAt.toISOString(),
      sleds,
    };
    // Opened once: a run that begins meanwhile puts another file in its place.
    const handle = await replaceFileOfMany(file, `${JSON.stringify(head)}\n`);
    await forgetOld(dirname(file), startedAt);
    return { log: logTo(handle, file) };
  } catch (error) {
    return { why: `${file}: ${describeError(error)}` };
  }
}

/** An inventory that was not used for so long is one that somebody had once. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

async function forgetOld(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now.getTime() }));
    if (now.getTime() - mtimeMs > KEPT_MS) await rm(path, { force: true });
  }
}

/** Answers of a moment are written together: after a kill a sled or two is asked again that had answered. */
const TOGETHER_MS = 50;

function logTo(handle: FileHandle, file: string): LastRunLog {
  let waiting = '';
  let writing: Promise<void> | null = null;
  let why: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  const write = async (): Promise<void> => {
    try {
      while (waiting !== '') {
        const lines = waiting;
        waiting = '';
        await handle.appendFile(lines);
      }
    } catch (error) {
      why = `${file}: ${describeError(error)}`;
    }
    writing = null;
  };
  const writeSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      writing ??= write();
    }, TOGETHER_MS);
  };
  return {
    visited(outcome) {
      if (outcome.status !== 'answered') return;
      const zones = zonesIn(outcome);
      const line = { answered: outcome.sled.id, ...(zones.length === 0 ? {} : { zones }) };
      waiting += `${JSON.stringify(line)}\n`;
      writeSoon();
    },
    async finish() {
      if (timer !== null) clearTimeout(timer);
      await writing;
      await write();
      await handle.close().catch(() => {});
      return why;
    },
  };
}

/** The last run over an inventory; null where none was written down. Rejects with `state` where the file is damaged. */
export async function readLastRun(file: string): Promise<LastRun | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissingFile(cause)) return null;
    throw new FleetError('state', `the last run in ${file} cannot be read`, { cause });
  }
  const [first = '', ...lines] = text.split('\n');
  const head = objectIn(first);
  const { format, version, command, selection, started_at: startedAt, sleds } = head ?? {};
  const isOurs = format === FORMAT && version === VERSION && Array.isArray(sleds);
  if (!isOurs || typeof command !== 'string' || typeof selection !== 'string') {
    throw new FleetError('state', `${file} is not a last run that this version reads; remove it`);
  }
  // A line that was cut by a kill strikes nothing out.
  const read = lines.map(objectIn);
  const answered = new Set(read.map((line) => line?.['answered']));
  const zones = read.flatMap((line) => (Array.isArray(line?.['zones']) ? line['zones'] : []));
  return {
    command,
    selection,
    startedAt: new Date(String(startedAt)),
    unanswered: sleds.filter((id): id is string => typeof id === 'string' && !answered.has(id)),
    zones: [...new Set(zones.filter((zone) => typeof zone === 'string'))].sort(),
  };
}

/** Whether there is a home to write into: who has none, as a service, keeps no last run. */
export async function hasFolder(folder: string): Promise<boolean> {
  return await access(folder).then(
    () => true,
    () => false,
  );
}

/** A sled has some dozens; what a script of the user's own prints there may be anything. */
const MOST_ZONES = 500;

function zonesIn({ rows }: AnsweredOutcome): readonly string[] {
  const zones = new Set<string>();
  for (const { zone } of rows) if (typeof zone === 'string' && zones.size < MOST_ZONES) zones.add(zone);
  return [...zones];
}

function objectIn(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
