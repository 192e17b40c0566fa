import { gunzipSync } from 'node:zlib';
import { FleetError } from '../model/error.ts';
import type { RunResult } from '../model/transport.ts';

/** A file of a sled, whole. */
export interface CopiedFile {
  readonly content: Buffer;
  /** How many bytes it had when it was begun to be read. */
  readonly sizeBefore: number;
}

/**
 * Reads what `scripts/cp.sh` printed. Gives why there is no file: what it said, or that it did not arrive whole. A
 * packed one carries its own checksum; of others the guard counts the bytes.
 */
export function readCopiedFile(
  { stdout, stderr, exitStatus }: Pick<RunResult, 'stdout' | 'stderr' | 'exitStatus'>,
  maxBytes: number,
): CopiedFile | FleetError {
  const said = /^cp\.sh: (.*)$/m.exec(stderr)?.[1];
  if (exitStatus !== 0)
    return new FleetError('exit_status', said ?? `the file was not read (status ${exitStatus})`);
  const at = stdout.indexOf('\n');
  const match = /^file size=(\d{1,15}) packed=(gzip|no)$/.exec(stdout.slice(0, Math.max(0, at)));
  const digits = stdout.slice(at + 1).replaceAll(/[ \t\n]+/g, '');
  if (match === null || !/^(?:[0-9a-f]{2})*$/.test(digits)) {
    return new FleetError('exit_status', 'what was printed is not of cp.sh', {
      partial: { stdout: '', stderr },
    });
  }
  const bytes = Buffer.from(digits, 'hex');
  const sizeBefore = Number(match[1]);
  if (match[2] === 'no') return { content: bytes, sizeBefore };
  try {
    return { content: gunzipSync(bytes, { maxOutputLength: maxBytes }), sizeBefore };
  } catch (cause) {
    return new FleetError('cut', 'the file did not arrive whole, or grew beyond --max-size', { cause });
  }
}
