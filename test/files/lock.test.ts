import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../src/files/lock.ts';

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'cruc-fleet-lock-')), 'check.lock');
});

afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

const options = (waitMs: number) => ({ waitMs, random: () => Math.random() });

async function held(waitMs: number) {
  const locked = await takeLock(folder, options(waitMs));
  if (locked.status !== 'held') throw new Error('busy');
  return locked;
}

describe('a lock', () => {
  it('is held by one at a time, however many want it', async () => {
    let inside = 0;
    let most = 0;
    const order: number[] = [];
    const work = async (n: number) => {
      const locked = await held(60_000);
      inside++;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(n);
      inside--;
      await locked.release();
    };
    await Promise.all(Array.from({ length: 12 }, (_, n) => work(n)));
    expect(most).toBe(1);
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says who holds it to one who does not want to wait, and leaves nothing of his behind', async () => {
    const first = await held(0);
    const waited: number[] = [];
    const second = await takeLock(folder, { ...options(0), onWait: ({ pid }) => waited.push(pid) });
    expect(second).toEqual({ status: 'busy', holder: { pid: process.pid } });
    expect(waited).toEqual([process.pid]);
    await first.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await held(0)).release();
  });

  it('is not held by a process that was killed', async () => {
    const built = join(folder, '..', 'lock.mjs');
    const input = fileURLToPath(new URL('../../src/files/lock.ts', import.meta.url));
    await build({ input, platform: 'node', output: { file: built } });
    const script = `
      import { takeLock } from ${JSON.stringify(pathToFileURL(built).href)};
      const locked = await takeLock(process.argv[1], { waitMs: 0, random: Math.random });
      console.log(locked.status);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(child.stdout, 'data');
    expect(String(said)).toBe('held\n');
    expect(await takeLock(folder, options(0))).toEqual({ status: 'busy', holder: { pid: child.pid } });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await held(0)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not held in the name of an earlier process of the same number', async () => {
    await (await held(0)).release();
    writeFileSync(join(folder, `1.${process.pid}.1.5`), '');
    writeFileSync(join(folder, `choosing.${process.pid}.1.5`), '');
    await (await held(0)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not taken where its folder cannot be used: that is an error', async () => {
    writeFileSync(folder, 'a file');
    await expect(takeLock(folder, options(0))).rejects.toThrow(/EEXIST|ENOTDIR/);
    chmodSync(folder, 0o600);
  });
});
