import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyCharacter } from '../support/any-character.ts';
import { forSetting, settingOf } from '../../src/config/given-options.ts';
import { ALL_KEYS } from '../../src/config/all-keys.ts';
import { printConfig } from '../../src/config/print.ts';
import { RULE_NAMES } from '../../src/alert/rules/index.ts';
import { resolve, resolveText, testFolder } from './support/resolving.ts';
import { runs } from '../support/sized.ts';

const folder = testFolder();

const word = fc.oneof(
  fc.constantFrom(
    'version',
    'check',
    'rules',
    'mail',
    '1',
    '{',
    '}',
    '[',
    ']',
    ':',
    '-',
    '&a',
    '*a',
    '"',
    "'",
    '|',
  ),
  fc.constantFrom(
    'off',
    'on',
    'true',
    '4h',
    '90%',
    'never',
    'a@b',
    'smtp://h',
    '#',
    '<<',
    '~',
    '!x',
    '__proto__',
    '---',
  ),
  fc.constantFrom(...ALL_KEYS.flatMap(({ name }) => name.split('.'))),
  fc.string({ maxLength: 6 }),
);
const space = fc.constantFrom('', ' ', '\n', '\n  ', '\n    ', ': ', ', ', '\t');
const yamlish = fc
  .array(fc.tuple(word, space), { maxLength: 40 })
  .map((parts) => parts.map((part) => part.join('')).join(''));

const value = fc.oneof(
  { maxDepth: 3 },
  fc.constantFrom('off', 'on', 'true', '4h', '90%', 'a@b', '[]', '{}', '', '"\\u0000"', '*a', '&a x'),
  fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text)),
  fc
    .array(fc.constantFrom('a@b', '{}', '[]', '*a', ''), { maxLength: 3 })
    .map((items) => `[${items.join(', ')}]`),
);
/** Known keys with values of any kind. */
const section = fc
  .array(
    fc.tuple(fc.constantFrom(...ALL_KEYS.map(({ name }) => name.split('.')), ['rules'], ['mail']), value),
  )
  .map(
    (pairs) => `version: 1\ncheck: &a\n${pairs.map(([path, text]) => `  ${nested(path, text)}\n`).join('')}`,
  );

function nested([first = '', ...rest]: readonly string[], text: string): string {
  return rest.length === 0 ? `${first}: ${text}` : `${first}: { ${nested(rest, text)} }`;
}

it('whatever the file says, there is a whole configuration and a line for each problem', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        yamlish,
        section,
        yamlish.map((text) => `version: 1\ncheck:\n  ${text}`),
      ),
      async (text) => {
        const resolution = await resolveText(folder.path(), text);
        const { rules } = resolution.config.policy;
        expect(Object.keys(rules)).toEqual(RULE_NAMES);
        expect(Object.values(rules).every(({ forMs }) => Number.isSafeInteger(forMs))).toBe(true);
        expect(resolution.config.windowMs).toBeGreaterThan(0);
        for (const { line } of resolution.problems) expect(line).toMatch(/^[^\p{Cc}]+$/u);
        expect(printConfig(resolution)).not.toMatch(/[^\P{Cc}\n]/u);
      },
    ),
    runs(40, 10_000),
  );
});

it('whatever the options and the environment say, too', async () => {
  const setting = fc.oneof(
    fc
      .tuple(fc.constantFrom(...ALL_KEYS.map(({ name }) => name)), fc.string())
      .map((parts) => settingOf(parts.join('='))),
    fc.string().map(settingOf),
    fc.string().map(forSetting),
  );
  const text = fc.string({ unit: anyCharacter }).map((each) => each.replaceAll('\0', ''));
  const env = fc.record({
    CRUC_FLEET_SMTP_USER: text,
    CRUC_FLEET_SMTP_PASSWORD: text,
    CRUC_FLEET_CONFIG: text,
    XDG_STATE_HOME: text.map((each) => `/${each}`),
    XDG_CONFIG_HOME: text,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(setting), env, text, async (given, variables, hostName) => {
      const resolution = await resolve({ given, env: variables, hostName });
      for (const { line } of resolution.problems) expect(line).toMatch(/^[^\p{Cc}]+$/u);
      expect(printConfig(resolution)).not.toMatch(/[^\P{Cc}\n]/u);
    }),
    runs(25, 5000),
  );
});
