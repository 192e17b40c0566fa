import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingOf } from '../../src/config/given-options.ts';
import {
  allOutput,
  checkFile,
  inventorySection,
  resolve,
  resolveText,
  testFolder,
} from './support/resolving.ts';
import { runs } from '../support/sized.ts';

const folder = testFolder();

/** Passwords that no message holds by chance. */
const password = fc
  .string({
    unit: fc.constantFrom(...Array.from('abcXYZ019 !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~é')),
    minLength: 1,
    maxLength: 70,
  })
  .map((middle) => `q7${middle}7q`);
const oneWord = password.map((text) => text.replaceAll(/[\s,]/g, '-'));

describe('a password is in no output', () => {
  it('when it comes from the environment or a file', async () => {
    const file = path.join(folder.path(), 'password');
    await fc.assert(
      fc.asyncProperty(password, fc.boolean(), async (text, isInFile) => {
        await writeFile(file, `${text}\n`);
        const settings = [
          'mail.to=a@b',
          'mail.smtp=smtp://h',
          'mail.user=ada',
          `mail.password_file=${isInFile ? file : 'none'}`,
        ];
        const env = isInFile ? {} : { CRUC_FLEET_SMTP_PASSWORD: text };
        const resolution = await resolve({ env, given: settings.map(settingOf) });
        expect(resolution.config.mail?.credentials?.password).toBe(text);
        expect(allOutput(resolution)).not.toContain(text);
      }),
    );
  });

  it('when it is in the URL of the mail server, which is refused', async () => {
    await fc.assert(
      fc.asyncProperty(password, fc.constantFrom('smtp', 'smtps', 'SMTP', 'https'), async (text, scheme) => {
        const url = `${scheme}://ada:${text}@mail.example.com`;
        const given = [settingOf(`mail.smtp=${url}`), settingOf(`mail.from=${url}`)];
        const quoted = `smtp: ${JSON.stringify(url)}`;
        const resolutions = [
          await resolve({ given }),
          await resolve({ given: [{ key: 'mail.smtp', texts: [url], option: '--smtp' }] }),
          await resolveText(
            folder.path(),
            checkFile('mail:', `  ${quoted}`, `  from: ${JSON.stringify(url)}`),
          ),
          await resolve({ inventorySection: inventorySection(`mail: { ${quoted} }`) }),
        ];
        for (const resolution of resolutions) {
          expect(resolution.problems[0]?.line).toContain('mail.password_file (or $CRUC_FLEET_SMTP_PASSWORD)');
          expect(resolution.config.mail).toBeNull();
          expect(allOutput(resolution)).not.toContain(text);
          expect(allOutput(resolution)).not.toContain(JSON.stringify(text).slice(1, -1));
        }
      }),
    );
  });

  it('when the line that holds it is not even YAML, or means something else than was meant', async () => {
    await fc.assert(
      fc.asyncProperty(
        oneWord,
        fc.constantFrom(
          (url: string) => `mail: { smtp: ${url} }`,
          (url: string) => `mail: { ${url} }`,
          (url: string) => `mail: ${url}`,
          (url: string) => `${url}: true`,
          (url: string) => `mail: { smtp: "${url}" x }`,
          (url: string) => `mail: { smtp: [${url}] }`,
          (url: string) => `mail: { smtp: !${url} }`,
          (url: string) => `mail: { smtp: &a ${url} } ${url}`,
          (url: string) => `mail: { to: [${url}], user: ${url} }`,
          (url: string) => `mail: { ca_file: ${url}, password_file: ${url}, sendmail: ${url} }`,
          (url: string) => `state_file: ${url}`,
          (url: string) => url,
        ),
        async (text, lineOf) => {
          const line = lineOf(`smtp://ada:${text}@mail.example.com`);
          expect(allOutput(await resolveText(folder.path(), checkFile(line)))).not.toContain(text);
        },
      ),
      runs(15, 3000),
    );
  });

  it('when it was meant to be set on the command line, which is no place for it', async () => {
    await fc.assert(
      fc.asyncProperty(
        password,
        fc.constantFrom(
          'mail.password=',
          'mail.password:',
          'mail.password ',
          'password=',
          'mail.smtp:smtp://ada:',
        ),
        async (text, before) => {
          const resolution = await resolve({ given: [settingOf(before + text)] });
          expect(resolution.problems).toHaveLength(1);
          expect(allOutput(resolution)).not.toContain(text);
        },
      ),
    );
  });

  it('when it is in the URL of a heartbeat or a webhook, which is taken', async () => {
    const url = 'https://ada:hunter2@hc.example.com/ping/x?token=hunter3';
    const { config, ...shown } = await resolve({
      given: [settingOf(`heartbeat=${url}`), settingOf('webhook=http://hunter4@am.example')],
    });
    expect(config.heartbeatUrl).toBe(url);
    expect(config.webhookUrl).toBe('http://hunter4@am.example/api/v2/alerts');
    expect(shown.problems).toEqual([]);
    const printed = allOutput({ config, ...shown });
    expect(printed).toContain(
      'heartbeat     = https://(set, not shown)@hc.example.com/ping/x?(set, not shown)',
    );
    expect(printed).toContain('http://(set, not shown)@am.example/api/v2/alerts');
    expect(printed).not.toMatch(/hunter\d/);
  });
});
