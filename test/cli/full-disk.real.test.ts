import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The built program, its output on a disk that is always full, and under the umask of a careful cron. */
const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const FULL = '/dev/full';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-full-'));
  // Nobody listens there: the answer is that the sled refused.
  writeFileSync(
    join(folder, 'inventory.yaml'),
    'version: 1\nracks:\n  - id: 3\n    sleds:\n      - { serial: BRM42220001, cubby: 1, host: 127.0.0.1, port: 9 }\n',
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = (...more: readonly string[]) => [
  'check',
  '-i',
  join(folder, 'inventory.yaml'),
  '--state-file',
  join(folder, 'check.json'),
  ...more,
];

function runFull(argv: readonly string[], full: 'stdout' | 'stderr') {
  const device = openSync(FULL, 'w');
  try {
    return spawnSync(process.execPath, [BIN, ...argv], {
      stdio: ['ignore', full === 'stdout' ? device : 'pipe', full === 'stderr' ? device : 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, XDG_STATE_HOME: folder },
      timeout: 60_000,
    });
  } finally {
    closeSync(device);
  }
}

describe.skipIf(!existsSync(FULL))('output on a full disk', () => {
  it.each([
    ['a verdict', () => check()],
    ['a plugin', () => check('-o', 'plugin')],
    ['JSON', () => check('-o', 'json')],
    ['a list', () => ['probes']],
  ])('is one line on standard error and status 3: %s', (_, argv) => {
    const { status, stderr } = runFull(argv(), 'stdout');
    expect(status).toBe(3);
    expect(stderr).toBe(
      'cruc-fleet: standard output could not be written, and the answer is not whole: ENOSPC: no space left on device, write\n',
    );
  });

  it('keeps the verdict where only the notes cannot be written', () => {
    const { status, stdout } = runFull(check('--heartbeat', 'http://127.0.0.1:9/x'), 'stderr');
    expect(status).toBe(3);
    expect(stdout).toMatch(/^CRUC_FLEET UNKNOWN - /);
  });
});

describe('the textfile', () => {
  const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

  it('is readable for node_exporter under umask 077, and keeps the mode of the file before it', () => {
    const file = join(folder, 'cruc_fleet.prom');
    const run = () =>
      spawnSync(
        'sh',
        ['-c', 'umask 077; exec "$@"', 'sh', process.execPath, BIN, ...check('--textfile', file)],
        {
          timeout: 60_000,
        },
      );
    expect(run().status).toBe(3);
    expect(modeOf(file)).toBe('644');
    spawnSync('chmod', ['640', file]);
    expect(run().status).toBe(3);
    expect(modeOf(file)).toBe('640');
    // What is ours alone stays so.
    expect(modeOf(join(folder, 'check.json'))).toBe('600');
  });
});
