import { spawnSync } from 'node:child_process';
import {
  closeSync,
  createWriteStream,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { createTerminal } from '../../src/term/terminal.ts';
import { run, startProgram, type Running } from '../support/run-program.ts';
import { isLong } from '../support/sized.ts';

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

function runFull(argv: readonly string[], full: 'stdout' | 'stderr' | null) {
  const device = openSync(FULL, 'w');
  try {
    return spawnSync(process.execPath, [BIN, ...argv], {
      stdio: ['ignore', full === 'stdout' ? device : 'pipe', full === 'stderr' ? device : 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, XDG_STATE_HOME: folder },
      timeout: 120_000,
    });
  } finally {
    closeSync(device);
  }
}

/** In this process, which is told once what cannot be written, where the built program ends; what goes on is ended here. */
async function runFullHere(argv: readonly string[]): Promise<readonly string[]> {
  const told: string[] = [];
  const disk = () => createWriteStream(FULL) as unknown as NodeJS.WriteStream;
  const env = { XDG_STATE_HOME: folder, CRUC_FLEET_SSH_CONFIG: 'none' };
  let running: Running | null = null;
  const quiet = createWriteStream('/dev/null') as unknown as NodeJS.WriteStream;
  const terminal = createTerminal(disk(), quiet, env, {
    readerGone: () => told.push('reader gone'),
    failed: (stream, error) => {
      told.push(`${stream}: ${error.message}`);
      running?.interrupt();
    },
  });
  running = startProgram(argv, { terminal, env });
  await running.ended;
  await expect.poll(() => told).not.toEqual([]);
  return told;
}

describe.skipIf(!existsSync(FULL))('output on a full disk', () => {
  const inventory = () => ['-i', join(folder, 'inventory.yaml')];

  /** Every way to print, of every command: the first of each in the sample, and one that gives JSON. */
  const WAYS: Readonly<Record<string, () => readonly (readonly string[])[]>> = {
    'ds-state': () => [
      ['ds-state', ...inventory()],
      ['ds-state', '-o', 'json', ...inventory()],
    ],
    'lr-state': () => [['lr-state', ...inventory()]],
    repairs: () => [['repairs', ...inventory()]],
    watch: () => [['watch', '--for', '2s', ...inventory()]],
    serve: () => [['serve', '--no-keep', '--listen', '127.0.0.1:0', ...inventory()]],
    wait: () => [['wait', '--timeout', '1ms', ...inventory()]],
    where: () => [['where', 'oxz_*', '--no-http', ...inventory()]],
    explain: () => [['explain', 'oxz_*', '--no-http', '--no-trace', '-o', 'json', ...inventory()]],
    impact: () => [['impact', '3/1', '--no-http', ...inventory()]],
    downstairs: () => [['downstairs', ...inventory()]],
    facts: () => [['facts', 'list', '-o', 'json']],
    check: () => [check(), check('-o', 'plugin'), check('-o', 'json')],
    silence: () => [['silence', 'list', '-o', 'json', '--state-file', join(folder, 'check.json')]],
    sleds: () => [['sleds', ...inventory()]],
    doctor: () => [['doctor', ...inventory()]],
    run: () => [
      ['run', 'perf-vol', ...inventory()],
      ['run', 'upstairs_raw', '-o', 'ndjson', ...inventory()],
    ],
    probes: () => [['probes'], ['probes', '-o', 'json']],
    exec: () => [['exec', '-r', '*', ...inventory(), '--', 'true']],
    cp: () => [['cp', '/etc/passwd', join(folder, 'copies'), '-r', '*', ...inventory()]],
    push: () => [['push', '-r', '*', ...inventory()]],
    clean: () => [['clean', '-r', '*', ...inventory()]],
    merge: () => [['merge', join(folder, 'recorded')]],
    history: () => [['history', '-o', 'json', '--history', join(folder, 'kept')]],
    diff: () => [['diff', join(folder, 'recorded'), join(folder, 'recorded')]],
    replay: () => [['replay', join(folder, 'recorded')]],
    relay: () => [['relay', 'config', '--sites', 'west', '--askers', 'me', '--out', join(folder, 'hub')]],
    script: () => [['script', 'ds-state']],
    parse: () => [['parse', 'ds-state', join(folder, 'inventory.yaml')]],
    inventory: () => [
      ['inventory', 'check', ...inventory()],
      ['inventory', 'list', ...inventory()],
    ],
    man: () => [['man', 'exec']],
    completion: () => [['completion', 'bash']],
    sim: () => [['sim', '--sleds', '1', '--truth', '-']],
    // It takes ten seconds before it prints.
    demo: () => (isLong ? [['demo']] : []),
    help: () => [['--help'], ['help', 'silence', 'add'], ['--version']],
  };

  /** A runner prints nothing there, and the list of sites is that of a hub. */
  const OF_A_HUB = ['runner', 'sites'];
  const USE_WHAT_WAS_KEPT = ['replay', 'history', 'diff', 'merge'];

  it('has a case for each command', () => {
    const commands = COMMANDS.map(({ name }) => name);
    expect(Object.keys(WAYS).toSorted()).toEqual(
      [...commands.filter((name) => !OF_A_HUB.includes(name)), 'help'].toSorted(),
    );
  });

  /** Ends by itself, goes on, gives a verdict, writes by a stream, and one that only prints what it holds. */
  const BUILT = ['ds-state', 'watch', 'check', 'sim', 'probes'];

  async function keepAnswers(command: string): Promise<void> {
    const recorded = join(folder, 'recorded');
    const kept = ['--keep', '--history', join(folder, 'kept')];
    if (USE_WHAT_WAS_KEPT.includes(command) && !existsSync(recorded))
      await run(['ds-state', ...inventory(), '--record', recorded, ...kept]);
  }

  it.each(Object.keys(WAYS))('is told, once: %s', async (command) => {
    await keepAnswers(command);
    for (const argv of WAYS[command]!()) {
      expect({ argv, told: await runFullHere(argv) }).toEqual({
        argv,
        told: ['standard output: ENOSPC: no space left on device, write'],
      });
    }
  });

  it.each(isLong ? Object.keys(WAYS) : BUILT)(
    'is one sentence and status 74, 3 of a check: %s',
    async (command) => {
      await keepAnswers(command);
      const ways = WAYS[command]!();
      for (const argv of isLong || command === 'probes' ? ways : ways.slice(0, 1)) {
        const { status, stderr } = runFull(argv, 'stdout');
        const said = stderr.split('\n').filter((line) => /ENOSPC|    at /.test(line));
        expect({ argv, status, said }).toEqual({
          argv,
          status: command === 'check' ? 3 : 74,
          said: [
            'cruc-fleet: standard output could not be written, and the answer is not whole: ENOSPC: no space left on device, write',
          ],
        });
      }
    },
  );

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
          timeout: 120_000,
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
