import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_KEYS } from '../../src/config/all-keys.ts';
import { forSetting, settingOf } from '../../src/config/given-options.ts';
import {
  checkFile,
  inventorySection,
  problemsOf,
  resolve,
  resolveText,
  testFolder,
} from './support/resolving.ts';

const folder = testFolder();

/** The only problem of a file, without its folder. */
async function problemOf(text: string): Promise<string> {
  const resolution = await resolveText(folder.path(), text);
  expect(resolution.problems).toHaveLength(1);
  expect(resolution.problems[0]?.from).toBe('file');
  return problemsOf(resolution, folder.path())[0] ?? '';
}

/** What may stand under `check:`. */
const FIRST_WORDS = [...new Set(ALL_KEYS.map(({ name }) => name.replace(/\..*/, '')))].join(', ');
const DURATION = 'a duration up to 366d, such as 30s, 5m or 4h';
const RULE = 'on, off, warning, critical, unknown, or keys and values such as { for: 5m }';
const ADDRESS = 'a mail address such as ada@example.com or Ada <ada@example.com>';
const HTTP = 'a URL that starts with http:// or https://, or off';

describe('a wrong value in the file', () => {
  it.each([
    [
      'window: 1500ms',
      '3:11: check.window: found 1500ms, allowed is whole seconds from 1s to 3600s, such as 3s',
    ],
    ['window: 2h', '3:11: check.window: found 2h, allowed is whole seconds from 1s to 3600s, such as 3s'],
    [
      'window: [3s]',
      '3:11: check.window: found a list, allowed is whole seconds from 1s to 3600s, such as 3s',
    ],
    ['window:', '3:10: check.window: found nothing, allowed is whole seconds from 1s to 3600s, such as 3s'],
    ['lock_wait: 2h', '3:14: check.lock_wait: found 2h, allowed is a duration up to 1h, such as 30s'],
    ['for: ten minutes', `3:8: check.for: found "ten minutes", allowed is ${DURATION}`],
    ['for: 367d', `3:8: check.for: found 367d, allowed is ${DURATION}`],
    ['repeat: 0s', `3:11: check.repeat: found 0s, allowed is ${DURATION}, above 0, or never`],
    [
      'repeat: { every: 4h }',
      `3:11: check.repeat: found keys and values, allowed is ${DURATION}, above 0, or never`,
    ],
    ['resolve_after: 0', '3:18: check.resolve_after: found 0, allowed is a whole number from 1 to 1000'],
    ['group_by: cubby', '3:13: check.group_by: found cubby, allowed is rack, site or fleet'],
    ['state_file: ~bob/x', '3:15: check.state_file: found ~bob/x, allowed is a path'],
    ['rules: { no_report: no }', `3:23: check.rules.no_report: found no, allowed is ${RULE}`],
    ['rules: { no_report: }', `3:23: check.rules.no_report: found nothing, allowed is ${RULE}`],
    ['rules: { down: { on: 1 } }', '3:24: check.rules.down.on: found 1, allowed is on or off'],
    [
      'rules: { down: { severity: bad } }',
      '3:30: check.rules.down.severity: found bad, allowed is warning, critical or unknown',
    ],
    ['rules: { down: { for: -1s } }', `3:25: check.rules.down.for: found -1s, allowed is ${DURATION}`],
    [
      'rules: { flapping: { rises: 1.5 } }',
      '3:31: check.rules.flapping.rises: found 1.5, allowed is a whole number from 1 to 1000000',
    ],
    [
      'rules: { flapping: { within: 0 } }',
      `3:32: check.rules.flapping.within: found 0, allowed is ${DURATION}, above 0`,
    ],
    [
      'rules: { coverage: { below: 1.1 } }',
      '3:31: check.rules.coverage.below: found 1.1, allowed is a share from 0 to 1 such as 0.9, or 90%',
    ],
    [
      'rules: { coverage: { below: 101% } }',
      '3:31: check.rules.coverage.below: found 101%, allowed is a share from 0 to 1 such as 0.9, or 90%',
    ],
    ['mail: { tls: maybe }', '3:16: check.mail.tls: found maybe, allowed is required, opportunistic or off'],
    ['mail: { html: yes }', '3:17: check.mail.html: found yes, allowed is true or false'],
    [
      'mail: { all_well: "24:00" }',
      "3:21: check.mail.all_well: found 24:00, allowed is a time of day such as '08:00', or off",
    ],
    ['mail: { from: nobody }', `3:17: check.mail.from: found nobody, allowed is ${ADDRESS}`],
    ['mail: { from: [a@b.c] }', `3:17: check.mail.from: found a list, allowed is ${ADDRESS}`],
    ['mail: { to: { ada: a@b.c } }', '3:15: check.mail.to: found keys and values, allowed is a list'],
    [
      'mail: { user: "a\\tb" }',
      '3:17: check.mail.user: found "a\\tb", allowed is a login name on one line, or none',
    ],
    ['mail: { ca_file: "" }', '3:20: check.mail.ca_file: found nothing, allowed is a path, or none'],
    [
      'mail: { sendmail: ~root/x }',
      '3:21: check.mail.sendmail: found ~root/x, allowed is the path of a sendmail program, true for /usr/sbin/sendmail, or off',
    ],
    [
      'mail: ada@example.com',
      '3:9: check.mail: found ada@example.com, allowed is keys and values: to, from, smtp, sendmail, tls, ca_file, user, password_file, html, subject, all_well',
    ],
    ['heartbeat: hc.example.com', `3:14: check.heartbeat: found hc.example.com, allowed is ${HTTP}`],
    [
      'heartbeat: "https://"',
      `3:14: check.heartbeat: found what may hold a password (not shown), allowed is ${HTTP}`,
    ],
    [
      'heartbeat: "https://a b/"',
      `3:14: check.heartbeat: found what may hold a password (not shown), allowed is ${HTTP}`,
    ],
    ['webhook: ftp://am', `3:12: check.webhook: found ftp://am, allowed is ${HTTP}`],
    ['webhook: { url: am }', `3:19: check.webhook.url: found am, allowed is ${HTTP}`],
    [
      'textfile: x.txt',
      '3:13: check.textfile: found x.txt, allowed is a path that ends in .prom, since node_exporter reads no other, or off',
    ],
    [
      'textfile: { labels: [zone, a-b] }',
      '3:30: check.textfile.labels[1]: found a-b, allowed is a label such as zone: letters, digits and "_"',
    ],
  ])('is told of %s', async (line, expected) => {
    const resolution = await resolveText(folder.path(), checkFile(line));
    expect(problemsOf(resolution, folder.path())[0]).toBe(`cruc-fleet.yaml:${expected}`);
    expect(resolution.config.windowMs).toBe(3000);
  });

  it.each([
    [
      'windwo: 3s',
      '3:3: check.windwo: found an unknown key, did you mean window? allowed is state_file, window,',
    ],
    [
      'rules: { degarded: off }',
      '3:12: check.rules.degarded: found an unknown key, did you mean degraded? allowed is down,',
    ],
    [
      'rules: { coverage: { above: 1 } }',
      '3:24: check.rules.coverage.above: found an unknown key, allowed is on, severity, for, below',
    ],
    [
      'mail: { password: x }',
      '3:11: check.mail.password: found an unknown key, did you mean password_file? allowed is to,',
    ],
  ])('that is an unknown key names the nearest: %s', async (line, expected) => {
    expect(await problemOf(checkFile(line))).toContain(`cruc-fleet.yaml:${expected}`);
  });

  it('comes together with all others, and each of the right ones holds', async () => {
    const text = checkFile(
      'windwo: 9s',
      'repeat: x',
      'mail:',
      '  to: [a@b.example, c@@d]',
      '  sendmail: true',
    );
    const resolution = await resolveText(folder.path(), text);
    expect(
      problemsOf(resolution, folder.path()).map((line) => line.split(': ').slice(0, 2).join(' ')),
    ).toEqual([
      'cruc-fleet.yaml:3:3 check.windwo',
      'cruc-fleet.yaml:4:11 check.repeat',
      'cruc-fleet.yaml:6:23 check.mail.to[1]',
    ]);
    expect(resolution.config.mail?.to).toEqual(['a@b.example']);
  });

  it('in the section of the inventory has the place in the inventory', async () => {
    const resolution = await resolve({ inventorySection: inventorySection('window: 3', 'repeat: x') });
    expect(problemsOf(resolution)).toEqual([
      `inventory.yaml:4:11: check.repeat: found x, allowed is ${DURATION}, above 0, or never`,
    ]);
  });
});

