import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseInventory } from '../../src/inventory/parse.ts';
import { defaultRulePolicy } from '../../src/alert/policy.ts';
import { forEachRule } from '../../src/alert/rules/index.ts';
import { resolve, testFolder } from './support/resolving.ts';

const folder = testFolder();
const EXAMPLE = path.join(import.meta.dirname, '../../inventory.example.yaml');

/** The example with its section `check:` made a part of it, and a password file that is there. */
async function uncommented(): Promise<string> {
  const text = await readFile(EXAMPLE, 'utf8');
  const at = text.indexOf('# check:\n');
  expect(at).toBeGreaterThan(0);
  const section = text.slice(at).replaceAll(/^# /gm, '');
  return (text.slice(0, at) + section).replace('/etc/cruc-fleet/smtp-password', EXAMPLE);
}

it('the section of inventory.example.yaml has every key, and what its comments say are defaults are defaults', async () => {
  const context = {
    home: '/home/ada',
    user: 'ada',
    agentSocket: null,
    stateFolder: '/state',
    baseDir: folder.path(),
  };
  const { check } = parseInventory(await uncommented(), 'inventory.yaml', context);
  const resolution = await resolve({ inventorySection: check });
  expect(resolution.problems).toEqual([]);

  const left = resolution.values.filter(({ origin }) => !origin.includes('inventory.yaml:'));
  // `degraded` shows it once for all.
  const missing = left.map(({ name }) => name).filter((name) => !/^rules\.\w+\.on$/.test(name));
  expect(missing, 'its section check: lacks these, but for mail.password').toEqual(['mail.password']);
  expect(left.map(({ name }) => name)).not.toContain('rules.degraded.on');

  const { config: bare } = await resolve();
  const { config } = resolution;
  expect(config.policy).toEqual({ ...bare.policy, rules: forEachRule(defaultRulePolicy), allWellAt: 480 });
  expect(config).toEqual({
    ...bare,
    policy: config.policy,
    mail: config.mail,
    heartbeatUrl: config.heartbeatUrl,
    textfilePath: '/var/lib/node_exporter/cruc_fleet.prom',
    textfileLabels: ['zone'],
    webhookUrl: 'http://alertmanager.example:9093/api/v2/alerts',
    webhookHoldMs: 86_400_000,
    postJsonUrl: config.postJsonUrl,
    postSlackUrl: config.postSlackUrl,
  });
  expect(config.mail).toMatchObject({
    route: { kind: 'smtp', host: 'mail.example.com', port: 587, tls: 'required', caFile: null },
    from: 'cruc-fleet@example.com',
    to: ['storage@example.com'],
    html: true,
  });
});
