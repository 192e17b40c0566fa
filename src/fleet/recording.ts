import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeError, FleetError, messagesOf } from '../model/error.ts';
import type { Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';
import type { Visit } from './visit.ts';

/** What `recording.json` says that it is, and the version that this program writes and the newest that it reads. */
export const RECORDING_FORMAT = 'cruc-fleet/recording';
export const RECORDING_VERSION = 1;

/** What a command says of itself, so that its answer can be made again. Plain JSON data in both records. */
export interface RecordedCommand {
  /** The command that made it (`ds-state`, `run`, `exec`): it finds who replays it. */
  readonly command: string;
  /** As in the report. */
  readonly probe: string;
  /** What it was run with on the sleds. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Options that shaped the report: filters, order. */
  readonly view: Readonly<Record<string, unknown>>;
}

export interface RecordingFacts extends RecordedCommand {
  readonly selection: string;
  readonly startedAt: Date;
}

/** Keeps what every sled gave, while a run goes on. */
export interface Recorder {
  /** Begins to write what became of a sled. */
  visited(visit: Visit): void;
  /** Ends the recording and gives what could not be written, a line each; empty when all was. Never rejects. */
  finish(end: { readonly finishedAt: Date; readonly interrupted: boolean }): Promise<readonly string[]>;
}

/**
 * A folder that must be new or empty, made for one run only; `option` is the name by which the reader gave it.
 * Rejects with `usage`.
 */
export async function openNewFolder(folder: string, option: string): Promise<void> {
  let entries: readonly string[];
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    entries = await readdir(folder);
  } catch (cause) {
    throw new FleetError('usage', `${option}: the folder ${folder} cannot be made`, { cause });
  }
  if (entries.length > 0) {
    throw new FleetError('usage', `${option}: ${folder} is not empty; give a folder that is new or empty`);
  }
}

/** Where in a folder a sled's files lie, without their endings: `3/BRM42220014`, whatever its name has in it. */
export function sledFile(sled: Pick<Sled, 'rack' | 'name'>): string {
  return join(fileName(sled.rack), fileName(sled.name));
}

function fileName(text: string): string {
  const escape = (part: string) => Buffer.from(part).toString('hex').replaceAll(/../g, '%$&');
  return text.replaceAll(/[^\w.+@=,-]+|^\.+/g, escape);
}

/** Writes a sled's file, which must not be there yet, and its folder. */
export async function writeSledFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, text, { flag: 'wx', mode: 0o600 });
}

/**
 * Begins a recording in a folder that must be new or empty. `recording.json` holds the run's facts and its sleds; each
 * sled has `RACK/NAME.stdout` and `.stderr`, and, last of all, `RACK/NAME.json`, so that what an end in the middle has
 * left is known as such. Rejects with `usage` if the folder is not fit.
 */
export async function openRecording(
  folder: string,
  facts: RecordingFacts,
  sleds: readonly Sled[],
  now: () => Date,
): Promise<Recorder> {
  await openNewFolder(folder, '--record');
  const head = (end: { readonly finishedAt: Date; readonly interrupted: boolean } | null) => ({
    format: RECORDING_FORMAT,
    version: RECORDING_VERSION,
    command: facts.command,
    probe: facts.probe,
    settings: facts.settings,
    view: facts.view,
    selection: facts.selection,
    started_at: facts.startedAt.toISOString(),
    finished_at: end === null ? null : end.finishedAt.toISOString(),
    interrupted: end === null ? null : end.interrupted,
    sleds: sleds.map(sledJson),
  });
  const writeHead = async (content: unknown) => {
    const path = join(folder, 'recording.json');
    await writeFile(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  };
  try {
    await writeHead(head(null));
  } catch (cause) {
    throw new FleetError('usage', `--record: nothing can be written in ${folder}`, { cause });
  }
  const writes: Promise<void>[] = [];
  const failures = new Map<string, Sled[]>();
  const write = async (visit: Visit, endedAt: Date) => {
    try {
      await writeVisit(join(folder, sledFile(visit.outcome.sled)), visit, endedAt);
    } catch (error) {
      // Without the path, which differs from sled to sled.
      const reason = describeError(error).replace(/, \w+ '.*$/, '');
      failures.set(reason, [...(failures.get(reason) ?? []), visit.outcome.sled]);
    }
  };
  return {
    visited: (visit) => {
      writes.push(write(visit, now()));
    },
    finish: async (end) => {
      await Promise.all(writes);
      const problems = [...failures].map(
        ([reason, lost]) =>
          `${foldSleds(lost)} could not be written to the recording in ${folder}: ${reason}`,
      );
      try {
        await writeHead(head(end));
      } catch (error) {
        problems.push(`the end of the recording in ${folder} could not be written: ${describeError(error)}`);
      }
      return problems;
    },
  };
}

/** A sled as far as a report needs it; no keys, no gateways. */
function sledJson(sled: Sled): Record<string, unknown> {
  const { id, rack, name, serial, cubby, labels, host, port, user } = sled;
  return { sled: id, rack, name, serial, cubby, labels, host, port, user };
}

async function writeVisit(file: string, { outcome, result }: Visit, endedAt: Date): Promise<void> {
  const error = outcome.status === 'failed' ? outcome.error : null;
  const output = result ?? error?.partial ?? null;
  if (output !== null) {
    await writeSledFile(`${file}.stdout`, output.stdout);
    await writeSledFile(`${file}.stderr`, output.stderr);
  }
  const visit = {
    sled: outcome.sled.id,
    ended_at: endedAt.toISOString(),
    elapsed_ms: outcome.elapsedMs,
    output:
      output === null
        ? null
        : {
            stdout_bytes: Buffer.byteLength(output.stdout),
            stderr_bytes: Buffer.byteLength(output.stderr),
          },
    command: result === null ? null : { exit_status: result.exitStatus, signal: result.signalName },
    via: outcome.status === 'answered' ? outcome.via : null,
    warnings: outcome.status === 'answered' ? outcome.warnings : [],
    failure:
      outcome.status === 'answered'
        ? null
        : {
            stage: outcome.stage,
            code: outcome.error.code,
            message: outcome.error.message,
            causes: messagesOf(outcome.error.cause),
          },
  };
  await writeSledFile(`${file}.json`, `${JSON.stringify(visit, null, 2)}\n`);
}
