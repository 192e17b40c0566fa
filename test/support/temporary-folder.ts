import { readFileSync, statfsSync } from 'node:fs';

const IN_MEMORY = '/dev/shm';
const ROOM_BYTES = 2 ** 29;

/**
 * Has tests make their temporary files in memory, where a system has room there and lets scripts run: racks make
 * and remove thousands of small files, which takes a disk a tenth of the suite. A TMPDIR of one's own is kept.
 */
export function temporaryFolder(): { readonly TMPDIR?: string } {
  return process.env['TMPDIR'] === undefined && isFit() ? { TMPDIR: IN_MEMORY } : {};
}

function isFit(): boolean {
  try {
    const mount = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .find(([, folder]) => folder === IN_MEMORY);
    const options = mount?.[3]?.split(',') ?? [];
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return options.includes('rw') && !options.includes('noexec') && bavail * bsize >= ROOM_BYTES;
  } catch {
    // There is none, as on any system but Linux.
    return false;
  }
}
