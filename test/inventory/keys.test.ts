import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { LOGIN_KEYS } from '../../src/inventory/login-keys.ts';
import { keysOf, LOGIN_SECTIONS, SECTIONS, type Section } from '../../src/inventory/sections.ts';
import { withTable } from '../support/made-table.ts';
import { renewedBy } from '../support/renewed-by.ts';
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
function keyTable(): readonly [string, ...string[]] {
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
function loginTable(): readonly [string, ...string[]] {
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
  it('has the tables of every key, as the program reads them, and of every login key with its default', async () => {
    const made = withTable(withTable(DOCUMENT, keyTable()), loginTable());
    await expect(made).toMatchFileSnapshot('../../docs/inventory.md', renewedBy('test/inventory'));
  });

  it('says where the login keys may stand, and which of them are of sleds only', () => {
    expect(DOCUMENT).toContain(`The login keys stand in ${placesOf(LOGIN_SECTIONS)}.`);
    const ofSleds = LOGIN.filter(({ isOfSleds }) => isOfSleds).map(({ name }) => `\`${name}\``);
    expect(DOCUMENT).toContain(`except for ${ofSleds.slice(0, -1).join(', ')} and ${ofSleds.at(-1)}.`);
  });
});

describe('inventory.example.yaml', () => {
  it('has under defaults each key that may stand there, in that order, with the value that holds without it', () => {
    const { defaults } = parseYaml(withDefaults(EXAMPLE), { schema: 'failsafe' }) as {
      defaults: Record<string, unknown>;
    };
    expect(Object.keys(defaults), 'the keys under defaults, in their order').toEqual(keysOf('defaults'));
    expect(defaults).toMatchObject(Object.fromEntries(LOGIN.map(({ name, fallback }) => [name, fallback])));
  });

  it('shows every key of every place', () => {
    const all = new Set(SECTION_LIST.flatMap(keysOf));
    const missing = [...all].filter(
      (key) => !new RegExp(`^[ -]*(# )?(.*[{,] )?${key}:`, 'm').test(withDefaults(EXAMPLE)),
    );
    expect(missing, 'it shows none of these').toEqual([]);
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
