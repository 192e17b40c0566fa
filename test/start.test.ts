import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/cruc-fleet.js', import.meta.url));
/** Node 20 keeps nothing. */
const canKeep = 'enableCompileCache' in module;

describe('what Node has compiled of the program', () => {
  let home: string;
  let compiled: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'cruc-fleet-start-'));
    compiled = join(home, '.cache', 'cruc-fleet', 'compiled');
  });

  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function start(): string {
    const env = { PATH: process.env['PATH'] ?? '', HOME: home };
    return execFileSync(process.execPath, [BIN, '--version'], { env, encoding: 'utf8' });
  }

  it.runIf(canKeep)('is kept for the next start, where nobody else can write', () => {
    expect(start()).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(statSync(compiled).mode & 0o777).toBe(0o700);
    expect(readdirSync(compiled, { recursive: true }).length).toBeGreaterThan(1);
    expect(start()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('is neither kept in nor read from a folder that others can write', () => {
    mkdirSync(compiled, { recursive: true });
    chmodSync(compiled, 0o777);
    expect(start()).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(readdirSync(compiled)).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)('is neither kept nor read in a home of somebody else', () => {
    const NOBODY = 65_534;
    chownSync(home, NOBODY, NOBODY);
    expect(start()).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(existsSync(compiled) ? readdirSync(compiled) : []).toEqual([]);
  });

  it('is done without where there is no home', () => {
    writeFileSync(join(home, '.cache'), 'not a folder');
    expect(start()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
