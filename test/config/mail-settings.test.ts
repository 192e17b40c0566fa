import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingOf } from '../../src/config/given-options.ts';
import type { CheckConfigSources, CheckResolution } from '../../src/config/resolve.ts';
import {
  checkFile,
  inventorySection,
  problemsOf,
  resolve,
  resolveText,
  shownOf,
  testFolder,
} from './support/resolving.ts';

const folder = testFolder();
const TO = 'mail.to=a@b.example';

async function withMail(
  settings: readonly string[],
  rest: Partial<CheckConfigSources> = {},
): Promise<CheckResolution> {
  return await resolve({ given: settings.map(settingOf), ...rest });
}

describe('a mail server', () => {
  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 25, tls: 'opportunistic' }],
    ['smtp://mail.example.com:2525/', { host: 'mail.example.com', port: 2525, tls: 'opportunistic' }],
    ['smtps://mail', { host: 'mail', port: 465, tls: 'implicit' }],
    ['SMTP://10.0.0.1', { host: '10.0.0.1', port: 25, tls: 'opportunistic' }],
    ['smtp://[fd00::1]:587', { host: 'fd00::1', port: 587, tls: 'opportunistic' }],
  ])('is %s', async (url, expected) => {
    const { config, problems } = await withMail([TO, `mail.smtp=${url}`]);
    expect(problems).toEqual([]);
    expect(config.mail).toEqual({
      route: { kind: 'smtp', caFile: null, ...expected },
      from: 'cruc-fleet@mgmt.example',
      to: ['a@b.example'],
      credentials: null,
      html: true,
    });
  });

  it.each([
    'mail.example.com',
    'http://mail.example.com',
    'smtp://',
    'smtp://a b',
    'smtp://h:0',
    'smtp://h:65536',
    'smtp://h/path',
    'smtp://h?x=y',
    'smtp://[h]',
    'smtp://10.0.0.300',
    'smtp://ada@h',
    'smtp://h\nx',
  ])('is not %j', async (url) => {
    const { config, problems } = await withMail([TO, `mail.smtp=${url}`]);
    expect(problems[0]?.line).toMatch(/^--set mail\.smtp: found [^\n]*, allowed is smtp:\/\/HOST\[:PORT\]/);
    expect(config.mail).toBeNull();
  });

  it('that somebody logs in to has port 587 and requires TLS, unless told otherwise', async () => {
    const env = { CRUC_FLEET_SMTP_USER: 'ada', CRUC_FLEET_SMTP_PASSWORD: 'hunter2' };
    const plain = await withMail([TO, 'mail.smtp=smtp://h'], { env });
    expect(plain.config.mail).toMatchObject({
      route: { port: 587, tls: 'required' },
      credentials: { user: 'ada', password: 'hunter2' },
    });
    expect(shownOf(plain, 'mail.smtp')).toBe('smtp://h:587 # --set mail.smtp');
    expect(shownOf(plain, 'mail.tls')).toBe('required # default');
    const told = await withMail([TO, 'mail.smtp=smtp://h:25', 'mail.tls=off'], { env });
    expect(told.config.mail?.route).toMatchObject({ port: 25, tls: 'off' });
    const implicit = await withMail([TO, 'mail.smtp=smtps://h'], { env });
    expect(implicit.config.mail?.route).toMatchObject({ port: 465, tls: 'implicit' });
    expect(shownOf(implicit, 'mail.tls')).toBe('implicit, from smtps:// # default');
  });

  it('with TLS from the start is not one with TLS off', async () => {
    const { problems } = await withMail([TO, 'mail.smtp=smtps://h', 'mail.tls=off']);
    expect(problems.map(({ line }) => line)).toEqual([
      '--set mail.tls: mail.tls is off and mail.smtp is smtps://, which is TLS from the start: leave one out',
    ]);
  });

  it('is no such thing where it is not the way that mails go', async () => {
    const given = [TO, 'mail.sendmail=true', 'mail.user=ada', 'mail.password_file=/nowhere/password'];
    const { config, problems } = await withMail(given);
    expect(problems).toEqual([]);
    expect(config.mail).toMatchObject({
      route: { kind: 'sendmail', path: '/usr/sbin/sendmail' },
      credentials: null,
    });
  });
});

describe('a mail section that cannot work mails nobody and says so:', () => {
  it.each([
    [['smtp: smtp://h'], '4:11: mail.smtp is given without a recipient: add mail.to or --mail-to'],
    [['sendmail: true'], '4:15: mail.sendmail is given without a recipient: add mail.to or --mail-to'],
    [
      ['to: []', 'sendmail: true'],
      '5:15: mail.sendmail is given without a recipient: add mail.to or --mail-to',
    ],
    [
      ['to: a@b'],
      '4:9: mail.to is given without a way to send: add mail.smtp (--smtp) or mail.sendmail (--sendmail)',
    ],
    [
      ['to: a@b', 'smtp: smtp://h', 'sendmail: true'],
      '5:11: mail.smtp and mail.sendmail (cruc-fleet.yaml:6:15) are both given: leave one out',
    ],
    [
      ['all_well: 08:00'],
      '4:15: mail.all_well is given and nobody is mailed: add mail.to, and mail.smtp or mail.sendmail',
    ],
  ])('%j', async (lines, expected) => {
    const text = checkFile('mail:', ...lines.map((line) => `  ${line}`));
    const resolution = await resolveText(folder.path(), text);
    expect(resolution.config.mail).toBeNull();
    expect(problemsOf(resolution, folder.path())).toEqual([`cruc-fleet.yaml:${expected}`]);
    expect(resolution.problems[0]?.from).toBe('file');
  });

  it('from the command line is wrong usage', async () => {
    const { problems } = await withMail(['mail.smtp=smtp://h']);
    expect(problems).toEqual([
      {
        line: '--set mail.smtp: mail.smtp is given without a recipient: add mail.to or --mail-to',
        from: 'command line',
      },
    ]);
  });

  it('but what is turned off in it is not held against it', async () => {
    const { problems } = await withMail([
      'mail.smtp=off',
      'mail.sendmail=off',
      'mail.all_well=off',
      'mail.user=none',
    ]);
    expect(problems).toEqual([]);
  });
});

