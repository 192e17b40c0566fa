import { readFile } from 'node:fs/promises';
import type { ToolAnswer, ToolReply, ToolRequest } from '../fleet/by-tool.ts';
import { FleetError } from '../model/error.ts';
import { shellWord } from '../model/shell-word.ts';
import type { Target } from '../model/target.ts';
import type { Connection } from '../model/transport.ts';
import { runTool, saidBy } from './run-tool.ts';
import { readSushStart } from './sush-start.ts';
import { answerOfStreams, readBytes, type SushBytes } from './sush-streams.ts';
import type { SushState, SushStream } from '../parse/sush-states.ts';

/** What sush may take beyond the window: it looks once a second, and waits for two quiet looks. */
const MARGIN_MS = 60_000;
const FETCH_MS = 30_000;
const MAP_BYTES = 4 * 1024 * 1024;

/** A byte of a stream is printed as up to three digits and a comma. */
const CHARACTERS_A_BYTE = 4;

/**
 * Starts the signed job and waits for it, then fetches what each sled printed, one by one: what is fetched for all is not
 * labelled. Rejects with a FleetError where no job was started.
 */
export async function askSush(connection: Connection, request: ToolRequest): Promise<ToolReply> {
  const { tool, targets, timeoutMs, signal } = request;
  const start = await runTool(connection, `${tool.command} -j job start -w`, {
    stdin: await readJob(tool.jobFile),
    timeoutMs: timeoutMs + MARGIN_MS,
    signal,
    maxOutputBytes: MAP_BYTES,
  });
  const started = readSushStart(start.result.stdout);
  if (started === null) {
    if (start.ended !== null) throw start.ended;
    const advice =
      'where it asks for a login, log in first (sush session start); a signed job may be used up';
    throw new FleetError('exit_status', `sush started no job (${saidBy(start.result)}); ${advice}`, {
      partial: start.result,
    });
  }
  const said = new Map<Target, ToolAnswer | FleetError>();
  for (const target of targets) {
    const serial = target.sled.serial ?? '';
    const state = started.states.get(serial);
    if (state === undefined) continue;
    said.set(target, await fetchAnswer(connection, request, { serial, state, jobId: started.jobId }));
  }
  const asked = new Set(targets.map(({ sled }) => sled.serial));
  const others = [...started.states.keys()].filter((serial) => !asked.has(serial));
  const warnings =
    others.length === 0 ? [] : [`the job also ran on sleds that were not asked about: ${others.join(', ')}`];
  return {
    via: connection.via,
    said,
    ended: start.ended,
    warnings: [...connection.warnings, ...warnings],
  };
}

async function readJob(file: string | null): Promise<Buffer> {
  try {
    return await readFile(file ?? '');
  } catch (cause) {
    throw new FleetError('usage', `the signed job ${file ?? ''} cannot be read`, { cause });
  }
}

interface OfSled {
  readonly serial: string;
  readonly state: SushState;
  readonly jobId: string | null;
}

async function fetchAnswer(
  connection: Connection,
  request: ToolRequest,
  { serial, state, jobId }: OfSled,
): Promise<ToolAnswer | FleetError> {
  if (state.word !== 'Stopped') {
    const why = state.why === null ? '' : ` (${state.why})`;
    return new FleetError('timeout', `it did not finish: sush says ${state.word}${why}`);
  }
  if (jobId === null) return new FleetError('exit_status', 'sush names no job, so nothing can be fetched');
  const fetch = async (name: 'stdout' | 'stderr', stream: SushStream | null) =>
    await fetchStream(connection, request, { name, serial, jobId, stream });
  const stdout = await fetch('stdout', state.stdout);
  if (stdout instanceof FleetError) return stdout;
  const stderr = await fetch('stderr', state.stderr);
  return answerOfStreams(serial, state, stdout, stderr);
}

async function fetchStream(
  connection: Connection,
  { tool, maxOutputBytes, signal }: ToolRequest,
  of: {
    readonly name: 'stdout' | 'stderr';
    readonly serial: string;
    readonly jobId: string;
    readonly stream: SushStream | null;
  },
): Promise<SushBytes | FleetError> {
  const { name, stream } = of;
  if (stream?.length === 0) return { bytes: new Uint8Array(), doubt: null };
  const command = `${tool.command} -j job ${name} -b -T ${shellWord(of.serial)} ${shellWord(of.jobId)}`;
  try {
    const result = await connection.run(command, {
      timeoutMs: FETCH_MS,
      signal,
      maxOutputBytes: maxOutputBytes * CHARACTERS_A_BYTE,
    });
    return (
      readBytes(result.stdout, stream, name) ??
      new FleetError('exit_status', `its ${name} could not be fetched (${saidBy(result)})`)
    );
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return new FleetError(error.code, `its ${name} could not be fetched`, { cause: error });
  }
}