describe('a mail address', () => {
  it.each([
    'a@b',
    'ada.lovelace+fleet@mail.example.com',
    'Ada Lovelace <ada@example.com>',
    'Ação <a@example.com>',
    '"Lovelace, Ada" <ada@example.com>',
    '<ada@example.com>',
  ])('may be %s', async (address) => {
    const { config } = await resolve({
      given: [settingOf('mail.sendmail=true'), { key: 'mail.to', texts: [address], option: '--mail-to' }],
    });
    expect(config.mail?.to).toEqual([address]);
  });

  it.each([
    'a@b\nBcc: c@d',
    'Ada\r\nBcc: <a@b>',
    'Ada\u2028 <a@b>',
    'Ada <a@b> <c@d>',
    'a@b, c@d',
    'a b@c',
    '@b',
    'a@',
    'Ada: <a@b>',
    '"Ada" "B" <a@b>',
    'a@b\u0000',
    `a@${'b.'.repeat(150)}c`,
  ])('is not %j', async (address) => {
    const resolution = await resolve({
      given: [{ key: 'mail.from', texts: [address], option: '--mail-from' }],
    });
    expect(problemsOf(resolution)).toEqual([
      expect.stringMatching(/^--mail-from: found [^\n]*, allowed is a mail address/),
    ]);
  });
});

