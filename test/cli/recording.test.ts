import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sledFile } from '../../src/fleet/sled-files.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run, startProgram } from '../support/run-program.ts';
import { withRack } from '../support/rack.ts';

/** A recording of ds-state with filters, made once: one sled is down, one has no dtrace. */
let recorded: string;
let original: { readonly status: number; readonly stdout: string };

const DS_STATE = ['ds-state', '--window', '2s', '--degraded', '--sort-by', '-pid', '-o', 'json'];

const rack = withRack(
  {
    isShellFree: true,
    sledsPerRack: 5,
    propolisPerSled: 2,
    pantryPerRack: 1,
    degraded: 5,
    seed: 9,
    gatewaysPerRack: 1,
    down: new Map([
      ['3/3', 'refused'],
      ['3/4', 'no-dtrace'],
    ]),
  },
  async () => {
    recorded = join(rack.folder, 'recorded');
    original = await run([...DS_STATE, '-i', rack.inventory, '--record', recorded]);
  },
);

/** A copy of the recording that a test may spoil. */
function copy(name: string): string {
  const to = join(rack.folder, name);
  cpSync(recorded, to, { recursive: true });
  return to;
}

const SLED = join('3', 'BRM42220000');

describe('a recording of ds-state', () => {
  it('is made beside the report, and holds what each sled gave and no keys', () => {
    expect(original.status).toBe(3);
    expect(schemaErrors(JSON.parse(original.stdout))).toEqual([]);
    expect(readdirSync(recorded).toSorted()).toEqual(['3', 'recording.json']);
    expect(readdirSync(join(recorded, '3')).toSorted()).toEqual([
      ...[0, 1, 2].flatMap((n) => ['json', 'stderr', 'stdout'].map((end) => `BRM4222000${n}.${end}`)),
      'BRM42220003.json',
      ...['json', 'stderr', 'stdout'].map((end) => `BRM42220004.${end}`),
    ]);
    const head = JSON.parse(readFileSync(join(recorded, 'recording.json'), 'utf8'));
    expect(head).toMatchObject({
      format: 'cruc-fleet/recording',
      version: 1,
      command: 'ds-state',
      settings: { seconds: 2 },
      view: { filters: { degraded: true }, sort_by: ['-pid'] },
      interrupted: false,
    });
    expect(head.sleds).toHaveLength(5);
    const visit = JSON.parse(readFileSync(join(recorded, `${SLED}.json`), 'utf8'));
    expect(visit).toMatchObject({ command: { exit_status: 0, signal: null }, failure: null });
    expect(visit.via).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(statSync(recorded).mode & 0o077).toBe(0);
    const all = readdirSync(recorded, { recursive: true, encoding: 'utf8' })
      .map((name) => join(recorded, name))
      .filter((name) => statSync(name).isFile())
      .map((name) => readFileSync(name, 'utf8'));
    const key = /identity_file: (\S+)/.exec(rack.simulation.inventoryYaml())![1]!;
    expect(all.some((text) => text.includes(key))).toBe(false);
  });

  it('gives the same report, byte for byte, and the same exit status', async () => {
    const replayed = await run(['replay', recorded, '-o', 'json']);
    expect(replayed).toEqual({ status: original.status, stdout: original.stdout, stderr: '' });
    expect(JSON.parse(replayed.stdout).rows.length).toBeGreaterThan(0);
  });

  it('needs no inventory, no sled and no upload', async () => {
    const before = [0, 1, 2].map((n) => rack.simulation.connections(`3/${n}`));
    await run(['replay', recorded]);
    expect([0, 1, 2].map((n) => rack.simulation.connections(`3/${n}`))).toEqual(before);
  });

  it('is printed in any format, with any columns', async () => {
    const table = await run(['replay', recorded]);
    expect(table.stdout).toMatch(/^RACK +SERIAL/);
    expect(table.stdout).toMatch(/no answer from 3\/BRM42220003 \(cubby 3\): connect, refused/);
    const csv = await run(['replay', recorded, '-o', 'csv', '--columns', 'sled,pid']);
    expect(csv.stdout).toMatch(/^sled,pid\r\n3\/BRM4222000\d,\d+\r\n/);
    const wrong = await run(['replay', recorded, '--columns', 'colour']);
    expect({ status: wrong.status, stdout: wrong.stdout }).toEqual({ status: 64, stdout: '' });
  });

  it('takes other filters and another order', async () => {
    const all = JSON.parse((await run(['replay', recorded, '-o', 'json', '--no-filters'])).stdout);
    expect(all).toMatchObject({ filter: null });
    expect(all.rows).toHaveLength(JSON.parse(original.stdout).rows_before_filter);
    const pids = all.rows.map((row: { pid: number }) => row.pid);
    expect(pids).toEqual(pids.toSorted((a: number, b: number) => b - a));
    const some = await run([
      'replay',
      recorded,
      '-o',
      'json',
      '--pid',
      String(pids[0]),
      '--sort-by',
      'session_id',
    ]);
    const report = JSON.parse(some.stdout);
    expect(report.filter).toBe(`pid ${pids[0]}`);
    expect(report.rows.every((row: { pid: number }) => row.pid === pids[0])).toBe(true);
    expect(report.rows.length).toBeGreaterThan(0);
  });

  it('is never written over', async () => {
    const { status, stdout, stderr } = await run([...DS_STATE, '-i', rack.inventory, '--record', recorded]);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(/--record: .*recorded is not empty; give a folder that is new or empty/);
  });

  it('cannot be made where a file is', async () => {
    const { status, stderr } = await run([...DS_STATE, '-i', rack.inventory, '--record', rack.inventory]);
    expect(status).toBe(64);
    expect(stderr).toMatch(/--record: the folder .*inventory\.yaml cannot be made: E/);
  });
});

