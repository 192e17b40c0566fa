import { readdir, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { codeOf, FleetError } from '../model/error.ts';
import { matchesParts, wildcards } from '../model/glob.ts';
import { type Block, NO_CONFIGURATION, type SshConfiguration } from './blocks.ts';
import { type ConfigLine, readLine } from './config-line.ts';

/** Where OpenSSH's configuration is. */
export interface ConfigPlaces {
  /** `-F`: this file and no other, `none` for none at all; null for the user's file and the system's. */
  readonly chosen: string | null;
  /** What `~` stands for. */
  readonly home: string;
  /** `/etc/ssh/ssh_config` */
  readonly systemFile: string;
}

/** As deep as OpenSSH follows it. */
const DEEPEST_INCLUDE = 16;

/** One of the files, and what is read of it. */
interface Reading {
  readonly blocks: Block[];
  /** The folder that its relative `Include`s start from, and those of what it includes. */
  readonly baseDir: string;
  readonly home: string;
  /** As OpenSSH does with the user's own file: what others may write is refused. */
  readonly isGuarded: boolean;
  hasUnread: boolean;
  /** A relative `Include`, if there is one. */
  relative: ConfigLine | null;
}

/** Reads the files that OpenSSH would, with what they include. Throws a FleetError `configuration`. */
export async function readConfiguration(places: ConfigPlaces): Promise<SshConfiguration> {
  const { chosen, home, systemFile } = places;
  if (chosen === 'none') return NO_CONFIGURATION;
  const userDir = join(home, '.ssh');
  const sources =
    chosen === null
      ? [
          { file: join(userDir, 'config'), baseDir: userDir, isGuarded: true },
          { file: systemFile, baseDir: dirname(systemFile), isGuarded: false },
        ]
      : [{ file: chosen, baseDir: userDir, isGuarded: false }];
  const files: string[] = [];
  const blocks: Block[] = [];
  let hasUnread = false;
  let misled: ConfigLine | null = null;
  for (const { file, baseDir, isGuarded } of sources) {
    const reading: Reading = { blocks, baseDir, home, isGuarded, hasUnread: false, relative: null };
    if (await readInto(reading, file, [], 0)) files.push(file);
    else if (chosen !== null) {
      throw new FleetError(
        'configuration',
        `the ssh configuration ${chosen}, which -F or $CRUC_FLEET_SSH_CONFIG names, does not exist; -F none reads none`,
      );
    }
    hasUnread ||= reading.hasUnread;
    if (baseDir !== userDir) misled ??= reading.relative;
  }
  return { files, blocks, hasUnread, misled };
}

/** False where there is no such file. */
async function readInto(
  reading: Reading,
  file: string,
  outer: readonly ConfigLine[],
  depth: number,
): Promise<boolean> {
  const text = await textOf(file, reading.isGuarded);
  if (text === null) return false;
  let conditions = outer;
  let lines: ConfigLine[] = [];
  const begin = (next: readonly ConfigLine[]): void => {
    if (lines.length > 0) reading.blocks.push({ conditions, lines });
    conditions = next;
    lines = [];
  };
  for (const [index, each] of text.split(/\r?\n/).entries()) {
    const line = readLine(each, file, index + 1);
    if (line === null) continue;
    if (line.keyword === 'host' || line.keyword === 'match') begin([...outer, line]);
    else if (line.keyword === 'include') {
      begin(conditions);
      await include(reading, line, conditions, depth);
    } else lines.push(line);
  }
  begin(outer);
  return true;
}

async function include(
  reading: Reading,
  line: ConfigLine,
  conditions: readonly ConfigLine[],
  depth: number,
): Promise<void> {
  for (const word of line.words) {
    // Brackets, variables, tokens and the homes of others are for ssh.
    if (/[[\]{}$%\\]|^~[^/]/.test(word) || depth >= DEEPEST_INCLUDE) {
      reading.hasUnread = true;
      continue;
    }
    const atHome = word.startsWith('~/') ? join(reading.home, word.slice(2)) : word;
    if (!isAbsolute(atHome)) reading.relative ??= line;
    const pattern = isAbsolute(atHome) ? atHome : join(reading.baseDir, atHome);
    for (const file of await filesOf(pattern)) await readInto(reading, file, conditions, depth + 1);
  }
}

/** The files that a path with `*` and `?` names, in order. */
async function filesOf(pattern: string): Promise<readonly string[]> {
  let found = ['/'];
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    if (!/[*?]/.test(part)) {
      found = found.map((folder) => join(folder, part));
      continue;
    }
    const parts = wildcards(part);
    const isWanted = (name: string): boolean =>
      matchesParts(parts, name) && (part.startsWith('.') || !name.startsWith('.'));
    const inFolders = await Promise.all(
      found.map(async (folder) => {
        const names = await readdir(folder).catch(() => []);
        return names.filter(isWanted).map((name) => join(folder, name));
      }),
    );
    found = inFolders.flat();
  }
  return found.toSorted();
}

/** Null where there is no such file. */
async function textOf(file: string, isGuarded: boolean): Promise<string | null> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) return null;
    const isOurs = found.uid === 0 || found.uid === userInfo().uid;
    if (isGuarded && (!isOurs || (found.mode & 0o022) !== 0)) {
      const remedy = isOurs ? `protect it with: chmod go-w ${file}` : 'own it yourself';
      throw new FleetError('configuration', `others may write ${file}, so ssh refuses it; ${remedy}`);
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof FleetError) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const message = `cannot read ${file}: make it readable, or leave it out with -F none`;
    throw new FleetError('configuration', message, { cause: error });
  }
}