describe('a wrong value on the command line', () => {
  it.each([
    [
      settingOf('repaet=4h'),
      '--set repaet: found an unknown key, did you mean repeat? allowed is one of those that cruc-fleet check --print-config shows',
    ],
    [
      settingOf('window'),
      '--set window: found nothing, allowed is whole seconds from 1s to 3600s, such as 3s',
    ],
    [
      settingOf('=4h'),
      '--set: found an unknown key, allowed is one of those that cruc-fleet check --print-config shows',
    ],
    [settingOf('rules.down=bad'), `--set rules.down: found bad, allowed is ${RULE}`],
    [
      settingOf('mail=x'),
      '--set mail: found an unknown key, allowed is one of those that cruc-fleet check --print-config shows',
    ],
    [forSetting('soon'), `--for: found soon, allowed is ${DURATION}`],
    [
      forSetting('repairng=4h'),
      '--for repairng: found an unknown key, did you mean rules.repairing.for? allowed is one of those that cruc-fleet check --print-config shows',
    ],
    [
      { key: 'repeat', texts: ['x'], option: '--repeat' },
      `--repeat: found x, allowed is ${DURATION}, above 0, or never`,
    ],
  ])('is told of %j', async (given, expected) => {
    expect((await resolve({ given: [given] })).problems).toEqual([{ line: expected, from: 'command line' }]);
  });
});