describe('a recording that is not whole', () => {
  interface Sled {
    readonly sled: string;
    readonly error?: { readonly code: string; readonly message: string };
  }
  const replay = async (from: string) => {
    const { status, stdout, stderr } = await run(['replay', from, '-o', 'json']);
    const sleds: readonly Sled[] = stdout === '' ? [] : JSON.parse(stdout).sleds;
    return { status, stdout, stderr, error: sleds[0]?.error, others: sleds.slice(1) };
  };
  const others = () => JSON.parse(original.stdout).sleds.slice(1);

  it.each<[string, (file: string) => void, RegExp]>([
    ['without its standard output', (file) => rmSync(`${file}.stdout`), /cannot be read: ENOENT/],
    ['without its standard error', (file) => rmSync(`${file}.stderr`), /cannot be read: ENOENT/],
    [
      'with an output that was cut',
      (file) => writeFileSync(`${file}.stdout`, 'x'),
      /has 1 bytes, and \d+ were/,
    ],
    ['with an output that grew', (file) => appendFileSync(`${file}.stderr`, 'x'), /has 1 bytes, and 0 were/],
    ['of which nothing is there', (file) => rmSync(`${file}.json`), /BRM42220000\.json is missing/],
    ['with a cut description', (file) => writeFileSync(`${file}.json`, '{"sled": "3'), /json is damaged/],
    [
      "with another sled's description",
      (file) => cpSync(`${file.slice(0, -1)}1.json`, `${file}.json`),
      /damaged/,
    ],
  ])('has a sled %s as a failed one, and the others as they were', async (name, spoil, message) => {
    const spoiled = copy(`spoiled ${name}`);
    spoil(join(spoiled, SLED));
    const replayed = await replay(spoiled);
    expect(replayed.status).toBe(3);
    expect(replayed.error?.code).toBe('recording');
    expect(replayed.error?.message).toMatch(message);
    expect(replayed.others).toEqual(others());
  });

  it.each<[string, (text: string) => string, number, RegExp]>([
    ['no JSON', (text) => text.slice(0, 300), 78, /recording\.json is damaged: it is not a JSON object/],
    [
      'a newer version',
      (text) => text.replace('"version": 1', '"version": 2'),
      78,
      /is of version 2, .* up to 1/,
    ],
    [
      'a wrong version',
      (text) => text.replace('"version": 1', '"version": "x"'),
      78,
      /its version is not a number/,
    ],
    [
      'another format',
      (text) => text.replace('cruc-fleet/rec', 'other/rec'),
      78,
      /is not a recording of cruc-fleet/,
    ],
    ['no time', (text) => text.replace(/"started_at": "[^"]*"/, '"started_at": "soon"'), 78, /'started_at'/],
    [
      'a wrong sled',
      (text) => text.replace('"rack": "3"', '"rack": 3'),
      78,
      /'sleds' is not a list of sleds/,
    ],
    [
      'a probe that is no more',
      (text) => text.replace('"command": "ds-state"', '"command": "constructor"'),
      64,
      /is of 'constructor', which this cruc-fleet does not know; it replays ds-state, lr-state/,
    ],
  ])('is refused with %s', async (name, change, status, message) => {
    const spoiled = copy(`head with ${name}`);
    const head = join(spoiled, 'recording.json');
    const before = readFileSync(head, 'utf8');
    writeFileSync(head, change(before));
    expect(change(before)).not.toBe(before);
    const replayed = await replay(spoiled);
    expect({ status: replayed.status, stdout: replayed.stdout }).toEqual({ status, stdout: '' });
    expect(replayed.stderr).toMatch(message);
    expect(replayed.stderr).not.toMatch(/\.ts:\d/);
  });

  it('is refused where there is none', async () => {
    const { status, stderr } = await replay(join(rack.folder, 'nowhere'));
    expect(status).toBe(64);
    expect(stderr).toMatch(
      /nowhere\/recording\.json cannot be read; give a folder that --record has written/,
    );
  });

  it('of a run that was killed has what had arrived', async () => {
    const killed = copy('killed');
    const head = join(killed, 'recording.json');
    const text = readFileSync(head, 'utf8');
    writeFileSync(
      head,
      text
        .replace(/"finished_at": "[^"]*"/, '"finished_at": null')
        .replace('"interrupted": false', '"interrupted": null'),
    );
    rmSync(join(killed, `${SLED}.json`));
    const { status, stdout } = await run(['replay', killed, '-o', 'json']);
    const report = JSON.parse(stdout);
    expect(status).toBe(130);
    expect(report).toMatchObject({ interrupted: true, coverage: { answered: 2, failed: 3 } });
    expect(report.sleds[0].error).toEqual({
      code: 'interrupted',
      message: 'the recorded run ended before this sled did',
    });
    expect(report.finished_at >= report.started_at).toBe(true);
  });
});

describe('--record', () => {
  it('of an interrupted run keeps what arrived, and replays as it was', async () => {
    const to = join(rack.folder, 'interrupted');
    // However late the interrupt comes: the second sled has not answered, and the third was not tried.
    await rack.simulation.setFault('3/1', 'hang');
    const running = startProgram(
      [
        'ds-state',
        '-i',
        rack.inventory,
        '--sled',
        '0-2',
        '--concurrency',
        '1',
        '--window',
        '1s',
        '-o',
        'json',
        '--record',
        to,
      ],
      {},
    );
    await expect.poll(() => existsSync(join(to, `${SLED}.json`))).toBe(true);
    running.interrupt();
    const ended = await running.ended;
    await rack.simulation.setFault('3/1', null);
    expect(ended.status).toBe(130);
    const report = JSON.parse(ended.stdout);
    expect(report.coverage).toMatchObject({ answered: 1, failed: 2 });
    expect(report.sleds.map((sled: { error?: { code: string } }) => sled.error?.code)).toEqual([
      undefined,
      'interrupted',
      'not_tried',
    ]);
    expect(await run(['replay', to, '-o', 'json'])).toEqual({
      status: 130,
      stdout: ended.stdout,
      stderr: '',
    });
  });

  it('that cannot be written says so, and loses nothing of the report', async () => {
    const to = join(rack.folder, 'blocked');
    const running = startProgram(
      [
        'lr-state',
        '-i',
        rack.inventory,
        '--sled',
        '0-2',
        '--window',
        '1s',
        '-o',
        'json',
        '--quiet',
        '--record',
        to,
      ],
      {},
    );
    await expect.poll(() => existsSync(join(to, 'recording.json'))).toBe(true);
    // Where the rack's folder should be.
    writeFileSync(join(to, '3'), '');
    const { status, stdout, stderr } = await running.ended;
    expect(status).toBe(0);
    expect(JSON.parse(stdout).coverage).toMatchObject({ answered: 3, failed: 0 });
    expect(stderr).toMatch(
      /^warning: the files of 3\/\[0-2\] could not be written in .*blocked: E[A-Z]+: .*\n$/,
    );
    const replayed = await run(['replay', to, '-o', 'json']);
    expect(replayed.status).toBe(3);
    expect(JSON.parse(replayed.stdout).coverage).toMatchObject({ answered: 0, failed: 3 });
  });

  it('of lr-state gives the same report again', async () => {
    const to = join(rack.folder, 'lr');
    const argv = ['-i', rack.inventory, '--sled', '0-2', '--window', '1s'];
    const before = await run(['lr-state', ...argv, '-o', 'yaml', '--record', to]);
    expect(await run(['replay', to, '-o', 'yaml'])).toEqual(before);
    expect(before.status).toBe(0);
  });

  it('keeps what the run warned of', async () => {
    const to = join(rack.folder, 'warned');
    const unknown = join(rack.folder, 'unknown.yaml');
    writeFileSync(
      unknown,
      rack.simulation
        .inventoryYaml()
        .replace(/known_hosts: .*/, `known_hosts: ${join(rack.folder, 'nobody')}`),
    );
    const argv = ['exec', '-i', unknown, '--sled', '0', '--host-key', 'off', '--record', to, '--', 'true'];
    const before = await run(argv);
    expect(before.stderr).toMatch(/^warning: \S+: the host key of .* was not verified/m);
    const replayed = await run(['replay', to]);
    expect(replayed.stderr).toMatch(/^warning: gateway \S+: the host key of .* was not verified/);
    expect(replayed.stderr).toMatch(/^warning: 3\/0: the host key of .* was not verified/m);
    expect(before.stderr).toContain(replayed.stderr);
    expect((await run(['replay', to, '-q'])).stderr).toBe('');
  });

  it('of exec gives the same answer again, in each of its formats', async () => {
    const to = join(rack.folder, 'exec');
    const before = await run([
      'exec',
      '-i',
      rack.inventory,
      '--sled',
      '0,1,3',
      '--record',
      to,
      '--',
      'printf "ü\\033"; echo e >&2; exit 5',
    ]);
    expect(before.stdout).toMatch(/^sled 3\/\[0-1\] \(2\), status 5\nü\?\nstderr: e\n\n/);
    expect(await run(['replay', to])).toEqual({ ...before, stderr: '' });
    expect(before.status).toBe(5);
    const report = JSON.parse((await run(['replay', to, '-o', 'json'])).stdout);
    expect(report.rows[0]).toMatchObject({ status: 5, stdout: 'ü\x1b', stderr: 'e\n' });
    expect((await run(['replay', to, '--no-fold'])).stdout).toMatch(/^sled 3\/0, status 5\n/);
    for (const option of [['--degraded'], ['--columns', 'sled'], ['--sort-by', 'status']]) {
      const { status, stdout, stderr } = await run(['replay', to, ...option]);
      expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
      expect(stderr).toBe(`cruc-fleet: ${option[0]}: does not apply to a recording of exec\n`);
    }
    expect((await run(['replay', to, '-o', 'name'])).stdout).toBe('3/BRM42220000\n3/BRM42220001\n');
  });

  it('is relative to where the program runs', async () => {
    const cwd = join(rack.folder, 'here');
    mkdirSync(cwd);
    await run(['exec', '-i', rack.inventory, '--sled', '0', '--record', 'it', '--', 'true'], { cwd });
    expect(existsSync(join(cwd, 'it', 'recording.json'))).toBe(true);
    expect((await run(['replay', 'it'], { cwd })).status).toBe(0);
  });
});

describe('the files of a sled', () => {
  it('lie in the folder, each sled by itself, whatever its name', () => {
    expect(sledFile({ rack: '3', name: 'BRM42220014' })).toBe(join('3', 'BRM42220014'));
    expect(sledFile({ rack: '..', name: '../a b%' })).toBe(join('%2e%2e', '%2e%2e%2fa%20b%25'));
    const name = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(name, name, name, name, (rack, sled, otherRack, otherSled) => {
        const file = sledFile({ rack, name: sled });
        expect(file.split('/')).toHaveLength(2);
        expect(join('/folder', file)).toBe(`/folder/${file}`);
        const other = sledFile({ rack: otherRack, name: otherSled });
        expect(file === other).toBe(rack === otherRack && sled === otherSled);
      }),
    );
  });
});

