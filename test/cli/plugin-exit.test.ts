import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPlugin, pluginStatus } from '../../src/cli/plugin-exit.ts';
import { run } from '../support/run-program.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-plugin-'));
  // Nobody listens there.
  writeFileSync(
    join(folder, 'inventory.yaml'),
    'version: 1\nracks:\n  - id: 3\n    sleds:\n      - { serial: BRM42220001, cubby: 1, host: 127.0.0.1, port: 9 }\n',
  );
  writeFileSync(join(folder, 'bad.yaml'), 'version: 1\ncheck: { repeat: soon }\n');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const where = () => ['-i', join(folder, 'inventory.yaml'), '--state-file', join(folder, 'check.json')];

describe('a command line of a monitoring system', () => {
  it('is check with -o plugin written out, however it is written', () => {
    const plugins = [
      ['-o', 'plugin'],
      ['-oplugin'],
      ['--output', 'plugin'],
      ['--output=plugin', '--rack', '3'],
    ];
    for (const words of plugins) expect(isPlugin(['check', ...words]), words.join(' ')).toBe(true);
    const others = [
      ['check'],
      ['check', '-o', 'json'],
      ['ds-state', '-o', 'plugin'],
      ['check', '--', '-o', 'plugin'],
    ];
    for (const words of others) expect(isPlugin(words), words.join(' ')).toBe(false);
  });

  it('ends with 3 for 64, 70 and 78, and with every other status as it is', () => {
    const argv = ['check', '-o', 'plugin'];
    expect([0, 1, 2, 3, 64, 70, 78, 130].map((status) => pluginStatus(argv, status))).toEqual([
      0, 1, 2, 3, 3, 3, 3, 130,
    ]);
    expect([64, 70, 78].map((status) => pluginStatus(['check'], status))).toEqual([64, 70, 78]);
  });

  it.each([
    ['an inventory that is not there', () => ['-i', '/nonexistent/inventory.yaml'], 78],
    ['an unknown option', () => ['--nonsense'], 64],
    ['an unknown column', () => [...where(), '--columns', 'nonsense'], 64],
    ['a sled that there is not', () => [...where(), '--sled', '3/9'], 64],
  ])('has one line of UNKNOWN on standard output and 3: %s', async (_, argv, otherwise) => {
    const plugin = await run(['check', '-o', 'plugin', ...argv()]);
    expect(plugin.status).toBe(3);
    expect(plugin.stdout).toMatch(/^CRUC_FLEET UNKNOWN - [^|]*\n$/);
    expect((await run(['check', ...argv()])).status).toBe(otherwise);
  });

  it('has the verdict and its status where only the configuration is wrong', async () => {
    const config = ['--config', join(folder, 'bad.yaml')];
    const plugin = await run(['check', '-o', 'plugin', ...where(), ...config]);
    expect([plugin.status, plugin.stdout]).toEqual([
      3,
      expect.stringMatching(/^CRUC_FLEET UNKNOWN - all sleds: /),
    ]);
    expect((await run(['check', ...where(), ...config])).status).toBe(78);
  });
});

describe('a state file in a folder that does not exist', () => {
  it('is said, and nothing is made there: a mistyped path is no second memory', async () => {
    const nowhere = join(folder, 'typo', 'check.json');
    const ended = await run(['check', '-i', join(folder, 'inventory.yaml'), '--state-file', nowhere]);
    expect(ended.status).toBe(3);
    expect(ended.stderr).toContain(`the folder ${join(folder, 'typo')} of the state file does not exist`);
    const silence = [
      'silence',
      'add',
      '--rule',
      'degraded',
      '--for',
      '1h',
      '-i',
      join(folder, 'inventory.yaml'),
    ];
    const added = await run([...silence, '--state-file', nowhere]);
    expect([added.status, added.stderr]).toEqual([78, expect.stringContaining('does not exist')]);
    expect((await run(['silence', 'list', '--state-file', nowhere])).status).toBe(78);
  });

  it('is made where the place is our own by default', async () => {
    const env = { XDG_STATE_HOME: join(folder, 'xdg') };
    const ended = await run(['check', '-i', join(folder, 'inventory.yaml')], { env });
    expect(ended.stderr).not.toContain('does not exist');
  });
});