describe('cruc-fleet.yaml', () => {
  it.each([
    ['', '1:1: found an empty file, allowed is a configuration with version and check'],
    ['# nothing\n', '1:1: found an empty file, allowed is a configuration with version and check'],
    ['- a\n', '1:1: found a list, allowed is a configuration with version and check'],
    ['version: 2\ncheck: { windwo: 3 }\n', '1:10: version: found 2, allowed is 1'],
    ['check: { window: 3s }\n', '1:1: version: found nothing, allowed is 1'],
    [
      'version: 1\nchekc: {}\n',
      '2:1: chekc: found an unknown key, did you mean check? allowed is version, check',
    ],
    ['version: 1\ncheck: all\n', `2:8: check: found all, allowed is keys and values: ${FIRST_WORDS}`],
    ['version: 1\n---\nversion: 1\n', '2:1: found a second YAML document (---), allowed is one'],
    ['version: 1\ncheck:\n\twindow: 3s\n', '3:1: found a tab, allowed for indenting are spaces'],
    [
      'version: 1\ncheck: { window: 3s, window: 4s }\n',
      '2:22: check.window: found the key a second time, allowed is once; the first is at 2:10',
    ],
    [
      'version: 1\ncheck: { window: *x }\n',
      '2:18: check.window: found *x, allowed is the name of an anchor (&x) that comes before it',
    ],
  ])('%j is a problem with its place', async (text, expected) => {
    const resolution = await resolveText(folder.path(), text);
    expect(problemsOf(resolution, folder.path())[0]).toBe(`cruc-fleet.yaml:${expected}`);
  });

  it('without the version is read all the same, and one of a newer version is not', async () => {
    const without = await resolveText(folder.path(), 'check: { window: 9s }\n');
    expect(without.config.windowMs).toBe(9000);
    const newer = await resolveText(folder.path(), 'version: 2\ncheck: { window: 9s }\n');
    expect(newer.config.windowMs).toBe(3000);
  });

  it('is looked for at --config, $CRUC_FLEET_CONFIG, in the current folder and the configuration folder', async () => {
    const home = path.join(folder.path(), 'home');
    const cwd = path.join(folder.path(), 'cwd');
    const places = { explicit: 'explicit.yaml', env: 'env.yaml', cwd: 'cwd/cruc-fleet.yaml' };
    await mkdir(cwd, { recursive: true });
    await mkdir(path.join(home, '.config/cruc-fleet'), { recursive: true });
    const write = (name: string, window: string): Promise<void> =>
      writeFile(path.join(folder.path(), name), checkFile(`window: ${window}`));
    await write(places.explicit, '11s');
    await write(places.env, '12s');
    await write('home/.config/cruc-fleet/cruc-fleet.yaml', '14s');
    const windowOf = async (sources: Parameters<typeof resolve>[0]): Promise<number> =>
      (await resolve({ cwd, home, ...sources })).config.windowMs;
    const env = { CRUC_FLEET_CONFIG: path.join(folder.path(), places.env) };
    expect(await windowOf({ explicit: '../explicit.yaml', env })).toBe(11_000);
    expect(await windowOf({ env })).toBe(12_000);
    expect(await windowOf({})).toBe(14_000);
    await write(places.cwd, '13s');
    expect(await windowOf({})).toBe(13_000);
  });

  it('that was named and is not there is a problem, and not a reason to take another', async () => {
    const cwd = folder.path();
    await writeFile(path.join(cwd, 'cruc-fleet.yaml'), checkFile('window: 9s'));
    const named = await resolve({ cwd, explicit: 'lost.yaml' });
    expect(named.config.windowMs).toBe(3000);
    expect(named.problems[0]).toMatchObject({
      line: expect.stringContaining(`no configuration at ${cwd}/lost.yaml, which --config names`),
      from: 'file',
    });
    const env = { CRUC_FLEET_CONFIG: '~/lost.yaml' };
    expect(problemsOf(await resolve({ cwd, env }))).toEqual([
      'no configuration at /home/ada/lost.yaml, which $CRUC_FLEET_CONFIG names; docs/alerting.md shows one',
    ]);
    expect((await resolve({ cwd, explicit: '' })).problems).toEqual([
      { line: '--config names no file; docs/alerting.md shows one', from: 'command line' },
    ]);
  });

  it('that is a folder, a link to nothing or no UTF-8 is a problem', async () => {
    const file = path.join(folder.path(), 'odd.yaml');
    await writeFile(file, Buffer.from([0xff, 0xfe]));
    expect(problemsOf(await resolve({ explicit: file }))[0]).toContain(
      `${file} is not UTF-8 text; save it as such`,
    );
    expect(problemsOf(await resolve({ explicit: folder.path() }))[0]).toContain('is a folder; name the file');
    const link = path.join(folder.path(), 'link.yaml');
    await symlink('gone', link);
    expect(problemsOf(await resolve({ explicit: link }))[0]).toContain(`no configuration at ${link}`);
  });
});