describe('a recording of run', () => {
  it.each([
    [
      'distributions',
      ['perf-vol', '--for', '2s', '--by', 'sled', '-o', 'json'],
      ['--by', 'sled', '-o', 'json'],
    ],
    [
      'the counts of intervals',
      ['upstairs_io', '--for', '2s', '--interval', '1s', '--rates', '-o', 'csv'],
      ['-o', 'csv'],
    ],
    [
      'rows of one zone',
      ['upstairs_count', '--for', '2s', '--zone', '*pantry*', '-o', 'json'],
      ['-o', 'json'],
    ],
  ])('gives %s again', async (name, argv, view) => {
    const to = join(rack.folder, `run ${name}`);
    const first = await run(['run', ...argv, '-i', rack.inventory, '--record', to]);
    expect(first.status).toBe(3);
    const again = await run(['replay', to, ...view]);
    expect(again).toEqual(first);
    expect(first.stdout.length).toBeGreaterThan(500);
  });

  it("gives a user's own script again", async () => {
    const script = join(rack.folder, 'mine.d');
    writeFileSync(
      script,
      'crucible_upstairs*:::up-status { @reports[zonename] = count(); }\ndtrace:::BEGIN { trace("hello"); }\n',
    );
    const to = join(rack.folder, 'own');
    const first = await run(['run', script, '--for', '2s', '-i', rack.inventory, '--record', to]);
    expect(first.stdout).toContain('hello');
    expect(await run(['replay', to])).toEqual(first);
  });
});
