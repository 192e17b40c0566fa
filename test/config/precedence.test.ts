import { describe, expect, it } from 'vitest';
import { forSetting, settingOf } from '../../src/config/given-options.ts';
import { ALL_KEYS } from '../../src/config/all-keys.ts';
import { printConfig } from '../../src/config/print.ts';
import { defaultRulePolicy } from '../../src/alert/policy.ts';
import { forEachRule } from '../../src/alert/rules/index.ts';
import {
  checkFile,
  inventorySection,
  resolve,
  resolveText,
  shownOf,
  testFolder,
} from './support/resolving.ts';
import { renewedBy } from '../support/renewed-by.ts';

const folder = testFolder();

describe('a value of the configuration', () => {
  it('comes from the nearest of option, file, inventory and default, key by key', async () => {
    const file = checkFile('window: 4s', 'repeat: 2h', 'resolve_after: 5');
    const section = inventorySection('window: 5s', 'repeat: 3h', 'resolve_after: 6', 'group_by: fleet');
    const given = [{ key: 'window', texts: ['6s'], option: '--window' }];
    const resolution = await resolveText(folder.path(), file, { inventorySection: section, given });
    expect(resolution.problems).toEqual([]);
    expect(resolution.config).toMatchObject({
      windowMs: 6000,
      lockWaitMs: 30_000,
      policy: { repeatMs: 7_200_000, resolveAfter: 5, groupBy: 'fleet' },
    });
    const at = `${folder.path()}/cruc-fleet.yaml`;
    expect(shownOf(resolution, 'window')).toBe('6s # --window');
    expect(shownOf(resolution, 'repeat')).toBe(`2h # ${at}:4:11`);
    expect(shownOf(resolution, 'resolve_after')).toBe(`5 # ${at}:5:18`);
    expect(shownOf(resolution, 'group_by')).toBe('fleet # inventory.yaml:6:13');
    expect(shownOf(resolution, 'lock_wait')).toBe('30s # default');
  });

  it('of the environment is used where no file says otherwise', async () => {
    const env = { CRUC_FLEET_SMTP_USER: 'env' };
    expect(shownOf(await resolve({ env }), 'mail.user')).toBe('env # $CRUC_FLEET_SMTP_USER');
    const nearer = await resolve({ env, inventorySection: inventorySection('mail: { user: ada }') });
    expect(shownOf(nearer, 'mail.user')).toBe('ada # inventory.yaml:3:17');
    const empty = await resolve({ env: { CRUC_FLEET_SMTP_USER: '' } });
    expect(shownOf(empty, 'mail.user')).toBe('none # default');
  });

  it('falls back to the next source where it is wrong, and the rest holds', async () => {
    const file = checkFile('repeat: often', 'window: 7s');
    const resolution = await resolveText(folder.path(), file, {
      inventorySection: inventorySection('repeat: 1h'),
      given: [{ key: 'repeat', texts: ['now'], option: '--repeat' }],
    });
    expect(shownOf(resolution, 'repeat')).toBe('1h # inventory.yaml:3:11');
    expect(shownOf(resolution, 'window')).toContain('7s # ');
    expect(resolution.problems.map(({ from }) => from)).toEqual(['command line', 'file']);
  });

  it('of a list replaces the list of a farther source', async () => {
    const section = inventorySection('mail: { to: [a@example.com, b@example.com], sendmail: true }');
    const given = [{ key: 'mail.to', texts: ['c@example.com'], option: '--mail-to' }];
    const { config } = await resolve({ inventorySection: section, given });
    expect(config.mail?.to).toEqual(['c@example.com']);
  });

  it('may be set by --set, whose last word holds and whose lists add up', async () => {
    const given = [
      'repeat=1h',
      'repeat=2h',
      'mail.to=a@b.example,"Doe, Jane" <jane@b.example>',
      'mail.to=c@d',
    ]
      .concat(['rules.no_report=off', 'rules.down=warning', 'textfile=x.prom', 'webhook=https://am.example'])
      .map(settingOf);
    const resolution = await resolve({ given });
    expect(shownOf(resolution, 'repeat')).toBe('2h # --set repeat');
    expect(shownOf(resolution, 'mail.to')).toBe(
      'a@b.example, "Doe, Jane" <jane@b.example>, c@d # --set mail.to',
    );
    expect(shownOf(resolution, 'rules.no_report.on')).toBe('off # --set rules.no_report');
    expect(shownOf(resolution, 'rules.down.severity')).toBe('warning # --set rules.down');
    expect(resolution.config).toMatchObject({ textfilePath: '/nowhere/x.prom', textfileLabels: [] });
    expect(resolution.config.webhookUrl).toBe('https://am.example/api/v2/alerts');
  });
});

