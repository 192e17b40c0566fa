import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anyCharacter } from '../support/any-character.ts';
import { cksum, readBundle } from '../../src/fleet/bundle.ts';
import type { Bundle } from '../../src/model/job.ts';
import {
  isMissing,
  isNotOurs,
  notOurs,
  REMOTE_FOLDER,
  scriptCommand,
  upload,
  uploadCommand,
} from '../../src/fleet/upload.ts';
import { shellWord } from '../../src/model/shell-word.ts';
import { makeGuard, marked } from '../support/guarded.ts';
import { result } from '../support/scripted-transport.ts';

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));

let home: string;
let scripts: string;
let bundle: Bundle;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'cruc-fleet-home-'));
  scripts = mkdtempSync(join(tmpdir(), 'cruc-fleet-scripts-'));
  writeFileSync(join(scripts, 'say.sh'), 'printf "%s\\n" "said:" "$@"; cat ./words.txt\n');
  writeFileSync(join(scripts, 'words.txt'), 'a\0b and no newline at the end');
  bundle = await readBundle(scripts, ['say.sh', 'words.txt']);
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
  rmSync(scripts, { recursive: true, force: true });
});

function run(command: string, stdin: Buffer | string = '', path = process.env['PATH']) {
  const ended = spawnSync('sh', ['-c', command], { env: { HOME: home, PATH: path }, input: stdin });
  return {
    stdout: ended.stdout.toString(),
    stderr: ended.stderr.toString(),
    exitStatus: ended.status ?? -1,
    signalName: null,
  };
}

const contents = () => Buffer.concat(bundle.files.map((file) => file.content));
const folder = () => join(home, REMOTE_FOLDER, bundle.hash);

describe('cksum', () => {
  it('agrees with cksum(1)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const said = execFileSync('cksum', { input: bytes }).toString().trim();
        expect(cksum(bytes)).toBe(said);
      }),
      { numRuns: 25 },
    );
  });
});

describe('quote', () => {
  it('gives a word that sh reads as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: anyCharacter, maxLength: 40 }), { minLength: 10 }), (words) => {
        const clean = words.map((word) => word.replaceAll('\0', ''));
        const said = execFileSync('sh', ['-c', `printf '%s\\0' ${clean.map(shellWord).join(' ')}`]);
        expect(said.toString()).toBe(Buffer.from(clean.map((word) => `${word}\0`).join('')).toString());
      }),
      { numRuns: 5 },
    );
  });
});

