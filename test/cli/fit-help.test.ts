import { describe, expect, it } from 'vitest';
import { fitHelp } from '../../src/cli/fit-help.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { run } from '../support/run-program.ts';

describe('help', () => {
  it('fills a paragraph again, goes on below the words of a list, and keeps what fits', () => {
    const text = [
      'Usage: x',
      '',
      'One paragraph whose first line is too long for it',
      'and goes on.',
      '',
      'Words:',
      '  word   what it means in more words than fit',
      '      a deep line that does not fit into forty',
      '  a term that leaves its words no room  words',
      '',
    ].join('\n');
    expect(fitHelp(text, 40)).toBe(`Usage: x

One paragraph whose first line is too
long for it and goes on.

Words:
  word   what it means in more words
         than fit
      a deep line that does not fit into
      forty
  a term that leaves its words no room
      words
`);
    expect(fitHelp(text, 100)).toBe(text);
  });

  it('leaves a command that one may copy on its line', () => {
    const line = '  cruc-fleet wait --rack 3 --for healthy --timeout 2h';
    expect(fitHelp(line, 40)).toBe(line);
  });

  it.each(COMMANDS.map(({ name }) => name))('of %s fits 80 columns', async (name) => {
    const { stdout } = await run(['--width', '80', name, '--help']);
    const long = stdout
      .split('\n')
      .filter((line) => line.length > 80 && !/^ +(cruc-fleet|\S+\() /.test(line));
    expect(long).toEqual([]);
  });
});
