import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture } from '../parse/fixtures.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';
import { renewedBy } from '../support/renewed-by.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

let folder: string;
let inventory: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-parse-'));
  inventory = join(folder, 'inventory.yaml');
  writeFileSync(
    inventory,
    [
      'version: 1',
      'racks:',
      '  - id: 3',
      '    sleds:',
      '      - { serial: BRM44220011, cubby: 8, host: "fd00::8" }',
      '      - { serial: BRM44220005, cubby: 9, host: "fd00::9" }',
      '      - { serial: BRM42220036, cubby: 10, host: "fd00::10" }',
      '      - { serial: BRM42220014, cubby: 15, host: "fd00::15" }',
      '  - id: 4',
      '    sleds:',
      '      - { cubby: 20, host: "fd00::20" }',
      '',
    ].join('\n'),
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Json {
  readonly probe: string;
  readonly selection: string;
  readonly complete: boolean;
  readonly coverage: Readonly<Record<string, number>>;
  readonly health: Readonly<Record<string, number>> | null;
  readonly sleds: readonly {
    readonly sled: string;
    readonly status: string;
    readonly serial: string | null;
    readonly cubby: number | null;
    readonly error?: { readonly code: string; readonly message: string };
    readonly issues?: readonly { readonly code: string; readonly message: string }[];
    readonly warnings?: readonly string[];
  }[];
  readonly issues?: readonly { readonly code: string; readonly message: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly distributions?: { readonly groups: readonly Readonly<Record<string, unknown>>[] };
  readonly findings: readonly { readonly rule: string }[];
}

/** Runs `parse … -o json` where the fixtures are; the report is held against the schema. */
async function parse(argv: readonly string[], stdin = ''): Promise<Json & { readonly exit: number }> {
  const change = { cwd: FIXTURES, readStdin: () => Promise.resolve(Buffer.from(stdin)) };
  const { status, stdout, stderr } = await run(['parse', ...argv, '-q', '-o', 'json'], change);
  expect(stderr).toBe('');
  const report: Json = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  return { ...report, exit: status };
}

async function refused(argv: readonly string[], stdin = ''): Promise<string> {
  const change = { cwd: FIXTURES, readStdin: () => Promise.resolve(Buffer.from(stdin)) };
  const { status, stdout, stderr } = await run(['parse', ...argv], change);
  expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  expect(stderr).not.toMatch(/ at .*\.ts:/);
  return stderr;
}

describe('help', () => {
  it('is what parse --help prints', async () => {
    const { status, stdout } = await run(['parse', '--help']);
    expect(status).toBe(0);
    await expect(stdout).toMatchFileSnapshot(
      '../fixtures/golden/parse-help.txt',
      renewedBy('test/cli/parse.test.ts'),
    );
  });
});

describe('blocks of pilot host exec', () => {
  it('are one sled each, by serial and cubby, a failed one and a silent one too', async () => {
    const report = await parse(['lr-state', 'pilot-host-exec/lr-state.txt']);
    expect(report.exit).toBe(3);
    expect(report.sleds.map(({ sled, cubby, status }) => [sled, cubby, status])).toEqual([
      ['pasted/BRM44220011', 8, 'answered'],
      ['pasted/BRM44220005', 9, 'answered'],
      ['pasted/BRM42220036', 10, 'failed'],
    ]);
    expect(report.sleds[1]?.issues).toEqual([
      { code: 'warning', message: expect.stringMatching(/ended well and printed nothing/) },
    ]);
    expect(report.sleds[2]?.error).toEqual({
      code: 'exit_status',
      message: expect.stringMatching(/^pilot host exec says: ssh: connect to host .*: timed out$/),
    });
    expect(report.rows).toEqual([
      expect.objectContaining({
        sled: 'pasted/BRM44220011',
        serial: 'BRM44220011',
        cubby: 8,
        pid: 19793,
        session_id: 'e1a38744',
        live_repair_aborted_2: 0,
        health: null,
      }),
    ]);
  });

  it('take rack and name from the inventory, which may have them elsewhere', async () => {
    const report = await parse(['ds-state', '-i', inventory, 'pilot-host-exec/ds-state.txt']);
    expect(report.sleds.map(({ sled, cubby, warnings }) => [sled, cubby, warnings])).toEqual([
      ['3/BRM44220011', 8, []],
      [
        '3/BRM42220014',
        15,
        [expect.stringMatching(/the paste has it in cubby 14, the inventory in cubby 15/)],
      ],
    ]);
    expect(report.health).toEqual({ repairing: 1, ok: 1 });
  });

  it('find a sled of an inventory without serials by its cubby', async () => {
    const text = '20  BRM42220099        ok: oxz_a 7 c0b92059 ACT ACT ACT\n';
    const report = await parse(['ds-state', '-i', inventory, '-'], text);
    expect(report.sleds.map(({ sled, serial, cubby }) => [sled, serial, cubby])).toEqual([
      ['4/sled20', 'BRM42220099', 20],
    ]);
    expect(report.exit).toBe(0);
  });

  it('of a selection report the sleds that were not pasted as not tried', async () => {
    const report = await parse(['ds-state', '-i', inventory, '--rack', '3', 'pilot-host-exec/ds-state.txt']);
    expect(report.selection).toBe('rack 3');
    expect(report.sleds.map(({ sled, status }) => [sled, status])).toEqual([
      ['3/BRM44220011', 'answered'],
      ['3/BRM44220005', 'failed'],
      ['3/BRM42220036', 'failed'],
      ['3/BRM42220014', 'answered'],
    ]);
    expect(report.sleds[1]?.error).toEqual({
      code: 'not_tried',
      message: 'the paste has nothing of this sled',
    });
    expect(report.coverage).toMatchObject({ selected: 4, answered: 2, failed: 2 });
  });

  it('leave out sleds that are not selected, and say so', async () => {
    const argv = ['parse', 'ds-state', '-i', inventory, '--rack', '3', '--exclude', '3/8,3/9,3/10'];
    const { stdout, stderr } = await run([...argv, 'pilot-host-exec/ds-state.txt', '-o', 'json'], {
      cwd: FIXTURES,
    });
    const report: Json = JSON.parse(stdout);
    expect(report.sleds.map(({ sled }) => sled)).toEqual(['3/BRM42220014']);
    expect(report.rows).toEqual([]);
    expect(stderr).toMatch(/^warning: 3\/BRM44220011: left out, as it is not selected$/m);
  });

  it('keep sleds that the inventory does not have', async () => {
    const text = ' 1  BRM99999999        ok: oxz_a 7 c0b92059 FLT ACT ACT\n';
    const report = await parse(['ds-state', '-i', inventory, '--rack', '4', '-'], text);
    expect(report.sleds.map(({ sled, status }) => [sled, status])).toEqual([
      ['4/sled20', 'failed'],
      ['pasted/BRM99999999', 'answered'],
    ]);
    expect(report.sleds[1]?.warnings).toEqual(['the inventory has no sled of the serial BRM99999999']);
    expect(report.rows).toHaveLength(1);
  });

  it('keep lines before the first sled, and say that they have no sled', async () => {
    const text = 'oxz_b 9 c0b92060 FLT ACT ACT\n 1  BRM44220011        ok: oxz_a 7 c0b92059 ACT ACT ACT\n';
    const report = await parse(['ds-state', '-'], text);
    expect(report.exit).toBe(3);
    expect(report.rows.map((row) => [row['sled'], row['health']])).toEqual([
      ['pasted/stdin', 'degraded'],
      ['pasted/BRM44220011', 'ok'],
    ]);
    expect(report.sleds.find(({ sled }) => sled === 'pasted/stdin')?.issues?.[0]?.message).toMatch(
      /no sled can be named for these lines: they come before the first heading of a sled/,
    );
  });

  it('do not read a last row that may be cut', async () => {
    const report = await parse(['ds-state', '-'], ' 1  BRM44220011        ok: oxz_a 7 c0b92059 ACT ACT AC');
    expect(report.exit).toBe(3);
    expect(report.rows).toEqual([]);
    expect(report.sleds[0]?.issues?.[0]?.message).toMatch(/no line end and may be cut/);
  });
});

describe('headings of other tools', () => {
  const ROW = 'oxz_a 7 c0b92059 ACT ACT ACT\n';

  it('name sleds of the inventory by serial, name or host', async () => {
    const text = `sled20: ${ROW}fd00::8: ${ROW}BRM44220005.lab: ${ROW}other1: ${ROW}`;
    const report = await parse(['ds-state', '-i', inventory, '--rack', '3', '--rack', '4', '-'], text);
    expect(report.sleds.map(({ sled, status, warnings }) => [sled, status, warnings])).toEqual([
      ['3/BRM44220011', 'answered', []],
      ['3/BRM44220005', 'answered', []],
      ['3/BRM42220036', 'failed', undefined],
      ['3/BRM42220014', 'failed', undefined],
      ['4/sled20', 'answered', []],
      ['pasted/other1', 'answered', ['the inventory has no sled called other1']],
    ]);
  });

  it('name them in capital and in small letters, as names of hosts', async () => {
    const text = `SLED20: ${ROW}FD00::8: ${ROW}brm44220005: ${ROW}`;
    const report = await parse(['ds-state', '-i', inventory, '-'], text);
    expect(report.sleds.map(({ sled }) => sled)).toEqual(['3/BRM44220011', '3/BRM44220005', '4/sled20']);
  });

  it('give equal output to each sled of a set', async () => {
    const report = await parse(['ds-state', '-'], `---\nsled[08-10] (3)\n---\n${ROW}`);
    expect(report.rows.map((row) => row['sled'])).toEqual([
      'pasted/sled08',
      'pasted/sled09',
      'pasted/sled10',
    ]);
  });

  it('never make a sled answer that is said to have failed, though rows came', async () => {
    const text = `sled1: ${ROW}pdsh@b: sled1: ssh exited with exit code 255\n`;
    const report = await parse(['ds-state', '-'], text);
    expect([report.exit, report.rows, report.sleds[0]?.status]).toEqual([3, [], 'failed']);
    expect(report.sleds[0]?.error?.message).toMatch(/^pdsh says: ssh exited with exit code 255; oxz_a 7/);
  });

  it('with a damaged one give its rows to no sled', async () => {
    const text = ` 8  BRM44220011        ok: ${ROW} 9  brm44220005        ok: \noxz_b 8 c0b92060 FLT ACT ACT\n`;
    const report = await parse(['ds-state', '-'], text);
    expect(report.rows.map((row) => [row['sled'], row['pid']])).toEqual([
      ['pasted/stdin', 8],
      ['pasted/BRM44220011', 7],
    ]);
    expect(report.sleds.find(({ sled }) => sled === 'pasted/stdin')?.issues).toEqual([
      { code: 'warning', message: expect.stringMatching(/come after what looks like the heading of a sled/) },
      { code: 'unparsed_line', message: 'a line that is not a row: 9  brm44220005        ok:' },
    ]);
  });

  it('whose last line has no end leave that line to its own sled', async () => {
    const row = 'oxz_a 7 c0b92059 ACT ACT';
    const text = `sled1: ${row} ACT\nsled2: ${row} ACT\nsled1: oxz_b 8 c0b92060 ACT ACT AC`;
    const report = await parse(['ds-state', '-'], text);
    expect(report.rows.map((each) => [each['sled'], each['pid']])).toEqual([
      ['pasted/sled1', 7],
      ['pasted/sled2', 7],
    ]);
    expect(report.sleds.map((sled) => sled.issues?.length)).toEqual([1, 0]);
  });

  it('leave lines without a sled to the whole answer, which is then incomplete', async () => {
    const text = `stray\n 8  BRM44220011        ok: ${ROW}`;
    const report = await parse(['ds-state', '-'], text);
    expect([report.exit, report.complete, report.coverage]).toEqual([
      3,
      false,
      { selected: 1, answered: 1, failed: 0, with_issues: 0 },
    ]);
    expect(report.issues?.map(({ message }) => message)).toEqual([
      'no sled can be named for these lines: they come before the first heading of a sled',
      'a line that is not a row: stray',
    ]);
    const change = { cwd: FIXTURES, readStdin: () => Promise.resolve(Buffer.from(text)) };
    const csv = await run(['parse', 'ds-state', '-', '-o', 'csv'], change);
    expect([csv.status, csv.stderr]).toEqual([
      3,
      expect.stringMatching(/^incomplete: a line that is not a row: stray$/m),
    ]);
  });
});

describe('the name of a sled', () => {
  it.each([
    ['3/BRM42220014', { sled: '3/BRM42220014', rack: '3', serial: 'BRM42220014', cubby: null }],
    ['BRM42220014', { sled: 'pasted/BRM42220014', rack: 'pasted', serial: 'BRM42220014', cubby: null }],
    ['3/14', { sled: '3/sled14', rack: '3', serial: null, cubby: 14 }],
    ['west', { sled: 'pasted/west', rack: 'pasted', serial: null, cubby: null }],
  ])('is --sled %s', async (name, expected) => {
    const report = await parse(['ds-state', '--sled', name, '-'], fixture('seed/get-ds-state.txt'));
    expect(report.exit).toBe(0);
    expect(report.sleds).toEqual([expect.objectContaining({ ...expected, status: 'answered' })]);
    expect(report.rows).toHaveLength(7);
  });

  it('is a sled of the inventory where there is one', async () => {
    const argv = ['ds-state', '-i', inventory, '--sled', '3/15', '-'];
    const report = await parse(argv, fixture('seed/get-ds-state.txt'));
    expect(report.sleds[0]).toMatchObject({ sled: '3/BRM42220014', cubby: 15, host: 'fd00::15' });
    expect(
      await refused(['ds-state', '-i', inventory, '--sled', '3/16', '-'], 'oxz_a 7 ACT ACT ACT\n'),
    ).toMatch(/--sled 3\/16: matches no sled/);
    expect(await refused(['ds-state', '-i', inventory, '--sled', '3/8-9', '-'])).toMatch(
      /--sled 3\/8-9 names 2 sleds: 3\/BRM44220011, 3\/BRM44220005/,
    );
  });

  it('is the base name of its file, in the inventory too', async () => {
    const file = join(folder, 'BRM44220011.txt');
    writeFileSync(file, fixture('seed/get-ds-state.txt'));
    expect((await parse(['ds-state', file])).sleds[0]).toMatchObject({
      sled: 'pasted/BRM44220011',
      serial: 'BRM44220011',
    });
    expect((await parse(['ds-state', '-i', inventory, file])).sleds[0]).toMatchObject({
      sled: '3/BRM44220011',
      cubby: 8,
    });
  });

  it('is given once for each file that needs one, in their order', async () => {
    const files = ['seed/get-ds-state.txt', 'pilot-host-exec/ds-state.txt', 'ds-state/codes-and-ids.txt'];
    const report = await parse(['ds-state', '--sled', '3/1', '--sled', '3/2', ...files]);
    expect(report.selection).toBe('pasted from 3 files');
    expect(report.sleds.map(({ sled }) => sled)).toEqual([
      '3/sled1',
      '3/sled2',
      'pasted/BRM44220011',
      'pasted/BRM42220014',
    ]);
    expect(report.rows.filter((row) => row['sled'] === '3/sled2')).toHaveLength(3);
    expect(await refused(['ds-state', '--sled', '3/1', ...files])).toMatch(
      /--sled names 1 sled, and 2 texts need a name \(1 with headings.*one for each, in their order/,
    );
  });
});

describe('wrong usage', () => {
  it('is a sled that was pasted twice, in two files or one, by id or by serial', async () => {
    const other = join(folder, 'again');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'get-ds-state.txt'), 'oxz_a 7 ACT ACT ACT\n');
    expect(await refused(['ds-state', 'seed/get-ds-state.txt', join(other, 'get-ds-state.txt')])).toMatch(
      /pasted\/get-ds-state was pasted in seed\/get-ds-state\.txt and in .*again.*--sled/,
    );
    const block = ' 8  BRM44220011        ok: oxz_a 7 c0b92059 ACT ACT ACT\n';
    expect(await refused(['ds-state', '-'], block + block)).toMatch(
      /BRM44220011 was pasted twice in standard input/,
    );
    const argv = [
      'ds-state',
      'pilot-host-exec/ds-state.txt',
      '--sled',
      '3/BRM44220011',
      'seed/get-ds-state.txt',
    ];
    expect(await refused(argv)).toMatch(/BRM44220011 was pasted in pilot-host-exec/);
  });

  it.each<[readonly string[], RegExp]>([
    [['ds-state', 'nowhere.txt'], /nowhere\.txt cannot be read: ENOENT/],
    [['ds-state', 'seed'], /seed cannot be read: EISDIR/],
    [['ds-state', '-', '-'], /- is named twice/],
    [['ds-stat', '-'], /no probe 'ds-stat'; did you mean ds-state/],
    [['ds-state'], /missing required argument 'files'/],
    [['ds-state', '--rack', '3', '-'], /--rack needs an inventory; name it with -i/],
    [
      ['perfgw', '--degraded', '-'],
      /--degraded: perfgw has no states of downstairs; it can be filtered by --zone, --pid/,
    ],
    [
      ['upstairs_action', '--state', 'active', '-'],
      /--state: upstairs_action has no states of downstairs; it can be filtered by --zone/,
    ],
    [['ds-state', '--older', '-'], /--older: ds-state has no older rows to show/],
    [['perfgw', '--older', '-'], /--older: perfgw has no older rows to show/],
    [
      ['all_downstairs', '--older', '--totals', '-'],
      /--older shows each interval and --totals adds them; give one/,
    ],
    [['ds-state', '--totals', '-'], /--totals: the probe ds-state does not count/],
    [['ds-state', '--by', 'sled', '-'], /--by: the probe ds-state gives a table/],
    [['ds-state', '--columns', 'colour', 'seed/get-ds-state.txt'], /no column 'colour'/],
    [['ds-state', '--sled', '3/', '-'], /--sled '3\/' names no sled/],
  ])('%j says what to do', async (argv, message) => {
    expect(await refused(argv)).toMatch(message);
  });
});

describe('a file that is too large', () => {
  it('is refused without reading it', async () => {
    const file = join(folder, 'large.txt');
    writeFileSync(file, '');
    truncateSync(file, 300 * 1024 ** 2);
    expect(await refused(['ds-state', file])).toMatch(/large\.txt is larger than 256 MB; give it in parts$/m);
  });
});

describe('what is not an answer', () => {
  it.each([
    ['an empty text', ''],
    ['blank lines', '\n \n'],
    ['a prompt alone', 'root@BRM42220014:~# /tmp/get-ds-state.sh\n'],
  ])('is %s', async (_, text) => {
    const report = await parse(['ds-state', '-'], text);
    expect(report.exit).toBe(3);
    expect(report.sleds[0]?.error).toEqual({
      code: 'not_tried',
      message: 'standard input holds no output of ds-state: an empty paste is not an answer',
    });
  });

  it('is not a text with headings alone: the script ran', async () => {
    const [headings = ''] = fixture('ds-state/ours.txt').split('\n');
    const report = await parse(['ds-state', '-'], `${headings}\n`);
    expect([report.exit, report.rows, report.sleds[0]?.status]).toEqual([0, [], 'answered']);
  });

  it('is a line that no parser knows, though rows around it are shown', async () => {
    const report = await parse(['ds-state', '-'], 'oxz_a 7 ACT ACT ACT\nwhat is this\n');
    expect(report.exit).toBe(3);
    expect(report.rows).toHaveLength(1);
    expect(report.sleds[0]?.issues).toEqual([
      { code: 'unparsed_line', message: 'a line that is not a row: what is this' },
    ]);
  });

  it.each([
    [
      'ds-state',
      'seed/all_downstairs.txt',
      /its columns are pid, .*; parse all_downstairs or downstairs_count reads it$/,
    ],
    ['upstairs_info', 'seed/all_downstairs.txt', /; parse all_downstairs or downstairs_count reads it$/],
    ['trace-vol', 'seed/upstairs_action.txt', /; parse upstairs_action reads it$/],
    [
      'upstairs_raw',
      'seed/get-ds-state.txt',
      /a line that is not a JSON object: oxz_.*; and 6 more; parse ds-state reads it$/,
    ],
    ['ds-state', 'seed/get-lr-state.txt', /; and 6 more; parse lr-state reads it$/],
    ['lr-state', 'seed/get-ds-state.txt', /; and 6 more; parse ds-state reads it$/],
  ])('for %s is %s: the sled did not answer', async (probe, file, message) => {
    const report = await parse([probe, file]);
    expect([report.exit, report.rows, report.sleds[0]?.status]).toEqual([3, [], 'failed']);
    expect(report.sleds[0]?.error).toEqual({ code: 'not_tried', message: expect.stringMatching(message) });
  });

  it('is what pdsh shows of a sled that cannot be reached', async () => {
    const report = await parse(['ds-state', '-'], 'sled1: oxz_a 7 ACT ACT ACT\nsled2: ssh: no route\n');
    expect(report.sleds.map(({ sled, status }) => [sled, status])).toEqual([
      ['pasted/sled1', 'answered'],
      ['pasted/sled2', 'failed'],
    ]);
    expect(report.sleds[1]?.error?.message).toMatch(
      /holds no output of ds-state: a line that is not a row: ssh: no route$/,
    );
  });

  it.each(['', ' 8  BRM44220011        ok: '])(
    'is what a dtrace says that did not run, after %j',
    async (before) => {
      const said = 'dtrace: failed to compile script x.d: probe description does not match any probes';
      const report = await parse(['ds-state', '-'], `${before}${said}\n`);
      expect([report.exit, report.sleds.map(({ error }) => error)]).toEqual([
        3,
        [{ code: 'dtrace', message: said }],
      ]);
    },
  );

  it('is a report of ours: merge reads it', async () => {
    const report = await parse(['ds-state', '-'], '{"schema": "cruc-fleet/report/v1"}\n');
    expect(report.sleds[0]?.error?.message).toMatch(/; it is a report: merge reads it$/);
  });

  it('is not a drop: dtrace ran', async () => {
    const report = await parse(['ds-state', '-'], 'dtrace: 7 drops on CPU 3\n');
    expect([report.exit, report.sleds[0]?.status, report.sleds[0]?.issues]).toEqual([
      3,
      'answered',
      [{ code: 'drops', message: 'dtrace: 7 drops on CPU 3' }],
    ]);
  });
});

describe('the merged answer', () => {
  it('counts a session once, though the paste has it in three states', async () => {
    const report = await parse(['ds-state', 'ds-state/changed.txt']);
    expect(report.exit).toBe(3);
    expect(report.health).toEqual({ repairing: 1, ok: 1 });
    expect(report.findings.map(({ rule }) => rule)).toEqual(['repairing']);
  });

  it('finds an upstairs that is active on two sleds', async () => {
    const text = [8, 9].map(
      (n) => ` ${n}  BRM4422001${n}        ok: oxz_a 7 3f2b1c9e c0b9205${n} ACT ACT ACT\n`,
    );
    const report = await parse(['ds-state', '-'], text.join(''));
    expect(report.findings.map(({ rule }) => rule)).toEqual(['active_twice']);
  });

  it('is filtered, sorted and shown as live ones are', async () => {
    const argv = ['parse', 'ds-state', 'pilot-host-exec/ds-state.txt', 'ds-state/codes-and-ids.txt'];
    const { status, stdout, stderr } = await run(
      [
        ...argv,
        '--state',
        'live_repair,faulted',
        '--sort-by',
        '-pid',
        '--columns',
        'sled,pid,ds0',
        '-o',
        'csv',
      ],
      { cwd: FIXTURES },
    );
    expect(status).toBe(3);
    expect(stdout).toMatch(/pasted\/codes-and-ids,8766,faulted[^]*pasted\/BRM44220011,7737,live_repair/);
    expect(stdout).not.toMatch(/28022/);
    expect(stderr).toMatch(/3 shown \(state live_repair,faulted\)/);
  });

  it.each([
    ['--zone', 'oxz_propolis-server_3cef2a36-c2c3-49a6-bf38-f3d340264b1c'],
    ['--zone', '*_3cef2a36'],
    ['--session', 'a666a8bd-8a3e-4b10-b9b4-55f4f2a3d7e1'],
    ['--upstairs', '6a1d'],
  ])('finds what was cut by %s %s', async (option, value) => {
    const report = await parse(['ds-state', 'ds-state/codes-and-ids.txt', option, value]);
    expect(report.rows.map((row) => row['pid'])).toEqual([7737]);
  });

  it('has the columns of the live table, and those that the script no longer has', async () => {
    const report = await parse(['upstairs_info', 'seed/upstairs_info.txt']);
    const [row] = report.rows;
    expect(row).toMatchObject({
      sled: 'pasted/upstairs_info',
      zone: null,
      pid: 1546,
      error_0: null,
      note: null,
    });
    expect(row).toMatchObject({ delta: 303, backpressure: 81, new_2: 0, skipped_2: 0 });
    expect(Object.keys(row ?? {}).at(-1)).toBe('note');
    const today = await parse(['upstairs_info', 'upstairs_info/one-sled.txt']);
    expect(today.exit).toBe(0);
    expect(today.rows[0]).toMatchObject({ backpressure: null, write_delay_us_0: null });
  });

  it('has the columns of other tools, by their own headings where a probe has them', async () => {
    const text = 'PID NREC RPL0 RPL1 RPL2 FC0 FC1 FC2\n7 1 2 3 4 5 6 7\n';
    const change = { cwd: FIXTURES, readStdin: () => Promise.resolve(Buffer.from(text)) };
    const { status, stdout } = await run(['parse', 'upstairs_repair', '-'], change);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^SLED .* REP0 +REP1 +REP2 .* NEEDED +FLOW_CONTROL_0 +FLOW_CONTROL_1 +FLOW_CONTROL_2$/m,
    );
  });

  it('reads UTF-16 from standard input', async () => {
    const bytes = Buffer.from('\uFEFFoxz_a 7 c0b92059 ACT ACT ACT\n', 'utf16le');
    const change = { cwd: FIXTURES, readStdin: () => Promise.resolve(bytes) };
    const { status, stdout } = await run(['parse', 'ds-state', '-', '-o', 'name'], change);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/oxz_a/)]);
  });

  it('says on standard error how rows were chosen, unless it is to be quiet', async () => {
    const argv = ['parse', 'downstairs_count', 'seed/downstairs_count.txt'];
    const { status, stderr } = await run(argv, { cwd: FIXTURES });
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: pasted\/downstairs_count: 15 rows name no process/m);
    expect((await run([...argv, '-q'], { cwd: FIXTURES })).stderr).toBe('');
  });

  it('adds the histograms of several sleds, bucket by bucket', async () => {
    const one = await parse(['perf-ds-net', '--by', 'type', '--sled', '3/1', 'seed/perf-ds-net.txt']);
    const argv = [
      'perf-ds-net',
      '--by',
      'type',
      '--sled',
      '3/1',
      '--sled',
      '3/2',
      'seed/perf-ds-net.txt',
      '-',
    ];
    const two = await parse(argv, fixture('seed/perf-ds-net.txt'));
    expect([one.exit, two.exit]).toEqual([0, 0]);
    const counts = (report: Json) => report.distributions?.groups.map((group) => group['count']);
    // Flushes of the three clients, by hand from the document: 1025 each.
    expect(counts(one)).toEqual([3075, 9000, 3000]);
    expect(counts(two)).toEqual([6150, 18_000, 6000]);
  });

  it('keeps apart by default what the question is about, with the sum below for people alone', async () => {
    const report = await parse(['perf-ds-net', '--sled', '3/1', 'seed/perf-ds-net.txt']);
    const groups = report.distributions?.groups ?? [];
    expect(groups).toHaveLength(9);
    expect(groups.slice(0, 3)).toMatchObject([0, 1, 2].map((client) => ({ keys: { client }, count: 1025 })));
    const argv = ['parse', 'perf-ds-net', '--sled', '3/1', 'seed/perf-ds-net.txt', '--summary'];
    const { stdout } = await run(argv, { cwd: FIXTURES });
    const lines = stdout.split('\n').filter((line) => /^(flush|read|write) /.test(line));
    expect(lines.map((line) => line.split(/\s+/).slice(0, 3))).toEqual([
      ...['flush', 'read', 'write'].flatMap((type) =>
        [0, 1, 2].map((n) => [type, `${n}`, expect.any(String)]),
      ),
      ['flush', 'all', '3075'],
      ['read', 'all', '9000'],
      ['write', 'all', '3000'],
    ]);
  });

  it('draws histograms as live ones are drawn', async () => {
    const argv = ['parse', 'perf-ds-net', 'seed/perf-ds-net.txt', '--by', 'client', '--summary'];
    const { status, stdout } = await run(argv, { cwd: FIXTURES });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^flush +0 +1025 /m);
    expect(
      (await run(['parse', 'perf-ds-net', 'seed/perf-ds-net.txt', '--heatmap'], { cwd: FIXTURES })).stdout,
    ).toMatch(/perf-ds-net/);
  });

  it('of a cut histogram is in part', async () => {
    const report = await parse(['perfgw', 'seed/perfgw.txt']);
    expect(report.exit).toBe(3);
    expect(report.sleds[0]?.issues?.map(({ message }) => message)).toEqual([
      'the histogram of flush is cut: the count of its last row is missing',
    ]);
  });
});
