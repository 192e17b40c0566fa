import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAuditLog } from '../../src/fleet/audit-log.ts';
import { FleetError } from '../../src/model/error.ts';
import { makeTarget } from '../support/sleds.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-audit-'));
  file = join(folder, 'audit.jsonl');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ABOUT = { user: 'ana', host: 'build7', run: 'w0rd' };
const NOW = () => new Date('2026-11-27T20:00:00Z');
const WELL = { exitStatus: 0, signalName: null, cut: null, error: null };
const lines = () => readFileSync(file, 'utf8').trimEnd().split('\n');

function command(what: string) {
  return { target: makeTarget(1, { user: 'root' }), via: null, stage: 'run', what } as const;
}

describe('an audit log', () => {
  it('has a line for each command: who, when, what, and how it ended', () => {
    const log = openAuditLog(file, ABOUT, NOW);
    log.begin(command('uname -v'))(WELL);
    const error = new FleetError('connection_lost', 'the connection was lost', { cause: new Error('reset') });
    log.begin(command('two\nlines'))({ ...WELL, exitStatus: null, error });
    expect(log.close()).toEqual([]);
    expect(lines()).toHaveLength(2);
    expect(JSON.parse(lines()[0] ?? '')).toEqual({
      started_at: '2026-11-27T20:00:00.000Z',
      ended_at: '2026-11-27T20:00:00.000Z',
      ...ABOUT,
      sled: '3/BRM42220001',
      login: 'root@[fd00:1122:3344:102::1]:22',
      via: null,
      pfexec: false,
      stage: 'run',
      command: 'uname -v',
      status: 0,
      signal: null,
      cut: null,
      error: null,
    });
    expect(JSON.parse(lines()[1] ?? '')).toMatchObject({
      command: 'two\nlines',
      status: null,
      error: { code: 'connection_lost', message: 'the connection was lost: reset' },
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is added to, by several programs at once, a whole line each', () => {
    const logs = [1, 2, 3].map((n) => openAuditLog(file, { ...ABOUT, run: String(n) }, NOW));
    for (let i = 0; i < 50; i++) for (const log of logs) log.begin(command('x'.repeat(9000)))(WELL);
    for (const log of logs) log.close();
    const runs = lines().map((line): string => JSON.parse(line).run);
    for (const n of ['1', '2', '3']) expect(runs.filter((run) => run === n)).toHaveLength(50);
  });

  it('begins a line of its own behind one that was cut', () => {
    writeFileSync(file, '{"started_at":"2026');
    const log = openAuditLog(file, ABOUT, NOW);
    log.begin(command('true'))(WELL);
    log.close();
    expect(JSON.parse(lines()[1] ?? '')).toMatchObject({ command: 'true' });
  });

  it('that cannot be written is an error at once', () => {
    const path = join(folder, 'no', 'audit.jsonl');
    expect(() => openAuditLog(path, ABOUT, NOW)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: `--audit-log: ${path} cannot be written, and nothing was run`,
      }),
    );
    expect(() => openAuditLog(folder, ABOUT, NOW)).toThrow(/cannot be written/);
  });

  it('says what it could not write', () => {
    const log = openAuditLog('/dev/full', ABOUT, NOW);
    log.begin(command('true'))(WELL);
    expect(log.close()).toEqual([
      expect.stringMatching(/^not every command is in the audit log \/dev\/full: ENOSPC/),
    ]);
  });
});
