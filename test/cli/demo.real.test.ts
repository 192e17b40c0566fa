import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { DEMO_RACK, DEMO_STEPS, startProgress } from '../../src/cli/sim/demo-steps.ts';
import { DEMO_PICTURES, DEMO_WIDTH, pictureText } from '../pictures/demo-pictures.ts';
import { linesOfSvg } from '../pictures/terminal-svg.ts';
import { hasNatsServer } from '../support/nats-hub.ts';
import { isLong } from '../support/sized.ts';
import { PATIENCE } from '../support/patience.ts';
import { withRack } from '../support/rack.ts';

/** The built program with its own simulation: it ends, whatever happens, and leaves nothing. */
const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
/** Signals are to come in the middle of something. */
const OFTEN = { ...PATIENCE, interval: 5 };
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
    const number = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[String(signal)] ?? 100;
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
  await vi.waitFor(() => expect(processesOf(temporary)).toEqual([]), OFTEN);
}

/** Without what differs from run to run. */
const lasting = (line: string): string =>
  line
    .replaceAll(/\d+(?:\.\d+)?/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** What each step of the demo has to say. */
const ANSWERS: readonly (readonly RegExp[])[] = [
  [
    /: 31 of 32 sleds answered; 61 upstairs: 1 critical, 2 degraded, 3\s+repairing/,
    /^no answer from 3\/BRM42220017 \(cubby 17\): connect, refused/m,
  ],
  [/^3\/12 .* LR +5 +\d+ +\? /m, /^3\/26 .* REC +0\.[6-9]\d? +[\d.]+ +1000 /m],
  // And one slow downstairs, and no other: `expectOneSlow`.
  [],
  [/^Subject: \[cruc-fleet\] CRITICAL - rack 3: /m],
];

/** Whether something that was printed has all lines of pictures of the README that do not differ from run to run. */
function expectPictured(text: string, pictures: readonly (typeof DEMO_PICTURES)[number][]): void {
  const printed = new Set(text.split('\n').map(lasting));
  for (const { file, command } of pictures) {
    const [first, ...lines] = linesOfSvg(pictureText(file));
    expect(first).toBe(command);
    // Bars and measured times differ; headings, sleds and states do not.
    const telling = lines.filter((line) => !/@|\d\.\d|p99|\|| samples|[µm]s\b/.test(line));
    expect(telling.length).toBeGreaterThan(4);
    for (const line of telling) expect(printed).toContain(lasting(line));
  }
}

/** The slow downstairs that the comparison names, and no other. */
function expectOneSlow(text: string): void {
  const named = [...text.matchAll(/^ {2}3\/(\w+) \(cubby \d+\) *\n.*PID (\d+)  client (\d)/gm)];
  expect(named.map((found) => found.slice(1))).toEqual([['BRM42220021', '735', '1']]);
}

/** Most of a demo is to give 31 sleds their scripts: here they have them, and the gate runs a whole demo beside. */
describe('what the demo asks', () => {
  const rack = withRack({ ...DEMO_RACK, isWarm: true }, ({ simulation }) => startProgress(simulation));

  it.for(DEMO_PICTURES.map((picture, n) => [picture.name, n] as const))(
    '%s is answered as its picture in the README shows',
    async ([, n]) => {
      const { argv, statuses } = DEMO_STEPS[n]!;
      const { status, stdout } = await rack.run(['--width', String(DEMO_WIDTH), ...argv]);
      expect(statuses).toContain(status);
      for (const answer of ANSWERS[n]!) expect(stdout).toMatch(answer);
      if (argv.includes('--compare')) expectOneSlow(stdout);
      expectPictured(stdout, DEMO_PICTURES.slice(n, n + 1));
    },
  );
});

describe.concurrent('the demo', () => {
  it.runIf(isLong).sequential(
    'tells what one asks in an incident, as the pictures of the README show, and leaves nothing',
    async () => {
      const demo = start(['--width', String(DEMO_WIDTH), 'demo', '--fast']);
      const { status, stdout, stderr } = await demo.ended;
      expect(stderr.match(/^\$ .*$/gm)).toEqual(
        DEMO_STEPS.map(({ argv }) => `$ cruc-fleet ${argv.join(' ')}`),
      );
      for (const answer of ANSWERS.flat()) expect(stdout).toMatch(answer);
      expectOneSlow(stdout);
      expectPictured(stdout, DEMO_PICTURES);
      expect(stderr).toMatch(/To go on:\n {2}cruc-fleet .*\n {2}cruc-fleet .*\n$/);
      expect(status).toBe(0);
      await expectNothingLeft(demo.temporary);
    },
  );

  it.for(
    (
      [
        ['as soon as it speaks', /Starting 32/, 0, 'SIGINT'],
        ['while it starts', /Starting 32/, 150, 'SIGTERM'],
        ['when it asks for states', /\$ cruc-fleet ds-state/, 0, 'SIGINT'],
        ['while it asks for repairs', /\$ cruc-fleet repairs/, 400, 'SIGTERM'],
        ['while it traces', /\$ cruc-fleet run/, 1200, 'SIGINT'],
        ['while it checks', /\$ cruc-fleet check/, 300, 'SIGHUP'],
      ] as const
    ).filter((_, n) => isLong || n === 1 || n === 2),
  )('ends %s with 130 at a signal, no word of a bug, and nothing left', async ([, said, afterMs, signal]) => {
    const demo = start(['demo', '--fast']);
    await vi.waitFor(() => expect(demo.stderr()).toMatch(said), OFTEN);
    setTimeout(() => demo.child.kill(signal), afterMs);
    const { status, stderr } = await demo.ended;
    expect(stderr).not.toMatch(/bug|The demo ends here|\bat .*\.js:\d/);
    expect(status).toBe(130);
    await expectNothingLeft(demo.temporary);
  });

  it.skipIf(!hasNatsServer)(
    'of sites ends at a signal with 130 and its hub, and nothing is left',
    async () => {
      const demo = start(['demo', '--sites', '--fast']);
      // Once its runners check their sleds, or (which costs a third) as soon as its hub runs and they come to it.
      await vi.waitFor(() => {
        if (isLong) expect(demo.stderr()).toMatch(/\$ cruc-fleet sites/);
        else
          expect(readdirSync(demo.temporary, { recursive: true }).join()).toMatch(/nats-server_\d+\.ports/);
      }, OFTEN);
      demo.child.kill('SIGINT');
      const { status, stderr } = await demo.ended;
      expect(stderr).not.toMatch(/bug|The demo ends here|\bat .*\.js:\d/);
      expect(status).toBe(130);
      await expectNothingLeft(demo.temporary);
    },
  );

  it('ends in a pause with 130 at Ctrl-C, at once, with nothing left', async () => {
    const interrupted = async () => {
      const demo = start(['demo']);
      await vi.waitFor(() => expect(demo.stderr()).toMatch(/\$ cruc-fleet ds-state/), OFTEN);
      demo.child.kill('SIGINT');
      const { status, stdout } = await demo.ended;
      await expectNothingLeft(demo.temporary);
      return { status, stdout };
    };
    // The pause is a second, which a busy machine may take to send the signal: then the command is interrupted.
    let ended = await interrupted();
    for (let tries = 1; tries < 4 && ended.stdout !== ''; tries += 1) ended = await interrupted();
    expect(ended).toEqual({ status: 130, stdout: '' });
  });

  it('ends at once at a second Ctrl-C, with nothing left', async () => {
    const demo = start(['demo', '--fast']);
    await vi.waitFor(() => expect(demo.stderr()).toMatch(/\$ cruc-fleet/), OFTEN);
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

  it.for(isLong ? [1, 9, 30, 55, 64] : [9, 55])(
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
    const sim = start(['sim', '--propolis', '1']);
    await vi.waitFor(() => expect(readdirSync(sim.temporary)).not.toEqual([]), OFTEN);
    sim.child.kill('SIGINT');
    expect((await sim.ended).status).toBe(0);
    await expectNothingLeft(sim.temporary);
  });

  it('that is killed leaves no process', async () => {
    const inventory = join(folder, 'killed.yaml');
    const sim = start(['sim', '--sleds', '1', '--pantries', '0', '--inventory-out', inventory]);
    await vi.waitFor(() => expect(sim.stderr()).toMatch(/simulated sleds run/), OFTEN);
    const asking = start(['ds-state', '-i', inventory, '--window', '60s']);
    const [root = ''] = readdirSync(sim.temporary);
    const calls = join(sim.temporary, root, 'BRM42220000', 'run');
    // The simulator takes a pipe's name away when it has opened it.
    await vi.waitFor(() => {
      expect(readdirSync(calls)).toContainEqual(expect.stringMatching(/\.arg$/));
      expect(readdirSync(calls)).not.toContainEqual(expect.stringMatching(/\.out$/));
    }, OFTEN);
    sim.child.kill('SIGKILL');
    expect((await asking.ended).status).toBe(3);
    await sim.ended;
    await vi.waitFor(() => expect(processesOf(sim.temporary)).toEqual([]), OFTEN);
  });
});
