import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCopiedFile } from '../../src/fleet/copied-file.ts';
import { FleetError } from '../../src/model/error.ts';
import { placesOf } from '../support/programs.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/cp.sh', import.meta.url));
const SHELLS = placesOf(['sh', 'dash', 'ksh93', 'bash']);
const CONTENT = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 256));

let folder: string;
let bare: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-cp-script-'));
  bare = join(folder, 'bare');
  spawnSync('mkdir', [bare]);
  // A sled without gzip.
  for (const name of ['wc', 'od']) symlinkSync(`/usr/bin/${name}`, join(bare, name));
  writeFileSync(join(folder, '-e $(x)'), CONTENT);
  writeFileSync(join(folder, 'empty'), '');
  spawnSync('mkfifo', [join(folder, 'fifo')]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([...SHELLS])('cp.sh in %s', (_, shell) => {
  const copy = (name: string, most = 2000, path = process.env['PATH'] ?? '') => {
    const { stdout, stderr, status } = spawnSync(shell, [SCRIPT, name, String(most)], {
      cwd: folder,
      env: { PATH: path },
      encoding: 'utf8',
      timeout: 120_000,
    });
    const copied = readCopiedFile({ stdout, stderr, exitStatus: status ?? -1 }, most);
    return copied instanceof FleetError ? copied.message : copied.content;
  };

  it('prints a file byte for byte, packed or not', () => {
    expect(copy('./-e $(x)')).toEqual(CONTENT);
    expect(copy('-e $(x)', 2000, bare)).toEqual(CONTENT);
    expect(copy('empty')).toEqual(Buffer.alloc(0));
    expect(copy('empty', 2000, bare)).toEqual(Buffer.alloc(0));
  });

  it('says why it copies none, and never waits', () => {
    expect(copy('nosuch')).toBe('there is no such file');
    expect(copy('fifo')).toBe('it is not a regular file');
    expect(copy('.')).toBe('it is not a regular file');
    expect(copy('-e $(x)', 999)).toBe('it has 1000 bytes, and at most 999 are copied (--max-size)');
  });
});

describe('what cp.sh printed', () => {
  it('is not a file where it was cut, or is of something else', () => {
    const whole = spawnSync('sh', [SCRIPT, '-e $(x)', '2000'], { cwd: folder, encoding: 'utf8' }).stdout;
    for (const stdout of [
      whole.slice(0, -30),
      whole.slice(0, 40),
      whole.replace('gzip', 'zip'),
      '',
      'x\ny',
    ]) {
      expect(readCopiedFile({ stdout, stderr: '', exitStatus: 0 }, 2000)).toBeInstanceOf(FleetError);
    }
    expect(readCopiedFile({ stdout: whole, stderr: '', exitStatus: 0 }, 10)).toBeInstanceOf(FleetError);
    expect(readdirSync(folder)).toHaveLength(4);
  });
});
