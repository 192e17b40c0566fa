import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/files/make-folder.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-folder-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a folder', () => {
  it('is made with those above it, and may be there already', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    await Promise.all([1, 2, 3].map(() => makeFolder(deep, 0o700)));
    await makeFolder(deep, 0o700);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
  });

  it('cannot be made where a file is, or below one', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(makeFolder(join(folder, 'file'), 0o700)).rejects.toThrow(/EEXIST/);
    await expect(makeFolder(join(folder, 'file', 'x', 'y'), 0o700)).rejects.toThrow(/ENOTDIR/);
  });

  it.skipIf(!existsSync('/proc/self'))('cannot be made in /proc, which says so at once', async () => {
    for (const path of ['/proc/x', '/proc/x/y/z']) {
      await expect(makeFolder(path, 0o700)).rejects.toThrow(/ENOENT/);
    }
  });
});
