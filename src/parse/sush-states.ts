import { isJsonObject, type JsonObject, type JsonValue } from './json-lines.ts';

/** What a signed job came to on one sled, as `sush -j job start -w` says it. */
export interface SushState {
  /** `Queued`, `Started`, `Stopped`, `Cancelled`, `Error`, or another word that it has. */
  readonly word: string;
  readonly jobId: string | null;
  /** The status with which the command ended; null where it did not end by itself. */
  readonly status: number | null;
  /** Why it did not: `Killed 9`, `OutputLimitExceeded`; null where nothing is said. */
  readonly why: string | null;
  readonly stdout: SushStream | null;
  readonly stderr: SushStream | null;
}

/** What there is to fetch. */
export interface SushStream {
  readonly length: number;
  /** BLAKE3, hexadecimal; null where it is not said. */
  readonly hash: string | null;
}

/** A sled as sush names it: `913-0000019:BRM42220014`. */
export interface SushTarget {
  readonly part: string | null;
  readonly serial: string;
}

export function readSushTarget(text: string): SushTarget | null {
  const [, part = null, serial] = /^(?:([\w-]{1,60}):)?([\w-]{1,60})$/.exec(text) ?? [];
  return serial === undefined ? null : { part, serial };
}

/** The states of a job by serial; null where the value is not a map of them. */
export function readSushStates(value: JsonValue | undefined): ReadonlyMap<string, SushState> | null {
  if (!isJsonObject(value)) return null;
  const states = new Map<string, SushState>();
  for (const [name, given] of Object.entries(value)) {
    const target = readSushTarget(name);
    const state = target !== null && name.includes(':') ? readState(given) : null;
    if (target === null || state === null) return null;
    states.set(target.serial, state);
  }
  return states.size === 0 ? null : states;
}

function readState(value: JsonValue | undefined): SushState | null {
  if (typeof value === 'string') return { ...NOTHING, word: value };
  const [only, ...others] = isJsonObject(value) ? Object.entries(value) : [];
  if (only === undefined || others.length > 0) return null;
  const [word, inner] = only;
  if (!isJsonObject(inner)) return { ...NOTHING, word, why: plainly(inner) };
  const { result, output } = inner;
  const outputs = isJsonObject(output) ? output : {};
  const ok = isJsonObject(result) ? result['Ok'] : undefined;
  return {
    word,
    jobId: textIn(inner, 'job_id'),
    status: typeof ok === 'number' ? ok : null,
    why: plainly(isJsonObject(result) ? result['Err'] : undefined),
    stdout: streamOf(outputs, 'stdout'),
    stderr: streamOf(outputs, 'stderr'),
  };
}

const NOTHING: Omit<SushState, 'word'> = {
  jobId: null,
  status: null,
  why: null,
  stdout: null,
  stderr: null,
};

function streamOf(outputs: JsonObject, name: 'stdout' | 'stderr'): SushStream | null {
  const length = outputs[`${name}_len`];
  return typeof length === 'number' ? { length, hash: textIn(outputs, `${name}_hash`) } : null;
}

function textIn(object: JsonObject, name: string): string | null {
  const value = object[name];
  return typeof value === 'string' ? value : null;
}

function plainly(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  return JSON.stringify(value).replaceAll(/[{}"]/g, '').replaceAll(':', ' ');
}
