import { readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { isMissingFile, replaceFile } from '../files/replace-file.ts';
import { codeOf, FleetError } from '../model/error.ts';
import { makeFolder } from '../files/make-folder.ts';

/** A JSON file that is kept from run to run: what it is called, what it says that it is, and its shape. */
export interface KeptFile<T> {
  readonly path: string;
  /** As people say it: `the state file`. */
  readonly noun: string;
  readonly format: string;
  readonly version: number;
  readonly schema: z.ZodType<T>;
}

export interface Kept<T> {
  /** Null where there is none (yet), or what there was is not ours. */
  readonly value: T | null;
  /** What was set aside, and why: a line for people; null where nothing was. */
  readonly setAside: string | null;
}

/**
 * Reads a kept file. One that is damaged, or somebody else's, is renamed and said so: never reset in silence. Without
 * `mayChange` that is an error. Rejects with `state` if it cannot be read, or if a newer cruc-fleet wrote it; then it
 * stays as it is.
 */
export async function readKept<T>(file: KeptFile<T>, now: number, mayChange: boolean): Promise<Kept<T>> {
  const { path, noun } = file;
  let text: string;
  try {
    if (!(await stat(path)).isFile())
      throw new FleetError('state', `${noun} ${path} is not a file; name another`);
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (isMissingFile(cause)) return { value: null, setAside: null };
    if (cause instanceof FleetError) throw cause;
    throw unusable(file, 'cannot be read', cause);
  }
  const read = parse(file, text);
  if ('value' in read) return { value: read.value, setAside: null };
  if (!mayChange) {
    throw new FleetError('state', `${noun} ${path} is ${read.wrong}; the next check will set it aside`);
  }
  const aside = `${path}.set-aside-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  try {
    await rename(path, aside);
  } catch (cause) {
    throw unusable(file, `is ${read.wrong}, and cannot be set aside`, cause);
  }
  return { value: null, setAside: `${noun} ${path} was ${read.wrong}; it was set aside as ${aside}` };
}

/** Writes it whole, or rejects with `state` and leaves it as it was. */
export async function writeKept<T>(file: KeptFile<T>, value: T): Promise<void> {
  const { path, format, version, schema } = file;
  const encoded: unknown = z.encode(schema, value);
  const text = `${JSON.stringify({ format, version, value: encoded }, null, 1)}\n`;
  try {
    await makeFolder(dirname(path), 0o700);
    await replaceFile(path, text);
  } catch (cause) {
    throw unusable(file, 'cannot be written', cause);
  }
}

/** An error of the file system as people need it. */
export function unusable(
  { path, noun }: Pick<KeptFile<unknown>, 'path' | 'noun'>,
  what: string,
  cause: unknown,
): FleetError {
  return new FleetError('state', `${noun} ${path} ${what}; ${hintFor(cause)}`, { cause });
}

function hintFor(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'give this user the right to write there, or name another with --state-file';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'its disk is full: make room there, or name a file elsewhere with --state-file';
    default:
      return 'check the path, or name another with --state-file';
  }
}

function parse<T>(file: KeptFile<T>, text: string): { readonly value: T } | { readonly wrong: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { wrong: text.trim() === '' ? 'empty' : 'damaged (it is not JSON)' };
  }
  const head = headSchema.safeParse(json);
  if (!head.success || head.data.format !== file.format) return { wrong: 'not a file of cruc-fleet' };
  const { version, value } = head.data;
  if (version > file.version) {
    throw new FleetError(
      'state',
      `${file.noun} ${file.path} has version ${version}, and this cruc-fleet reads up to ${file.version}; use the one that wrote it, or name another file with --state-file`,
    );
  }
  const parsed = file.schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { wrong: `damaged (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})` };
}

const headSchema = z.object({ format: z.string(), version: z.number(), value: z.unknown() });
