import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renewedBy } from '../support/renewed-by.ts';
import { run } from '../support/run-program.ts';

let folder: string;
let inventory: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-cli-'));
  inventory = join(folder, 'inventory.yaml');
  const sleds = [14, 15, 17].map(
    (cubby) => `      - { serial: BRM422200${cubby}, cubby: ${cubby}, host: "fd00::${cubby}" }`,
  );
  writeFileSync(
    inventory,
    `version: 1\nracks:\n  - id: 3\n    name: west\n    sleds:\n${sleds.join('\n')}\n`,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const golden = (name: string) => `../fixtures/golden/${name}`;

describe('help', () => {
  it.each([
    ['help.txt', ['--help']],
    ['ds-state-help.txt', ['ds-state', '--help']],
    ['wait-help.txt', ['wait', '--help']],
    ['watch-help.txt', ['watch', '--help']],
    ['serve-help.txt', ['serve', '--help']],
    ['lr-state-help.txt', ['lr-state', '--help']],
    ['check-help.txt', ['check', '--help']],
    ['history-help.txt', ['history', '--help']],
    ['diff-help.txt', ['diff', '--help']],
    ['sleds-help.txt', ['sleds', '--help']],
    ['doctor-help.txt', ['doctor', '--help']],
    ['silence-help.txt', ['silence', 'add', '--help']],
    ['sim-help.txt', ['sim', '--help']],
    ['inventory-help.txt', ['inventory', 'check', '--help']],
    ['import-help.txt', ['inventory', 'import', '--help']],
    ['init-help.txt', ['inventory', 'init', '--help']],
    ['repairs-help.txt', ['repairs', '--help']],
    ['run-help.txt', ['run', '--help']],
    ['where-help.txt', ['where', '--help']],
    ['explain-help.txt', ['explain', '--help']],
    ['impact-help.txt', ['impact', '--help']],
    ['downstairs-help.txt', ['downstairs', '--help']],
    ['facts-import-help.txt', ['facts', 'import', '--help']],
    ['merge-help.txt', ['merge', '--help']],
    ['cp-help.txt', ['cp', '--help']],
    ['exec-help.txt', ['exec', '--help']],
    ['runner-help.txt', ['runner', '--help']],
    ['sites-help.txt', ['sites', '--help']],
    ['relay-config-help.txt', ['relay', 'config', '--help']],
    ['man-help.txt', ['man', '--help']],
    ['completion-help.txt', ['completion', '--help']],
  ])('%s is what %j prints', async (file, argv) => {
    const { status, stdout, stderr } = await run(argv);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot(golden(file), renewedBy('test/cli/program.test.ts'));
  });

  it('of a command stands behind --width too', async () => {
    const { status, stdout } = await run(['--width', '80', 'sim', '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/--inventory-out/);
  });

  it.each([['silence', 'add'], ['inventory', 'list'], ['inventory', 'trust'], ['ds-state']])(
    'help %s %s is the help of that command',
    async (...path) => {
      const own = await run([...path, '--help']);
      expect(own.stdout).toContain(`Usage: cruc-fleet ${path.join(' ')} `);
      expect(await run(['help', ...path])).toEqual(own);
    },
  );

  it.each([
    [['help', 'nosuch'], "there is no command 'nosuch' (cruc-fleet --help lists them)"],
    [
      ['help', 'ds-stat'],
      "there is no command 'ds-stat'; did you mean ds-state? (cruc-fleet --help lists them)",
    ],
    [
      ['ds-stat', '--help'],
      "there is no command 'ds-stat'; did you mean ds-state? (cruc-fleet --help lists them)",
    ],
    [
      ['help', 'inventory', 'lst'],
      "there is no command 'inventory lst'; did you mean inventory list? (cruc-fleet inventory --help lists them)",
    ],
    [['help', 'ds-state', 'x'], "ds-state has no command 'x'"],
  ])('%j says that there is no such command', async (argv, message) => {
    expect(await run(argv)).toEqual({ status: 64, stdout: '', stderr: `cruc-fleet: ${message}\n` });
  });

  it('says to who does not know the project how to find the zones in live repair, and how far they are', async () => {
    const { stdout } = await run(['--help']);
    const [line = ''] = stdout.match(/^ +cruc-fleet repairs --rack 3 .*$/m) ?? [];
    expect(line).toContain('zones in live repair, and how far');
  });

  it('names every exit status that there is', async () => {
    const { stdout } = await run(['ds-state', '--help']);
    for (const status of [0, 3, 64, 70, 78, 130]) expect(stdout).toMatch(new RegExp(`^ +${status} `, 'm'));
  });

  it('prints the version', async () => {
    expect(await run(['--version'])).toEqual({ status: 0, stdout: '0.0.0-test\n', stderr: '' });
  });
});

describe('wrong usage', () => {
  it.each<[readonly string[], RegExp]>([
    [['ds-stat'], /unknown command 'ds-stat'[\s\S]*Did you mean ds-state/],
    [['a\u202eb\u001b[31m'], /unknown command 'a\?b\?\[31m'/],
    [['merge', 'a\u202eb'], /a\?b cannot be read/],
    [['perf-net-ds'], /perf-net-ds is a probe, not a command: cruc-fleet run perf-ds-net\n/],
    [['get-ds-state', '-r', '3'], /get-ds-state is a probe, not a command: cruc-fleet ds-state\n/],
    [['ds-state', '--rak', '3'], /unknown option '--rak'[\s\S]*Did you mean --rack/],
    [['ds-state', '--window', '1500ms'], /--window.*whole seconds from 1s to 3600s/],
    [['ds-state', '--window', 'soon'], /--window.*invalid. give whole seconds from 1s to 3600s, such as 3s/],
    [['ds-state', '--timeout', 'soon'], /--timeout.*a duration such as 3s/],
    [['ds-state', '--concurrency', '0'], /--concurrency.*a whole number from 1/],
    [['ds-state', '-o', 'xml'], /Allowed choices are table, wide, json, .*, prometheus\./],
    [['ds-state', '--state', 'sleepy'], /there is no downstairs state 'sleepy'; the states are active, new/],
    [['ds-state', '--pid', 'x'], /'x' is not a process id/],
    [['ds-state', '--session', 'zz'], /'zz' is not the beginning of a UUID/],
    [
      ['ds-state', '--columns', 'zone,colour'],
      /there is no column 'colour'; the columns are rack, sled, serial/,
    ],
    [['ds-state', '--sort-by', '-nothing'], /--sort-by: there is no column 'nothing'/],
    [['ds-state', '--host-key', 'maybe'], /Allowed choices are strict, accept-new, off/],
    [['sim', '--sleds', '33'], /a rack has at most 32 cubbies/],
    [['sim', '--sleds', '0'], /--sleds: a rack needs at least 1 sled/],
    [['sim', '--down', '3/1=tired'], /there is no fault 'tired'; the faults are refused, silent/],
    [['sim', '--down', '3/1=auth=2'], /--down 3\/1=auth=2: give a sled and a fault, such as 3\/18=silent/],
    [['sim', '--down', '3/9-4'], /--down 3\/9-4: the range ends before it begins/],
    [
      ['sim', '--sleds', '4', '--down', '3/2-4'],
      /the simulation cannot be made: no sled 3\/4 in this simulation; there are 3\/0-3/,
    ],
    [['sim', '--slow', '3/9'], /--slow 3\/9: give a sled, SLED:PID, or SLED:PID:CLIENT .* 3\/9:643:1=16x/],
    [['sim', '--slow', '3/9=0x'], /--slow 3\/9=0x: give a sled/],
    [['sim', '--slow', '3/9:643:3=2x'], /with a client from 0 to 2/],
    [['sim', '--sleds', '2', '--slow', '3/5=2x'], /no sled 3\/5 in this simulation; there are 3\/0-1/],
    [['sim', '--sleds', '1', '--slow', '3/0:1=2x'], /no process 1 of Crucible on 3\/0; there are \d+, /],
    [['sim', '--io-rate', '-1'], /give IOs a second of each disk, 0 to 1000/],
  ])('%j is refused with what to do', async (argv, message) => {
    const { status, stdout, stderr } = await run([...argv]);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ at .*\.ts:/);
  });

  it('of a selection says what exists', async () => {
    const { status, stderr } = await run(['ds-state', '-i', inventory, '--rack', '7']);
    expect(status).toBe(64);
    expect(stderr).toMatch(/--rack 7.*there are 3 \(west\)|--rack 7.*3 \(west\)/);
  });
});

describe('a missing or wrong inventory', () => {
  it('is status 78, with every place that was looked at', async () => {
    const { status, stderr } = await run(['ds-state'], { cwd: folder + '/none', home: folder });
    expect(status).toBe(78);
    expect(stderr).toMatch(
      /none\/inventory\.yaml.*\.config\/cruc-fleet\/inventory\.yaml.*cp inventory\.example\.yaml/s,
    );
  });

  it('is status 78, with file, line, column, key, what was found and what is allowed', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(
      file,
      'version: 1\nracks:\n  - id: 3\n    sleds:\n      - { cubby: 44, host: a }\n      - { cuby: 1, host: b }\n',
    );
    const { status, stderr } = await run(['inventory', 'check', '-i', file]);
    expect(status).toBe(78);
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^cruc-fleet: .*wrong\.yaml:5:18: racks\[0\]\.sleds\[0\]\.cubby: found 44, allowed is .*0 to 31/,
    );
    expect(stderr).toMatch(/:6:11: .*cuby.*cubby/);
  });

  it('is status 78 where the section `check` is wrong, which no other command minds', async () => {
    const file = join(folder, 'wrong-check.yaml');
    writeFileSync(file, `${readFileSync(inventory, 'utf8')}check: { windwo: 3s }\n`);
    const { status, stdout, stderr } = await run(['inventory', 'check', '-i', file]);
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    expect(stderr).toMatch(/^cruc-fleet: .*wrong-check\.yaml:9:10: check\.windwo: .* did you mean window\? /);
    expect(await run(['inventory', 'list', '-i', file])).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('inventory', () => {
  it('check says what there is', async () => {
    expect(await run(['inventory', 'check', '-i', inventory])).toEqual({
      status: 0,
      stdout: `rack 3 (west): 3 sleds 3/[14-15,17]\n${inventory}: 3 sleds, no errors\n`,
      stderr: '',
    });
  });

  it('list prints the selected sleds', async () => {
    const { stdout } = await run(['inventory', 'list', '-i', inventory, '--exclude', '15']);
    expect(stdout).toBe(
      'RACK  CUBBY  SERIAL       NAME         ADDRESS        USER  GATEWAYS  LABELS\n' +
        '3        14  BRM42220014  BRM42220014  [fd00::14]:22  root  -         -\n' +
        '3        17  BRM42220017  BRM42220017  [fd00::17]:22  root  -         -\n',
    );
  });

  it('is found by the environment', async () => {
    const { status } = await run(['inventory', 'check'], { env: { CRUC_FLEET_INVENTORY: inventory } });
    expect(status).toBe(0);
  });
});
