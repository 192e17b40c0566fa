import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALL_KEYS } from '../../src/config/all-keys.ts';
import { RULES } from '../../src/alert/rules/index.ts';
import { problemsOf, resolveText, testFolder } from '../config/support/resolving.ts';

const text = readFileSync(new URL('../../docs/alerting.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map((match) => match[1] ?? '');

describe('docs/alerting.md', () => {
  const folder = testFolder();

  it('explains each rule, with its severity, and each of its thresholds', () => {
    for (const { name, severity, thresholds } of RULES) {
      const begin = `| \`${name}\` | ${severity} | `;
      const row = text.split('\n').find((line) => line.startsWith(begin)) ?? '';
      expect(row, `The table of rules needs a row that begins with ${begin}`).not.toBe('');
      for (const threshold of Object.keys(thresholds)) expect(row).toContain(`\`${threshold}\``);
    }
  });

  it('lists each key of the configuration', () => {
    const keys = ALL_KEYS.map(({ name }) => name.replace(/^rules\.\w+\.(on|severity|for)$/, 'rules.RULE.$1'));
    const missing = keys.filter((key) => !text.includes(`\n| \`${key}\` | `));
    expect(missing, 'The table of keys needs a row for each of these').toEqual([]);
  });

  it('shows configurations in which nothing is wrong', async () => {
    const [rules, whole] = blocks('yaml');
    const indented = `version: 1\ncheck:\n${rules?.replaceAll(/^/gm, '  ')}`;
    expect(problemsOf(await resolveText(folder.path(), indented))).toEqual([]);
    const complete = await resolveText(folder.path(), (blocks('yaml').at(-1) ?? '').replace('…', '5bf66975'));
    // Of what it names only the password file is not here.
    expect(problemsOf(complete).filter((line) => !line.includes('password file'))).toEqual([]);
    expect(complete.config.mail?.to).toHaveLength(2);
    expect(whole).toBeDefined();
  });
});
