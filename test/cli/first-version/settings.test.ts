import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadInventory } from '../../../src/inventory/load.ts';
import { differences } from '../../support/differences.ts';
import { run } from '../../support/run-program.ts';
import { firstVersion, jsonOf } from './first-version.ts';

const INVENTORIES = firstVersion('inventories');
const CONFIGURATIONS = firstVersion('configurations');

describe('an inventory of 0.1.0', () => {
  it.each(['example', 'every-key'])('has the same racks, sleds and ways in: %s', async (name) => {
    const context = { home: '/home/ada', user: 'ada', agentSocket: '/run/agent.sock', stateFolder: '/state' };
    const { racks, targets } = await loadInventory(join(INVENTORIES, `${name}.yaml`), context);
    const sleds = targets.map(({ sled, login, gateways }) => ({ ...login, ...sled, gateways }));
    const text = JSON.stringify({ racks, sleds }).replaceAll(INVENTORIES, '{folder}');
    expect(differences(jsonOf(INVENTORIES, `${name}.json`), JSON.parse(text))).toEqual([]);
  });
});

const OPTIONS =
  '--config whole.yaml --set rules.degraded=off --mail-to eve@example.com --for degraded=1m --repeat 1h';

describe('a configuration of 0.1.0', () => {
  const commands: Readonly<Record<string, readonly string[]>> = {
    inventory: [],
    whole: ['--config', 'whole.yaml'],
    options: OPTIONS.split(' '),
  };

  it('is there in a file, in an inventory, and under options', () => {
    const printed = readdirSync(CONFIGURATIONS).filter((name) => name.endsWith('.printed'));
    expect(printed.map((name) => name.replace(/\.printed$/, ''))).toEqual(Object.keys(commands).sort());
  });

  it.each(Object.keys(commands))('means what it meant, and says from where: %s', async (name) => {
    const argv = ['check', '--print-config', '-i', 'inventory.yaml', ...commands[name]!];
    const { status, stdout, stderr } = await run(argv, {
      cwd: CONFIGURATIONS,
      home: '/home/ada',
      env: { CRUC_FLEET_SMTP_PASSWORD: 'none of yours' },
      hostName: 'watch.example.com',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const before = settingsIn(readFileSync(join(CONFIGURATIONS, `${name}.printed`), 'utf8'));
    expect(Object.keys(before).length).toBeGreaterThan(60);
    expect(differences(before, settingsIn(stdout.replaceAll(CONFIGURATIONS, '{folder}')))).toEqual([]);
  });
});

/** `NAME = VALUE  # ORIGIN` of each line. */
function settingsIn(text: string): Record<string, unknown> {
  const lines = text.split('\n').flatMap((line) => {
    const [, name, value, origin] = /^([\w.]+) += (.*?) +# (.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, { value, origin }] as const];
  });
  return Object.fromEntries(lines);
}
