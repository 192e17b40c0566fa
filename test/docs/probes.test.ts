import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ALIASES, PROBES } from '../../src/probes/index.ts';

const PAGE = readFileSync(new URL('../../docs/probes.md', import.meta.url), 'utf8');

it('docs/probes.md says of every probe which question it answers', () => {
  const [, after = ''] = PAGE.split('## Which probe for which question\n');
  const [questions = ''] = after.split('<!-- made: probes -->');
  const names = [...PROBES, ...ALIASES].map(({ name }) => name);
  const missing = names.filter((name) => !new RegExp(`\`${name}( [^\`]*)?\``).test(questions));
  expect(missing, 'the table of questions names none of these').toEqual([]);
});
