import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isLong } from '../support/sized.ts';
import { PATIENCE } from '../support/patience.ts';
import { warmSledsOf } from '../support/warm-sled.ts';

/** The built program as a process: signals, pipes, exit statuses. `npm test` builds it first. */
const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));

let folder: string;
let inventory: string;
let sim: ReturnType<typeof start>;

function start(argv: readonly string[]) {
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') };
  const child = spawn(process.execPath, [BIN, ...argv], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([status]) => ({
    status: status as number | null,
    stdout,
    stderr,
  }));
  return { child, ended, stderr: () => stderr };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-process-'));
  inventory = join(folder, 'inventory.yaml');
  sim = start([
    'sim',
    '--sleds',
    '3',
    '--propolis',
    '1',
    '--pantries',
    '0',
    '--down',
    '3/2=silent',
    '--inventory-out',
    inventory,
  ]);
  await vi.waitFor(() => expect(sim.stderr()).toContain('3 simulated sleds run'), PATIENCE);
  // Of the limits only that of the sled that never speaks is to be reached.
  const yaml = readFileSync(inventory, 'utf8')
    .replace(/connect_timeout: \w+/, 'connect_timeout: 60s')
    .replace('cubby: 2,', 'cubby: 2, connect_timeout: 1s,');
  writeFileSync(inventory, yaml);
  await warmSledsOf(inventory);
});

afterAll(async () => {
  sim.child.kill('SIGTERM');
  expect((await sim.ended).status).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

const probe = (...more: readonly string[]) => ['ds-state', '-i', inventory, '--window', '1s', ...more];

describe('the program as a process', () => {
  it('exits with 0 when every sled answered and with 3 when one did not', async () => {
    const whole = await start(probe('--exclude', '2')).ended;
    expect([whole.status, whole.stderr]).toEqual([0, '']);
    const part = await start(probe()).ended;
    expect(part.status).toBe(3);
    expect(part.stdout).toMatch(/rack 3: 2 of 3 sleds answered|: 2 of 3 sleds answered/);
  });

  // One in the sample: Ctrl-C comes below, and SIGTERM to the demo.
  it.each(isLong ? (['SIGINT', 'SIGTERM', 'SIGHUP'] as const) : (['SIGHUP'] as const))(
    'stops at %s, prints what arrived, and exits with 130',
    async (signal) => {
      const running = start(probe('--connect-timeout', '60s', '-v', '-o', 'json'));
      await expect.poll(() => running.stderr().match(/rows \(/g)?.length ?? 0).toBe(2);
      running.child.kill(signal);
      const { status, stdout } = await running.ended;
      expect(status).toBe(130);
      expect(JSON.parse(stdout)).toMatchObject({
        interrupted: true,
        coverage: { selected: 3, answered: 2, failed: 1 },
      });
    },
  );

  it('knows after a kill which sleds had not answered', async () => {
    const command = 'case $(uname -n) in *0) exit 0 ;; esac; sleep 600';
    const exec = (...words: readonly string[]) => [
      'exec',
      '-r',
      '*',
      '-i',
      inventory,
      '-x',
      '2',
      '-v',
      ...words,
    ];
    const killed = start(exec('--', command));
    await expect.poll(killed.stderr).toMatch(/3\/0|BRM42220000/);
    const state = join(folder, 'state', 'cruc-fleet', 'last-run');
    const record = () => readdirSync(state).map((name) => readFileSync(join(state, name), 'utf8'));
    await expect.poll(() => record().join()).toContain('"answered":"3/BRM42220000"');
    killed.child.kill('SIGKILL');
    await killed.ended;
    const again = await start(exec('-o', 'json', '--failed-last', '--', 'true')).ended;
    expect(JSON.parse(again.stdout).sleds.map((sled: { sled: string }) => sled.sled)).toEqual([
      '3/BRM42220001',
    ]);
    expect(again.status).toBe(0);
  });

  it('stops at once at the second Ctrl-C', async () => {
    const running = start(probe('--window', '30s', '-v'));
    await expect.poll(running.stderr).toContain('connect failed');
    running.child.kill('SIGINT');
    running.child.kill('SIGTERM');
    expect((await running.ended).status).toBe(130);
  });

  it('ends in silence when its reader goes away', async () => {
    const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') };
    const child = spawn(
      'sh',
      [
        '-c',
        `"${process.execPath}" "${BIN}" ds-state --help | head -n 1; "${process.execPath}" "${BIN}" ${probe('--exclude', '2', '-o', 'json').join(' ')} | head -n 1`,
      ],
      { env },
    );
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(child, 'close');
    expect(stderr).toBe('');
  });

  it('runs from anywhere, by its own package', async () => {
    const { version } = JSON.parse(
      readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
    );
    const child = spawn(process.execPath, [BIN, '--version'], { cwd: '/' });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    await once(child, 'close');
    expect(stdout).toBe(`${version}\n`);
  });
});
