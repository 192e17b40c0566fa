import { lstat, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { xdgFolder } from '../files/xdg.ts';
import { codeOf, FleetError, type ErrorCode } from '../model/error.ts';

const MOST_BYTES = 8 * 1024 * 1024;

/** A kind of file, as its error messages name it. */
export interface FileKind {
  /** Of the errors that are thrown about it. */
  readonly code: ErrorCode;
  readonly noun: string;
  /** The noun with its article. */
  readonly oneOfIt: string;
  /** How such a file is called unless somebody calls it otherwise. */
  readonly fileName: string;
  /** What to do where there is none. */
  readonly remedy: string;
}

/** A kind of file that is looked for. */
export interface SoughtKind extends FileKind {
  /** The option that names one, as it is written. */
  readonly option: string;
  /** The environment variable that names one. */
  readonly variable: string;
}

export interface FilePlaces {
  /** The value of the option. */
  readonly explicit?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
}

/**
 * The absolute path of the file to use: the option's, else the variable's, else by its name in the current folder, else
 * in `cruc-fleet` of `$XDG_CONFIG_HOME` (`~/.config`); null where there is none. A file that was named and is not there
 * is an error and not a reason to take the next one. Throws a FleetError of the kind's code.
 */
export async function findFile(kind: SoughtKind, places: FilePlaces): Promise<string | null> {
  const { explicit, env, cwd, home } = places;
  const named =
    explicit !== undefined
      ? { from: kind.option, value: explicit }
      : { from: `$${kind.variable}`, value: env[kind.variable] ?? '' };
  if (named.value !== '' || explicit !== undefined) {
    const file = path.resolve(cwd, named.value.replace(/^~(?=\/)/, home));
    if (named.value === '') throw new FleetError(kind.code, `${named.from} names no file; ${kind.remedy}`);
    if (await isThere(kind, file)) return file;
    throw new FleetError(kind.code, `no ${kind.noun} at ${file}, which ${named.from} names; ${kind.remedy}`);
  }
  for (const file of unnamedPlaces(kind, places)) if (await isThere(kind, file)) return file;
  return null;
}

/** Where a file is looked for that was not named. */
export function unnamedPlaces(kind: FileKind, places: FilePlaces): readonly string[] {
  return [places.cwd, xdgFolder('config', places).folder].map((folder) => path.join(folder, kind.fileName));
}

/** The text of a file in UTF-8. Throws a FleetError of the kind's code that says why it is not available. */
export async function readText(kind: FileKind, file: string): Promise<string> {
  const found = await orError(kind, file, stat(file));
  if (found.isDirectory()) {
    throw new FleetError(
      kind.code,
      `${file} is a folder; name the file, such as ${path.join(file, kind.fileName)}`,
    );
  }
  if (found.size > MOST_BYTES) {
    throw new FleetError(
      kind.code,
      `${file} is larger than ${MOST_BYTES / 1024 / 1024} MiB; is it ${kind.oneOfIt}?`,
    );
  }
  const bytes = await orError(kind, file, readFile(file));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FleetError(kind.code, `${file} is not UTF-8 text; save it as such`, { cause });
  }
}

/** Whether anything goes by that path: a link to nothing does, and is an error, not ignored. */
async function isThere(kind: FileKind, file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw unreadable(kind, file, error);
  }
}

async function orError<T>(kind: FileKind, file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw unreadable(kind, file, error);
  }
}

function unreadable(kind: FileKind, file: string, cause: unknown): FleetError {
  switch (codeOf(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new FleetError(kind.code, `no ${kind.noun} at ${file}; ${kind.remedy}`, { cause });
    case 'EACCES':
    case 'EPERM':
      return new FleetError(kind.code, `${file} may not be read; check the permissions (ls -l)`, { cause });
    default:
      return new FleetError(kind.code, `${file} cannot be read`, { cause });
  }
}