describe('of a mail server and sendmail', () => {
  it('the nearer one is used, and the other said to be unused', async () => {
    const resolution = await resolve({
      inventorySection: inventorySection('mail: { to: a@b, smtp: "smtp://h" }'),
      given: [settingOf('mail.sendmail=/opt/msmtp')],
    });
    expect(resolution.problems).toEqual([]);
    expect(resolution.config.mail?.route).toEqual({ kind: 'sendmail', path: '/opt/msmtp' });
    expect(shownOf(resolution, 'mail.smtp')).toBe(
      'smtp://h # inventory.yaml:3:26, not used, since --set mail.sendmail gives mail.sendmail',
    );
    const other = await resolve({
      inventorySection: inventorySection('mail: { to: a@b, sendmail: true }'),
      given: [settingOf('mail.smtp=smtp://h')],
    });
    expect(other.config.mail?.route).toMatchObject({ kind: 'smtp', host: 'h' });
    expect(shownOf(other, 'mail.sendmail')).toContain('not used, since --set mail.smtp gives mail.smtp');
  });
});

describe('the password of a mail server', () => {
  const SERVER = [TO, 'mail.smtp=smtp://h', 'mail.user=ada'];

  async function passwordFile(name: string, text: string): Promise<string> {
    const file = path.join(folder.path(), name);
    await writeFile(file, text);
    return file;
  }

  it.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\nmore\r\n', 'hunter2'],
    [' spaces stay \n', ' spaces stay '],
    ['\uFEFFhunter2', 'hunter2'],
  ])('is the first line of its file, %j', async (text, password) => {
    const file = await passwordFile('password', text);
    const resolution = await withMail([...SERVER, `mail.password_file=${file}`]);
    expect(resolution.problems).toEqual([]);
    expect(resolution.config.mail?.credentials).toEqual({ user: 'ada', password });
    expect(shownOf(resolution, 'mail.password')).toBe(`(set, not shown) # first line of ${file}`);
  });

  it('is that of $CRUC_FLEET_SMTP_PASSWORD where no file gives one', async () => {
    const env = { CRUC_FLEET_SMTP_PASSWORD: 'hunter2' };
    const resolution = await withMail(SERVER, { env });
    expect(resolution.config.mail?.credentials).toEqual({ user: 'ada', password: 'hunter2' });
    expect(shownOf(resolution, 'mail.password')).toBe('(set, not shown) # $CRUC_FLEET_SMTP_PASSWORD');
    const lost = await withMail([...SERVER, 'mail.password_file=/nowhere/password'], { env });
    expect(lost.problems).toHaveLength(1);
    expect(lost.config.mail?.credentials?.password).toBe('hunter2');
  });

  it('that is not available is a problem, and the mail is still tried', async () => {
    const empty = await passwordFile('empty', '\nhunter2\n');
    await mkdir(path.join(folder.path(), 'folder'), { recursive: true });
    const cases = [
      [
        SERVER,
        '--set mail.user: mail.user is given without a password: set $CRUC_FLEET_SMTP_PASSWORD or mail.password_file',
      ],
      [
        [...SERVER, `mail.password_file=${empty}`],
        `--set mail.password_file: mail.password_file: the first line of ${empty} is empty`,
      ],
      [[...SERVER, `mail.password_file=${folder.path()}/folder`], 'folder is a folder; name the file'],
      [
        [...SERVER, 'mail.password_file=lost'],
        '--set mail.password_file: mail.password_file: no password file at /nowhere/lost; ',
      ],
    ] as const;
    for (const [settings, expected] of cases) {
      const { config, problems } = await withMail(settings);
      expect(problems).toEqual([{ line: expect.stringContaining(expected), from: 'command line' }]);
      expect(config.mail).toMatchObject({ credentials: null, route: { tls: 'required', port: 587 } });
    }
  });

  it('without a user is a problem', async () => {
    const env = { CRUC_FLEET_SMTP_PASSWORD: 'hunter2' };
    const { config, problems } = await withMail([TO, 'mail.smtp=smtp://h'], { env });
    expect(config.mail?.credentials).toBeNull();
    expect(problems).toEqual([
      {
        line: '$CRUC_FLEET_SMTP_PASSWORD: a password is given without a user: add mail.user or $CRUC_FLEET_SMTP_USER',
        from: 'environment',
      },
    ]);
  });
});
