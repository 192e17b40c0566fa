import { expect, it } from 'vitest';
import type { CommandWords } from '../../src/completion/command-words.ts';
import { run } from '../support/run-program.ts';

/** What they show is in a recording or in reports. */
const UNKNOWN_BEFORE: readonly string[] = ['replay', 'merge'];

it('offers columns for every command that takes them, but for those whose columns nobody knows before', async () => {
  const { stdout } = await run(['completion', 'bash', '--words']);
  const program: CommandWords = JSON.parse(stdout);
  const without: string[] = [];
  let seen = 0;
  const visit = (command: CommandWords, path: string) => {
    for (const { names, value } of command.options) {
      if (!names.includes('--columns')) continue;
      seen++;
      const isEmpty = value === null || (value.kind === 'words' && value.words.length === 0);
      if (isEmpty && !UNKNOWN_BEFORE.includes(path)) without.push(path);
    }
    for (const each of command.commands) visit(each, `${path} ${each.name}`.trim());
  };
  visit(program, '');
  expect([without, seen > 15]).toEqual([[], true]);
  const live = program.commands.find(({ name }) => name === 'inventory')?.commands ?? [];
  const columns = live
    .find(({ name }) => name === 'check')
    ?.options.find(({ names }) => names.includes('--columns'));
  expect(JSON.stringify(columns?.value)).toContain('"host_name"');
});
