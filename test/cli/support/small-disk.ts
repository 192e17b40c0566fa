import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of 128 kB, which a test can fill. */
export interface SmallDisk {
  readonly path: string;
  fill(): void;
  makeRoom(): void;
  remove(): void;
}

/** Null where a file system can be mounted, which takes rights that no package brings, else the reason to skip. */
export function mountProblem(): string | null {
  if (process.getuid?.() !== 0) return 'mounting a file system takes root';
  try {
    mountSmallDisk().remove();
    return null;
  } catch (error) {
    return String(error);
  }
}

export function mountSmallDisk(): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'cruc-fleet-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', path], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    rmSync(path, { recursive: true });
    throw new Error(`no file system could be mounted: ${mounted.stderr}`);
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    },
    makeRoom: () => rmSync(filler, { force: true }),
    remove: () => {
      spawnSync('umount', [path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