describe('without any configuration', () => {
  it('the rules are as they are, and nobody is told', async () => {
    const { config, problems } = await resolve();
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      policy: {
        rules: forEachRule(defaultRulePolicy),
        repeatMs: 14_400_000,
        resolveAfter: 2,
        groupBy: 'rack',
        allWellAt: null,
      },
      stateFile: '/home/ada/.local/state/cruc-fleet/check.json',
      windowMs: 3000,
      lockWaitMs: 30_000,
      mail: null,
      heartbeatUrl: null,
      textfilePath: null,
      textfileLabels: [],
      webhookUrl: null,
      webhookHoldMs: 86_400_000,
    });
  });

  it('the state lies in $XDG_STATE_HOME, unless that is relative', async () => {
    const absolute = await resolve({ env: { XDG_STATE_HOME: '/var/state' } });
    expect(shownOf(absolute, 'state_file')).toBe(
      '/var/state/cruc-fleet/check.json # default, in $XDG_STATE_HOME',
    );
    const relative = await resolve({ env: { XDG_STATE_HOME: 'state' } });
    expect(relative.config.stateFile).toBe('/home/ada/.local/state/cruc-fleet/check.json');
  });

  it('every value fits its own key, and is said to be a default', async () => {
    const { values } = await resolve();
    for (const key of ALL_KEYS) {
      const value = values.find(({ name }) => name === key.name);
      expect(value?.origin, key.name).toBe('default');
      if (key.isList) expect(value?.shown).toBe('(none)');
      else expect(key.type.parse(value?.shown ?? ''), key.name).toBeDefined();
    }
  });
});

describe('the values of rules', () => {
  it('may be one word, or keys and values', async () => {
    const { config, problems } = await resolveText(
      folder.path(),
      checkFile(
        'rules:',
        '  no_report: off',
        '  repair_aborted: critical',
        '  degraded: { severity: warning, for: 5m }',
        '  flapping: { rises: 3, within: 2h, on: true }',
        '  coverage: { below: 75% }',
        '  down: { on: false }',
      ),
    );
    expect(problems).toEqual([]);
    expect(config.policy.rules).toEqual({
      ...forEachRule(defaultRulePolicy),
      no_report: { ...defaultRulePolicy('no_report'), on: false },
      repair_aborted: { ...defaultRulePolicy('repair_aborted'), severity: 'critical' },
      degraded: { ...defaultRulePolicy('degraded'), severity: 'warning', forMs: 300_000 },
      flapping: { ...defaultRulePolicy('flapping'), thresholds: { rises: 3, within: 7_200_000 } },
      coverage: { ...defaultRulePolicy('coverage'), thresholds: { below: 0.75 } },
      down: { ...defaultRulePolicy('down'), on: false },
    });
  });

  it('take the `for` of all rules where they are given none, repairing included', async () => {
    const given = [forSetting('4h'), forSetting('degraded=1m')];
    const resolution = await resolve({
      given,
      inventorySection: inventorySection('rules: { down: { for: 9s } }'),
    });
    const { rules } = resolution.config.policy;
    expect([rules.repairing.forMs, rules.coverage.forMs]).toEqual([14_400_000, 14_400_000]);
    expect([rules.degraded.forMs, rules.down.forMs]).toEqual([60_000, 9000]);
    expect(shownOf(resolution, 'rules.repairing.for')).toBe('4h # for, --for');
    expect(shownOf(resolution, 'rules.degraded.for')).toBe('1m # --for degraded');
    expect(shownOf(resolution, 'rules.down.for')).toBe('9s # inventory.yaml:3:25');
  });

  it('take a `for` of 0 for all rules as one that was given', async () => {
    const { config } = await resolve({ given: [forSetting('0s')] });
    expect(config.policy.rules.repairing.forMs).toBe(0);
  });
});

describe('a path', () => {
  it('starts from the folder of the file that names it, an option from the current one, and ~ is home', async () => {
    const file = checkFile('state_file: a.json', 'mail: { ca_file: ~/ca.pem, to: a@b.c, smtp: "smtp://h" }');
    const first = await resolveText(folder.path(), file);
    expect(first.config.stateFile).toBe(`${folder.path()}/a.json`);
    expect(first.config.mail?.route).toMatchObject({ caFile: '/home/ada/ca.pem' });
    const section = await resolve({ inventorySection: inventorySection('state_file: ../a.json') });
    expect(section.config.stateFile).toBe('/etc/a.json');
    const given = [{ key: 'state_file', texts: ['b.json'], option: '--state-file' }];
    expect((await resolve({ given })).config.stateFile).toBe('/nowhere/b.json');
  });
});

describe('--print-config', () => {
  it('shows every key with its value and where it comes from, in groups', async () => {
    const resolution = await resolve({
      inventorySection: inventorySection(
        'for: 10m',
        'rules: { no_report: off, flapping: { rises: 3 } }',
        'mail: { to: [a@example.com, b@example.com], smtp: "smtps://mail.example.com" }',
        'textfile: { path: /var/x.prom, labels: [zone] }',
        'webhook: http://am:9093',
      ),
      given: [{ key: 'repeat', texts: ['90m'], option: '--repeat' }],
    });
    expect(resolution.problems).toEqual([]);
    const printed = printConfig(resolution);
    await expect(printed).toMatchFileSnapshot(
      '../fixtures/golden/print-config.txt',
      renewedBy('test/config'),
    );
    for (const key of ALL_KEYS)
      expect(printed).toMatch(new RegExp(`^${key.name.replaceAll('.', '\\.')} += `, 'm'));
  });
});
