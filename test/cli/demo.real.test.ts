import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { isLong } from '../support/sized.ts';

/** The built program with its own simulation: it ends, whatever happens, and leaves nothing. */
const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const PATIENCE = { timeout: 60_000, interval: 5 };
const FAILER = fileURLToPath(new URL('../simulator/support/fail-at-step.mjs', import.meta.url));

/** All temporary files of the programs below lie here, so that what is left of them is found. */
const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-demo-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let programs = 0;

interface Ended {
  /** As a shell sees it: 128 and the number of the signal, of a program that died of one. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function start(argv: readonly string[], env: NodeJS.ProcessEnv = {}, nodeOptions: readonly string[] = []) {
  const temporary = join(folder, String((programs += 1)));
  mkdirSync(temporary);
  const child = spawn(process.execPath, [...nodeOptions, BIN, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, XDG_STATE_HOME: temporary, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    const number = { SIGINT: 2, SIGTERM: 15 }[String(signal)] ?? 100;
    return { status: code ?? 128 + number, stdout, stderr };
  });
  return { child, ended, temporary, stderr: () => stderr };
}

/** Processes whose environment or arguments name that folder. */
function processesOf(path: string): readonly string[] {
  const text = (file: string): string => {
    try {
      return readFileSync(file, 'latin1');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter(
      (pid) => text(`/proc/${pid}/environ`).includes(path) || text(`/proc/${pid}/cmdline`).includes(path),
    );
}

/** What is so of a program that has ended: no file, no process. */
async function expectNothingLeft(temporary: string): Promise<void> {
  expect(readdirSync(temporary)).toEqual([]);
  // A process that was killed may take a moment to go.
  await vi.waitFor(() => expect(processesOf(temporary)).toEqual([]), PATIENCE);
}

describe.concurrent('the demo', () => {
  it.sequential('shows a rack with one sled down, and leaves nothing', async () => {
    const demo = start(['demo']);
    const { status, stdout, stderr } = await demo.ended;
    expect(stdout).toMatch(/: 31 of 32 sleds answered/);
    expect(stdout).toMatch(/^no answer from 3\/BRM42220017 \(cubby 17\): connect, refused/m);
    expect(stderr).toMatch(/\(exit status 3: a sled did not answer, as planned\)/);
    expect(status).toBe(0);
    await expectNothingLeft(demo.temporary);
  });

  it.for(
    (
      [
        ['as soon as it speaks', /Starting 32/, 0],
        ['while it starts', /Starting 32/, 150],
        ['when it asks the sleds', /\$ cruc-fleet/, 0],
        ['while it asks the sleds', /\$ cruc-fleet/, 400],
        ['while dtrace runs', /\$ cruc-fleet/, 2500],
      ] as const
    ).filter((_, n) => isLong || n % 2 === 1),
  )('ends at Ctrl-C %s with 130, no word of a bug, and nothing left', async ([, said, afterMs]) => {
    const demo = start(['demo']);
    await vi.waitFor(() => expect(demo.stderr()).toMatch(said), PATIENCE);
    setTimeout(() => demo.child.kill('SIGINT'), afterMs);
    const { status, stderr } = await demo.ended;
    expect(stderr).not.toMatch(/bug|not as planned|\bat .*\.js:\d/);
    expect(status).toBe(130);
    await expectNothingLeft(demo.temporary);
  });

  it('has ended, or ends with 130, at Ctrl-C when the answer is there', async () => {
    const demo = start(['demo']);
    await once(demo.child.stdout, 'data');
    demo.child.kill('SIGINT');
    const { status, stderr } = await demo.ended;
    expect(stderr).not.toMatch(/bug|not as planned/);
    expect([0, 130]).toContain(status);
    await expectNothingLeft(demo.temporary);
  });

  it('ends at once at a second Ctrl-C, with nothing left', async () => {
    const demo = start(['demo']);
    await vi.waitFor(() => expect(demo.stderr()).toMatch(/\$ cruc-fleet/), PATIENCE);
    demo.child.kill('SIGINT');
    demo.child.kill('SIGTERM');
    const { status, stderr } = await demo.ended;
    expect(stderr).not.toMatch(/bug/);
    expect(status).toBe(130);
    await expectNothingLeft(demo.temporary);
  });
});

describe.concurrent('a simulation', () => {
  const argv = [
    'sim',
    '--sleds',
    '2',
    '--propolis',
    '1',
    '--pantries',
    '0',
    '--gateways',
    '1',
    '--down',
    '3/1',
  ];

  it.for(isLong ? [1, 9, 30, 55, 80] : [9, 55])(
    'whose start fails at step %i says why in one line and ends',
    async (step) => {
      const sim = start(argv, { FAIL_AT: String(step) }, ['--import', FAILER]);
      const { status, stdout, stderr } = await sim.ended;
      expect(stderr).toMatch(
        /^cruc-fleet: this machine cannot run the simulation; allow more open files \(ulimit -n\): EMFILE: injected failure of \w+\n$/,
      );
      expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
      await expectNothingLeft(sim.temporary);
    },
  );

  it('that cannot write its inventory says so, ends and leaves nothing', async () => {
    const sim = start([...argv, '--inventory-out', join(folder, 'no', 'such', 'folder')]);
    const { status, stderr } = await sim.ended;
    expect(stderr).toMatch(/^cruc-fleet: .* could not be written: ENOENT/);
    expect(status).toBe(64);
    await expectNothingLeft(sim.temporary);
  });

  it('ends at Ctrl-C while it starts, and leaves nothing', async () => {
    const sim = start(['sim', '--racks', '8']);
    await vi.waitFor(() => expect(readdirSync(sim.temporary)).not.toEqual([]), PATIENCE);
    sim.child.kill('SIGINT');
    expect((await sim.ended).status).toBe(0);
    await expectNothingLeft(sim.temporary);
  });

  it('that is killed leaves no process', async () => {
    const inventory = join(folder, 'killed.yaml');
    const sim = start(['sim', '--sleds', '1', '--pantries', '0', '--inventory-out', inventory]);
    await vi.waitFor(() => expect(sim.stderr()).toMatch(/simulated sleds run/), PATIENCE);
    const asking = start(['ds-state', '-i', inventory, '--window', '60s']);
    const [root = ''] = readdirSync(sim.temporary);
    const calls = join(sim.temporary, root, 'BRM42220000', 'run');
    // The simulator takes a pipe's name away when it has opened it.
    await vi.waitFor(() => {
      expect(readdirSync(calls)).toContainEqual(expect.stringMatching(/\.arg$/));
      expect(readdirSync(calls)).not.toContainEqual(expect.stringMatching(/\.out$/));
    }, PATIENCE);
    sim.child.kill('SIGKILL');
    expect((await asking.ended).status).toBe(3);
    await sim.ended;
    await vi.waitFor(() => expect(processesOf(sim.temporary)).toEqual([]), PATIENCE);
  });
});
