import { join } from 'node:path';
import { replaceFile } from '../files/replace-file.ts';
import { describeError, FleetError, messagesOf } from '../model/error.ts';
import type { FailedOutcome } from '../model/report.ts';
import { runJson, type RunFacts } from '../model/run-facts.ts';
import type { Target } from '../model/target.ts';
import { timesJson } from './recorded-times.ts';
import { createSledFiles, openNewFolder } from './sled-files.ts';
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
  /** Not there in a recording of an older version. */
  readonly run?: RunFacts;
}

/** Keeps what every sled gave, while a run goes on. */
export interface Recorder {
  /** Begins to write what became of a sled. */
  visited(visit: Visit): void;
  /** Ends the recording and gives what could not be written, a line each; empty when all was. Never rejects. */
  finish(end: { readonly finishedAt: Date; readonly interrupted: boolean }): Promise<readonly string[]>;
}

/**
 * Begins a recording in a folder that must be new or empty. `recording.json` holds the run's facts and its sleds; each
 * sled has `RACK/NAME.stdout` and `.stderr`, and, last of all, `RACK/NAME.json`, so that what an end in the middle has
 * left is known as such. Rejects with `usage` if the folder is not fit.
 */
export async function openRecording(
  folder: string,
  facts: RecordingFacts,
  targets: readonly Target[],
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
    ...(facts.run === undefined ? {} : { run: runJson(facts.run) }),
    started_at: facts.startedAt.toISOString(),
    finished_at: end === null ? null : end.finishedAt.toISOString(),
    interrupted: end === null ? null : end.interrupted,
    sleds: targets.map(sledJson),
  });
  const writeHead = async (content: unknown) => {
    await replaceFile(join(folder, 'recording.json'), `${JSON.stringify(content, null, 2)}\n`);
  };
  try {
    await writeHead(head(null));
  } catch (cause) {
    throw new FleetError('usage', `--record: nothing can be written in ${folder}`, { cause });
  }
  const files = createSledFiles(folder);
  return {
    visited: (visit) => files.write(visit.outcome.sled, visitFiles(visit, now())),
    finish: async (end) => {
      const problems = await files.finish();
      try {
        await writeHead(head(end));
        return problems;
      } catch (error) {
        const problem = `the end of the recording in ${folder} could not be written: ${describeError(error)}`;
        return [...problems, problem];
      }
    },
  };
}

/** A sled and its address; no keys, no gateways. The user is there since version 0.1.0 reads nothing without one. */
function sledJson({ sled, login }: Target): Record<string, unknown> {
  const { id, rack, name, serial, cubby, labels, host } = sled;
  const { port, user } = login;
  return { sled: id, rack, name, serial, cubby, labels, host, port, user };
}

/** A sled's outputs, where it gave any, and what became of it: the last, as a sign that the others are whole. */
function visitFiles({ outcome, result }: Visit, endedAt: Date): readonly (readonly [string, string])[] {
  const output = result ?? (outcome.status === 'failed' ? outcome.error.partial : null);
  const visit = {
    sled: outcome.sled.id,
    ended_at: endedAt.toISOString(),
    elapsed_ms: outcome.elapsedMs,
    ...timesJson(outcome.trail),
    stdout_bytes: output === null ? null : Buffer.byteLength(output.stdout),
    stderr_bytes: output === null ? null : Buffer.byteLength(output.stderr),
    command:
      result === null ? null : { exit_status: result.exitStatus, signal: result.signalName, cut: result.cut },
    via: outcome.status === 'answered' ? outcome.via : null,
    // How the output was read is said by whoever reads it again.
    warnings:
      outcome.status === 'answered'
        ? outcome.warnings.filter((warning) => outcome.notes?.includes(warning) !== true)
        : [],
    failure: outcome.status === 'answered' ? null : failureJson(outcome),
  };
  return [
    ...(output === null
      ? []
      : ([
          ['stdout', output.stdout],
          ['stderr', output.stderr],
        ] as const)),
    ['json', `${JSON.stringify(visit, null, 2)}\n`],
  ];
}

function failureJson({ stage, error }: FailedOutcome): Record<string, unknown> {
  return { stage, code: error.code, message: error.message, causes: messagesOf(error.cause) };
}
