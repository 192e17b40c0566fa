import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissingFile } from '../files/replace-file.ts';
import { ENDED_EARLY, ERROR_CODES, FleetError, type ErrorCode } from '../model/error.ts';
import type { Job } from '../model/job.ts';
import { hostPort } from '../model/host-port.ts';
import type { SledOutcome } from '../model/report.ts';
import { runIn } from '../model/run-facts.ts';
import type { Stage } from '../model/stage.ts';
import type { VisitTrail } from '../model/trail.ts';
import { recordedTrail } from './recorded-times.ts';
import type { Sled } from '../model/sled.ts';
import { RECORDING_FORMAT, RECORDING_VERSION, type RecordingFacts } from './recording.ts';
import { sledFile } from './sled-files.ts';
import type { GuardedResult } from './guard.ts';
import { outcomeOf, readCut } from './visit.ts';

/** What a recording keeps of one sled: the end of its command, or why there is none. */
export type RecordedVisit =
  | {
      readonly sled: Sled;
      readonly elapsedMs: number;
      readonly trail: VisitTrail | undefined;
      readonly via: string | null;
      readonly warnings: readonly string[];
      readonly result: GuardedResult;
    }
  | {
      readonly sled: Sled;
      readonly elapsedMs: number;
      readonly trail?: VisitTrail | undefined;
      readonly result: null;
      readonly stage: Stage;
      readonly error: FleetError;
      readonly address: string;
    };

/** A run that was recorded. */
export interface Recording {
  readonly facts: RecordingFacts;
  readonly finishedAt: Date;
  /** Also of a run that ended without a word: its recording is not closed. */
  readonly interrupted: boolean;
  /** Every selected sled, exactly once, in the order of the selection. */
  readonly visits: readonly RecordedVisit[];
}

/**
 * Reads a recording. Rejects with `usage` where there is none, and with `recording` where its `recording.json` is
 * damaged or of a newer version. What is wrong with one sled's files makes that sled a failed one.
 */
export async function readRecording(folder: string): Promise<Recording> {
  const path = join(folder, 'recording.json');
  const head = await readHead(path);
  const damaged = (what: string) => new FleetError('recording', `${path} is damaged: ${what}`);
  const sleds = Array.isArray(head['sleds']) ? head['sleds'].map(sledOf) : [null];
  const startedAt = dateOf(head['started_at']);
  const { command, probe, selection, settings, view } = head;
  if (typeof command !== 'string' || typeof probe !== 'string' || typeof selection !== 'string') {
    throw damaged('it does not say which command made it');
  }
  if (startedAt === null) throw damaged("'started_at' is not a time");
  if (!isObject(settings) || !isObject(view)) throw damaged("'settings' or 'view' is not an object");
  const known = sleds.filter((sled) => sled !== null);
  if (known.length < sleds.length) throw damaged("'sleds' is not a list of sleds");
  const run = runIn(head['run']);
  const finishedAt = dateOf(head['finished_at']);
  const read = await Promise.all(known.map((sled) => readVisit(folder, sled, finishedAt !== null)));
  return {
    facts: { command, probe, selection, settings, view, startedAt, ...(run === null ? {} : { run }) },
    finishedAt: finishedAt ?? latest([startedAt, ...read.flatMap(({ endedAt }) => endedAt ?? [])]),
    interrupted: finishedAt === null || head['interrupted'] === true,
    visits: read.map(({ visit }) => visit),
  };
}

/** Which command made a recording, and when: without reading what the sleds gave. Rejects as `readRecording` does. */
export async function readRecordingHead(
  folder: string,
): Promise<Pick<RecordingFacts, 'command' | 'startedAt'>> {
  const path = join(folder, 'recording.json');
  const head = await readHead(path);
  const startedAt = dateOf(head['started_at']);
  if (typeof head['command'] !== 'string' || startedAt === null) {
    throw new FleetError('recording', `${path} is damaged: it does not say which command made it, or when`);
  }
  return { command: head['command'], startedAt };
}

/** The outcomes of a recorded run: what the sleds gave, read again. */
export function recordedOutcomes(recording: Recording, read: Job['read']): readonly SledOutcome[] {
  return recording.visits.map((visit) => {
    if (visit.result !== null) return outcomeOf(readCut({ read }, visit.result), visitOf(visit));
    const { sled, elapsedMs, stage, error, address, trail } = visit;
    const times = trail === undefined ? {} : { trail };
    return { status: 'failed', sled, elapsedMs, stage, error, address, ...times };
  });
}

function visitOf({
  sled,
  elapsedMs,
  via,
  warnings,
  trail,
}: Extract<RecordedVisit, { result: GuardedResult }>) {
  return { sled, elapsedMs, via, warnings, ...(trail === undefined ? {} : { trail }) };
}

type JsonObject = Readonly<Record<string, unknown>>;

async function readHead(path: string): Promise<JsonObject> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const message = `${path} cannot be read; give a folder that --record has written`;
    throw new FleetError('usage', message, { cause });
  }
  const head = parseObject(text);
  if (head === null) throw new FleetError('recording', `${path} is damaged: it is not a JSON object`);
  if (head['format'] !== RECORDING_FORMAT) {
    throw new FleetError('recording', `${path} is not a recording of cruc-fleet`);
  }
  const { version } = head;
  if (typeof version === 'number' && version > RECORDING_VERSION) {
    throw new FleetError(
      'recording',
      `${path} is of version ${version}, and this cruc-fleet reads up to ${RECORDING_VERSION}; replay it with the one that made it`,
    );
  }
  if (version !== RECORDING_VERSION) {
    throw new FleetError('recording', `${path} is damaged: its version is not a number that was ever used`);
  }
  return head;
}

