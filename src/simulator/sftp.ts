import { constants, promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Attributes, SFTPWrapper } from 'ssh2';
import ssh2 from 'ssh2';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

const ENTRIES_AT_ONCE = 100;

interface Directory {
  readonly path: string;
  names: string[];
}

/**
 * Serves SFTP version 3 without extensions on the real file system, relative paths in `home`. `refuseWrites` fails what would
 * write, with status FAILURE, as sftp-server does for ENOSPC and EROFS.
 */
export function serveSftp(sftp: SFTPWrapper, home: string, refuseWrites: boolean): void {
  const files = new Map<number, FileHandle>();
  const directories = new Map<number, Directory>();
  let nextHandle = 1;
  const path = (text: string): string => resolve(home, text);
  const handleOf = (id: number): Buffer => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(id);
    return handle;
  };
  const idOf = (handle: Buffer): number => (handle.length === 4 ? handle.readUInt32BE() : -1);

  const answer = (request: number, work: () => Promise<void>): void => {
    work().catch((error: unknown) => sftp.status(request, statusOf(error)));
  };
  const change = (request: number, work: () => Promise<unknown>): void => {
    answer(request, async () => {
      if (refuseWrites) throw new Error('no writes');
      await work();
      sftp.status(request, STATUS_CODE.OK);
    });
  };
  const file = (handle: Buffer): FileHandle => {
    const found = files.get(idOf(handle));
    if (found === undefined) throw new Error('no such handle');
    return found;
  };

  sftp.on('OPEN', (request, name, flags, attributes) =>
    answer(request, async () => {
      if (refuseWrites && (flags & OPEN_MODE.WRITE) !== 0) throw new Error('no writes');
      const handle = await fs.open(path(name), openFlags(flags), attributes.mode ?? 0o666);
      files.set(nextHandle, handle);
      sftp.handle(request, handleOf(nextHandle++));
    }),
  );
  sftp.on('READ', (request, handle, offset, length) =>
    answer(request, async () => {
      const buffer = Buffer.alloc(Math.min(length, 256 * 1024));
      const { bytesRead } = await file(handle).read(buffer, 0, buffer.length, offset);
      if (bytesRead === 0) sftp.status(request, STATUS_CODE.EOF);
      else sftp.data(request, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on('WRITE', (request, handle, offset, data) =>
    change(request, () => file(handle).write(data, 0, data.length, offset)),
  );
  sftp.on('CLOSE', (request, handle) =>
    answer(request, async () => {
      const id = idOf(handle);
      const open = files.get(id);
      files.delete(id);
      if (open !== undefined) await open.close();
      else if (!directories.delete(id)) throw new Error('no such handle');
      sftp.status(request, STATUS_CODE.OK);
    }),
  );
  sftp.on('STAT', (request, name) =>
    answer(request, async () => sftp.attrs(request, attributesOf(await fs.stat(path(name))))),
  );
  sftp.on('LSTAT', (request, name) =>
    answer(request, async () => sftp.attrs(request, attributesOf(await fs.lstat(path(name))))),
  );
  sftp.on('FSTAT', (request, handle) =>
    answer(request, async () => sftp.attrs(request, attributesOf(await file(handle).stat()))),
  );
  sftp.on('SETSTAT', (request, name, attributes) =>
    change(request, async () => setAttributes(await fs.open(path(name), 'r'), attributes, true)),
  );
  sftp.on('FSETSTAT', (request, handle, attributes) =>
    change(request, () => setAttributes(file(handle), attributes, false)),
  );
  sftp.on('OPENDIR', (request, name) =>
    answer(request, async () => {
      const names = ['.', '..', ...(await fs.readdir(path(name)))];
      directories.set(nextHandle, { path: path(name), names });
      sftp.handle(request, handleOf(nextHandle++));
    }),
  );
  sftp.on('READDIR', (request, handle) =>
    answer(request, async () => {
      const directory = directories.get(idOf(handle));
      if (directory === undefined) throw new Error('no such handle');
      const names = directory.names.splice(0, ENTRIES_AT_ONCE);
      if (names.length === 0) {
        sftp.status(request, STATUS_CODE.EOF);
        return;
      }
      const entries = await Promise.all(
        names.map(async (filename) => {
          const stats = await fs.lstat(join(directory.path, filename));
          return { filename, longname: filename, attrs: attributesOf(stats) };
        }),
      );
      sftp.name(request, entries);
    }),
  );
  sftp.on('MKDIR', (request, name, attributes) =>
    change(request, () => fs.mkdir(path(name), { mode: attributes.mode ?? 0o777 })),
  );
  sftp.on('RMDIR', (request, name) => change(request, () => fs.rmdir(path(name))));
  sftp.on('REMOVE', (request, name) => change(request, () => fs.unlink(path(name))));
  sftp.on('RENAME', (request, from, to) =>
    change(request, async () => {
      // Version 3's rename never replaces a file.
      if (await exists(path(to))) throw new Error('target exists');
      await fs.rename(path(from), path(to));
    }),
  );
  sftp.on('REALPATH', (request, name) => {
    const filename = path(name);
    sftp.name(request, [
      { filename, longname: filename, attrs: { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 } },
    ]);
  });
  // As sftp-server, which ends well when its input does.
  sftp.on('end', () => {
    sayExitStatus(sftp);
    sftp.end();
  });
  sftp.on('close', () => {
    for (const handle of files.values()) handle.close().catch(() => undefined);
    files.clear();
  });
}

/** Sends exit status 0, which scp waits for and for which ssh2's SFTP server has no public way. */
function sayExitStatus(sftp: SFTPWrapper): void {
  const protocol: unknown = Reflect.get(sftp, '_protocol');
  const outgoing: unknown = Reflect.get(sftp, 'outgoing');
  if (typeof protocol !== 'object' || protocol === null) return;
  if (typeof outgoing !== 'object' || outgoing === null) return;
  const exitStatus: unknown = Reflect.get(protocol, 'exitStatus');
  if (typeof exitStatus === 'function') {
    Reflect.apply(exitStatus, protocol, [Reflect.get(outgoing, 'id'), 0]);
  }
}

/** open(2)'s flags for those of SFTP. */
function openFlags(flags: number): number {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const access = !has(OPEN_MODE.WRITE)
    ? constants.O_RDONLY
    : has(OPEN_MODE.READ)
      ? constants.O_RDWR
      : constants.O_WRONLY;
  return (
    access |
    (has(OPEN_MODE.APPEND) ? constants.O_APPEND : 0) |
    (has(OPEN_MODE.CREAT) ? constants.O_CREAT : 0) |
    (has(OPEN_MODE.TRUNC) ? constants.O_TRUNC : 0) |
    (has(OPEN_MODE.EXCL) ? constants.O_EXCL : 0)
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await fs.lstat(path);
    return true;
  } catch {
    return false;
  }
}

async function setAttributes(handle: FileHandle, attributes: Attributes, close: boolean): Promise<void> {
  try {
    // Absent attributes are undefined, whatever the types say.
    const { mode, size } = attributes as Partial<Attributes>;
    if (size !== undefined) await handle.truncate(size);
    if (mode !== undefined) await handle.chmod(mode & 0o7777);
  } finally {
    if (close) await handle.close();
  }
}

function attributesOf(stats: Stats): Attributes {
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  return {
    mode: stats.mode,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    atime: seconds(stats.atimeMs),
    mtime: seconds(stats.mtimeMs),
  };
}

function statusOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE;
  return code === 'EACCES' || code === 'EPERM' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
}
