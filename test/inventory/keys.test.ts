import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { LOGIN_KEYS } from '../../src/inventory/login-keys.ts';
import { keysOf, LOGIN_SECTIONS, SECTIONS, type Section } from '../../src/inventory/sections.ts';
import { errorsOf, withDefaults } from './support/fixtures.ts';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');

const EXAMPLE = read('inventory.example.yaml');
const DOCUMENT = read('docs/inventory.md');

const SECTION_NAMES: Readonly<Record<Section, string>> = {
  file: 'the file',
  defaults: '`defaults`',
  rack: 'a rack',
  pattern: 'a pattern',
  sled: 'a sled',
  gateway: 'a gateway',
};

const SECTION_LIST = Object.entries(SECTION_NAMES).map(([section]) => section as Section);

const LOGIN = Object.values(LOGIN_KEYS);

function placesOf(sections: readonly Section[]): string {
  return sections.map((section) => SECTION_NAMES[section]).join(', ');
}

/** The table of keys as `docs/inventory.md` must have it: a key with the same help in several places is one line. */
function keyTable(): readonly string[] {
  const places = new Map<string, { name: string; help: string; sections: Section[] }>();
  for (const section of SECTION_LIST) {
    for (const [name, { help }] of Object.entries(SECTIONS[section])) {
      const key = `${name}: ${help}`;
      const entry = places.get(key) ?? { name, help, sections: [] };
      places.set(key, { ...entry, sections: [...entry.sections, section] });
    }
  }
  return [
    '| Key | In | What it says |',
    '|---|---|---|',
    ...[...places.values()].map(
      ({ name, help, sections }) => `| \`${name}\` | ${placesOf(sections)} | ${help} |`,
    ),
  ];
}

/** The table of login keys as `docs/inventory.md` must have it. */
function loginTable(): readonly string[] {
  return [
    '| Login key | Without it | What it says |',
    '|---|---|---|',
    ...LOGIN.map(({ name, fallback, help }) => {
      const texts = [fallback].flat().map((text) => `\`${text}\``);
      return `| \`${name}\` | ${texts.join(', ')} | ${help} |`;
    }),
  ];
}

describe('docs/inventory.md', () => {
  it('has the table of every key, as the program reads them', () => {
    const expected = keyTable().join('\n');
    expect(DOCUMENT.includes(expected), `docs/inventory.md lacks this table:\n\n${expected}\n`).toBe(true);
  });

  it('has the table of every login key, with the default that holds', () => {
    const expected = loginTable().join('\n');
    expect(DOCUMENT.includes(expected), `docs/inventory.md lacks this table:\n\n${expected}\n`).toBe(true);
  });

  it('says where the login keys may stand', () => {
    expect(DOCUMENT).toContain(`The login keys stand in ${placesOf(LOGIN_SECTIONS)}.`);
  });
});

describe('inventory.example.yaml', () => {
  it('has under defaults each key that may stand there, in that order, with the value that holds without it', () => {
    const { defaults } = parseYaml(withDefaults(EXAMPLE), { schema: 'failsafe' }) as {
      defaults: Record<string, unknown>;
    };
    expect(Object.keys(defaults)).toEqual(keysOf('defaults'));
    expect(defaults).toMatchObject(Object.fromEntries(LOGIN.map(({ name, fallback }) => [name, fallback])));
  });

  it('shows every key of every place', () => {
    const all = SECTION_LIST.flatMap(keysOf);
    expect(
      all.filter((key) => !new RegExp(`^[ -]*(# )?(.*[{,] )?${key}:`, 'm').test(withDefaults(EXAMPLE))),
    ).toEqual([]);
  });
});

describe('a place of the inventory', () => {
  it.each(SECTION_LIST)('%s takes its keys, and names them where it meets another', (section) => {
    const wrong: Readonly<Record<Section, string>> = {
      file: 'version: 1\nracks: [{ id: 3, sleds: [{ cubby: 1, host: h }] }]\nzzz: 1',
      defaults: 'version: 1\ndefaults: { zzz: 1 }\nracks: [{ id: 3, sleds: [{ cubby: 1, host: h }] }]',
      rack: 'version: 1\nracks: [{ id: 3, zzz: 1, sleds: [{ cubby: 1, host: h }] }]',
      pattern: 'version: 1\nracks: [{ id: 3, pattern: { cubbies: 1-2, host: "h{cubby}", zzz: 1 } }]',
      sled: 'version: 1\nracks: [{ id: 3, sleds: [{ cubby: 1, host: h, zzz: 1 }] }]',
      gateway:
        'version: 1\nracks: [{ id: 3, gateways: [{ host: g, zzz: 1 }], sleds: [{ cubby: 1, host: h }] }]',
    };
    expect(errorsOf(wrong[section])).toEqual([
      expect.stringContaining(`found an unknown key, allowed is ${keysOf(section).join(', ')}`),
    ]);
  });
});