describe('putting scripts on a sled', () => {
  it('says that they are missing on a sled that has none', () => {
    const ended = run(scriptCommand(bundle, 'say.sh', []));
    expect(isMissing(ended)).toBe(true);
    expect(ended.stdout).toBe('');
  });

  it('writes each byte, for the owner alone, and leaves nothing else behind', () => {
    expect(run(uploadCommand(bundle), contents())).toMatchObject({ exitStatus: 0, stdout: '', stderr: '' });
    expect(readdirSync(folder()).sort()).toEqual(['say.sh', 'words.txt']);
    expect(readFileSync(join(folder(), 'words.txt'), 'latin1')).toBe('a\0b and no newline at the end');
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder(), 'say.sh')).mode & 0o077).toBe(0);
  });

  it('runs them in their folder, with the arguments as they were', () => {
    run(uploadCommand(bundle), contents());
    const ended = run(scriptCommand(bundle, 'say.sh', ['-w', "a 'b'"]));
    expect(ended.exitStatus).toBe(0);
    expect(ended.stdout).toBe("said:\n-w\na 'b'\na\0b and no newline at the end");
  });

  it('never runs a file that was cut or changed, and mends it by uploading again', () => {
    run(uploadCommand(bundle), contents());
    writeFileSync(join(folder(), 'words.txt'), 'a\0b and no newline at the enD');
    expect(isMissing(run(scriptCommand(bundle, 'say.sh', [])))).toBe(true);
    run(uploadCommand(bundle), contents());
    expect(run(scriptCommand(bundle, 'say.sh', [])).exitStatus).toBe(0);
  });

  it('keeps what is there when a new upload is cut in the middle', () => {
    run(uploadCommand(bundle), contents());
    const cut = run(uploadCommand(bundle), contents().subarray(0, 20));
    expect(cut.exitStatus).toBe(1);
    expect(cut.stderr).toMatch(/say\.sh did not arrive as it was sent: 20 of \d+ bytes are there/);
    expect(readdirSync(folder()).sort()).toEqual(['say.sh', 'words.txt']);
    expect(run(scriptCommand(bundle, 'say.sh', [])).exitStatus).toBe(0);
  });

  it("refuses a folder that is a symbolic link or another user's, and touches nothing there", () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'cruc-fleet-elsewhere-'));
    const base = join(home, '.cruc-fleet');
    rmSync(base, { recursive: true, force: true });
    symlinkSync(elsewhere, base);
    for (const command of [uploadCommand(bundle), scriptCommand(bundle, 'say.sh', [])]) {
      const ended = run(command, contents());
      expect(isNotOurs(ended)).toBe(true);
      expect(notOurs(ended)).toMatchObject({
        code: 'not_ours',
        message: expect.stringMatching(/symbolic link/),
      });
    }
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(base);
    rmSync(elsewhere, { recursive: true });
    if (process.getuid?.() !== 0) return;
    mkdirSync(base);
    chownSync(base, 12_345, 12_345);
    expect(notOurs(run(uploadCommand(bundle), contents())).message).toMatch(/belongs to another user/);
    expect(readdirSync(base)).toEqual([]);
    rmSync(base, { recursive: true });
  });

  it.each(['digest', 'cksum'])('compares by %s where there is no sha256sum', (name) => {
    const bin = mkdtempSync(join(tmpdir(), 'cruc-fleet-bin-'));
    for (const each of ['cat', 'cksum', 'dd', 'mkdir', 'chmod', 'mv', 'rm', 'wc', 'sh', 'printf']) {
      symlinkSync(`/usr/bin/${each}`, join(bin, each));
    }
    if (name === 'digest') {
      writeFileSync(join(bin, 'digest'), '#!/bin/sh\n/usr/bin/sha256sum "$3" | /usr/bin/cut -d " " -f 1\n');
      chmodSync(join(bin, 'digest'), 0o755);
    }
    expect(run(uploadCommand(bundle), contents(), bin)).toMatchObject({ exitStatus: 0 });
    expect(run(scriptCommand(bundle, 'say.sh', []), '', bin).exitStatus).toBe(0);
    writeFileSync(join(folder(), 'words.txt'), 'other');
    expect(isMissing(run(scriptCommand(bundle, 'say.sh', []), '', bin))).toBe(true);
    rmSync(bin, { recursive: true });
  });

  it('reads a checksum that is separated by tabs, as some systems print it', () => {
    const bin = join(home, 'bin');
    execFileSync('mkdir', [bin]);
    writeFileSync(join(bin, 'cksum'), '#!/bin/sh\n/usr/bin/cksum "$@" | tr " " "\\t"\n');
    chmodSync(join(bin, 'cksum'), 0o755);
    const path = `${bin}:${process.env['PATH']}`;
    expect(run(uploadCommand(bundle), contents(), path).exitStatus).toBe(0);
    expect(run(scriptCommand(bundle, 'say.sh', []), '', path).exitStatus).toBe(0);
  });

  it('says which folder has no room', async () => {
    const connection = {
      via: null,
      warnings: [],
      run: async (command: string) =>
        marked(
          command,
          result('', 1, "dd: error writing '/root/.cruc-fleet/x': No space left on device\n1+0 records in\n"),
        ),
      lost: () => null,
      close: async () => {},
    };
    const options = { signal: new AbortController().signal, timeoutMs: 1, maxOutputBytes: 1 };
    await expect(upload(connection, makeGuard(), bundle, options)).rejects.toMatchObject({
      code: 'no_space',
    });
  });

  it('fails with the message of a full disk', () => {
    const bin = join(home, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'dd'), '#!/bin/sh\necho "dd: No space left on device" >&2\nexit 1\n');
    chmodSync(join(bin, 'dd'), 0o755);
    const ended = run(uploadCommand(bundle), contents(), `${bin}:${process.env['PATH']}`);
    expect(ended.exitStatus).toBe(1);
    expect(ended.stderr).toMatch(/No space left on device/);
  });
});

describe('the scripts of this package', () => {
  it('have a hash that changes with any of their bytes', async () => {
    const before = await readBundle(scripts, ['say.sh', 'words.txt']);
    writeFileSync(join(scripts, 'words.txt'), 'other');
    expect((await readBundle(scripts, ['say.sh', 'words.txt'])).hash).not.toBe(before.hash);
    expect(
      (await readBundle(SCRIPTS, ['get-ds-state.sh', 'upstairs-status.d', 'upstairs-status.sh'])).hash,
    ).toMatch(/^[0-9a-f]{16}$/);
  });
});
