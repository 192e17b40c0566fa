import { constants } from 'node:fs';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, FleetError } from '../model/error.ts';
import { type KnownHosts, parseKnownHosts } from './known-hosts.ts';

/** The known_hosts files of a run: read when they have changed, written by one at a time. */
export interface KnownHostsFiles {
  /** A file that is missing is an empty one. */
  read(file: string): Promise<KnownHosts>;
  /** Runs the task when no other one is in its turn with the file: first contacts come by the dozen. */
  afterOthers<T>(file: string, task: () => Promise<T>): Promise<T>;
  /** One line more, from within a turn. */
  append(file: string, line: string): Promise<void>;
}

interface LoadedFile {
  readonly stamp: string;
  readonly hosts: KnownHosts;
}

const NOTHING_KNOWN: LoadedFile = { stamp: 'missing', hosts: parseKnownHosts('', '') };

export function createKnownHostsFiles(): KnownHostsFiles {
  const loaded = new Map<string, LoadedFile>();
  const turns = new Map<string, Promise<unknown>>();

  async function read(file: string): Promise<KnownHosts> {
    const stamp = await stampOf(file);
    const known = loaded.get(file);
    if (known !== undefined && known.stamp === stamp) return known.hosts;
    if (stamp === NOTHING_KNOWN.stamp) return NOTHING_KNOWN.hosts;
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new FleetError('host_key_unknown', `cannot read ${file}: make it readable`, { cause: error });
    });
    const hosts = parseKnownHosts(text, file);
    loaded.set(file, { stamp, hosts });
    return hosts;
  }

  return {
    read,
    afterOthers(file, task) {
      const turn = (turns.get(file) ?? Promise.resolve()).then(task, task);
      turns.set(file, turn);
      return turn;
    },
    async append(file, line) {
      const { endsInNewline } = await read(file);
      await appendLine(file, endsInNewline, line);
    },
  };
}

/** Changes when the file does. */
async function stampOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return NOTHING_KNOWN.stamp;
    throw new FleetError('host_key_unknown', `cannot read ${file}: make it readable`, { cause: error });
  }
}

/** One line in one write at the end of the file, so that other programs' lines stay whole. */
async function appendLine(file: string, endsInNewline: boolean, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY, 0o600);
  try {
    await handle.write(`${endsInNewline ? '' : '\n'}${line}\n`);
  } finally {
    await handle.close();
  }
}