interface ReadVisit {
  readonly visit: RecordedVisit;
  readonly endedAt: Date | null;
}

async function readVisit(
  folder: string,
  { sled, address }: RecordedSled,
  isClosed: boolean,
): Promise<ReadVisit> {
  const file = join(folder, sledFile(sled));
  const lost = (code: ErrorCode, message: string, cause?: unknown): ReadVisit => {
    const error = new FleetError(code, message, { cause });
    return { visit: { sled, elapsedMs: 0, result: null, stage: 'run', error, address }, endedAt: null };
  };
  let text: string;
  try {
    text = await readFile(`${file}.json`, 'utf8');
  } catch (cause) {
    if (!isMissingFile(cause)) return lost('recording', 'its part of the recording cannot be read', cause);
    return isClosed
      ? lost('recording', `nothing of it is in the recording: ${file}.json is missing`)
      : lost('interrupted', 'the recorded run ended before this sled did');
  }
  const json = parseObject(text);
  const endedAt = dateOf(json?.['ended_at']);
  const elapsedMs = json?.['elapsed_ms'];
  if (json === null || json['sled'] !== sled.id || endedAt === null || typeof elapsedMs !== 'number') {
    return lost('recording', `${file}.json is damaged`);
  }
  const { command, failure, via, warnings } = json;
  if (isObject(command)) {
    const { exit_status: exitStatus, signal, cut } = command;
    const read = await readOutput(file, json);
    if (read instanceof FleetError) return { ...lost('recording', read.message, read.cause), endedAt };
    if (typeof exitStatus !== 'number') return lost('recording', `${file}.json is damaged: no exit status`);
    // Version 0.1.0 knew no cut, and what the guard had to say is among the warnings.
    const end = { exitStatus, signalName: textOrNull(signal), cut: textOrNull(cut), notes: [], noise: [] };
    const result = { ...read, ...end };
    const about = { via: textOrNull(via), warnings: texts(warnings), trail: recordedTrail(json) };
    return { visit: { sled, elapsedMs, ...about, result }, endedAt };
  }
  // What a sled had sent when its run was told to end is shown, as it was then; version 0.1.0, which knew no times of
  // stages, showed nothing of it.
  const isInPart =
    isObject(failure) &&
    ENDED_EARLY.some((code) => code === failure['code']) &&
    json['stages_ms'] !== undefined;
  const partial = isInPart && typeof json['stdout_bytes'] === 'number' ? await readOutput(file, json) : null;
  if (partial instanceof FleetError) return { ...lost('recording', partial.message, partial.cause), endedAt };
  const error = isObject(failure) ? failureOf(failure, partial) : null;
  const stage = isObject(failure) ? stageOf(failure['stage']) : null;
  if (error === null || stage === null) return lost('recording', `${file}.json is damaged: no failure`);
  const trail = recordedTrail(json);
  return { visit: { sled, elapsedMs, trail, result: null, stage, error, address }, endedAt };
}

/** Both outputs, if they are as long as they were: a file that was cut must not pass for a short answer. */
async function readOutput(
  file: string,
  sizes: JsonObject,
): Promise<{ readonly stdout: string; readonly stderr: string } | FleetError> {
  try {
    const stdout = await readFile(`${file}.stdout`);
    const stderr = await readFile(`${file}.stderr`);
    for (const [name, content] of [
      ['stdout', stdout],
      ['stderr', stderr],
    ] as const) {
      const size = sizes[`${name}_bytes`];
      if (size !== content.length) {
        const message = `${file}.${name} has ${content.length} bytes, and ${String(size)} were recorded`;
        return new FleetError('recording', message);
      }
    }
    return { stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
  } catch (cause) {
    return new FleetError('recording', 'its output in the recording cannot be read', { cause });
  }
}

function failureOf(failure: JsonObject, partial: FleetError['partial']): FleetError | null {
  const { code, message, causes } = failure;
  const known = ERROR_CODES.find((each) => each === code);
  if (known === undefined || typeof message !== 'string') return null;
  const cause = texts(causes).reduceRight<Error | undefined>(
    (inner, text) => new Error(text, inner === undefined ? undefined : { cause: inner }),
    undefined,
  );
  return new FleetError(known, message, { cause, ...(partial === null ? {} : { partial }) });
}

/** A sled, and the address at which it was asked. */
interface RecordedSled {
  readonly sled: Sled;
  readonly address: string;
}

function sledOf(json: unknown): RecordedSled | null {
  if (!isObject(json)) return null;
  const { sled: id, rack, name, serial, cubby, labels, host, port } = json;
  if (typeof id !== 'string' || typeof rack !== 'string' || typeof name !== 'string') return null;
  if (typeof host !== 'string' || typeof port !== 'number') return null;
  const sled: Sled = {
    id,
    rack,
    name,
    serial: textOrNull(serial),
    cubby: typeof cubby === 'number' ? cubby : null,
    labels: Object.fromEntries(
      Object.entries(isObject(labels) ? labels : {}).map(([key, value]) => [key, String(value)]),
    ),
    host,
  };
  return { sled, address: hostPort({ host, port }) };
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function dateOf(value: unknown): Date | null {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date === null || Number.isNaN(date.getTime()) ? null : date;
}

function latest(dates: readonly Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())));
}

function stageOf(value: unknown): Stage | null {
  return (['connect', 'upload', 'run'] as const).find((stage) => stage === value) ?? null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
