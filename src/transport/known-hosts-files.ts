import { constants } from 'node:fs';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, FleetError } from '../model/error.ts';
import { type KnownHosts, parseKnownHosts } from './known-hosts.ts';

/** The known_hosts files of a run: looked at every second, read when they have changed, written by one at a time. */
export interface KnownHostsFiles {
  /** A file that is missing is an empty one. */
  read(file: string): Promise<KnownHosts>;
  /** Looks at the files anew for the next login: what is not known may have been added meanwhile. */
  recheck(): void;
  /** Runs the task when no other one is in its turn with the file: first contacts come by the dozen. */
  afterOthers<T>(file: string, task: () => Promise<T>): Promise<T>;
  /** One line more, from within a turn. */
  append(file: string, line: string): Promise<void>;
}

// A thousand logins would each ask the system for a file or three.
const FRESH_MS = 1_000;

interface LoadedFile {
  readonly stamp: string;
  readonly hosts: KnownHosts;
}

const NOTHING_KNOWN: LoadedFile = { stamp: 'missing', hosts: parseKnownHosts('', '') };

/** `elapsed` is any monotonic clock, in milliseconds. */
export function createKnownHostsFiles(elapsed: () => number): KnownHostsFiles {
  const loaded = new Map<string, LoadedFile>();
  const looks = new Map<string, { readonly atMs: number; readonly hosts: Promise<KnownHosts> }>();
  const turns = new Map<string, Promise<unknown>>();

  function read(file: string): Promise<KnownHosts> {
    const last = looks.get(file);
    if (last !== undefined && elapsed() - last.atMs < FRESH_MS) return last.hosts;
    const look = { atMs: elapsed(), hosts: lookAt(file) };
    looks.set(file, look);
    // A file that cannot be read is looked at again.
    look.hosts.catch(() => looks.delete(file));
    return look.hosts;
  }

  async function lookAt(file: string): Promise<KnownHosts> {
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
    recheck: () => looks.clear(),
    afterOthers(file, task) {
      const turn = (turns.get(file) ?? Promise.resolve()).then(task, task);
      turns.set(file, turn);
      return turn;
    },
    async append(file, line) {
      const { endsInNewline } = await read(file);
      await appendLine(file, endsInNewline, line);
      looks.delete(file);
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
