import { describe, expect, it } from 'vitest';
import type { CommandWords, OptionWords } from '../../src/completion/command-words.ts';
import { complete, type LiveQuestion } from '../../src/completion/complete.ts';

const option = (names: readonly string[], change: Partial<OptionWords>): OptionWords => ({
  names,
  help: '',
  value: null,
  isList: false,
  ...change,
});

const leaf = (name: string, change: Partial<CommandWords> = {}): CommandWords => ({
  name,
  help: '',
  options: [],
  arguments: [],
  commands: [],
  ...change,
});

const PROGRAM = leaf('cruc-fleet', {
  options: [option(['--width'], { value: { kind: 'words', words: [] } })],
  commands: [
    leaf('ask', {
      options: [
        option(['-q', '--quiet'], {}),
        option(['-i', '--inventory'], { value: { kind: 'files' } }),
        option(['-r', '--rack'], { value: { kind: 'live', live: 'racks' }, isList: true }),
        option(['--columns'], {
          value: { kind: 'by_argument', words: { pets: [{ word: 'cat', help: '' }] } },
          isList: true,
        }),
      ],
      arguments: [{ value: { kind: 'words', words: [{ word: 'pets', help: '' }] }, isRest: false }],
    }),
    leaf('keep', { commands: [leaf('add'), leaf('list')] }),
    leaf('help', { arguments: [{ value: { kind: 'commands' }, isRest: false }] }),
  ],
});

async function offered(line: string) {
  const asked: LiveQuestion[] = [];
  const offer = await complete(PROGRAM, line.split(' '), async (question) => {
    asked.push(question);
    return ['3', '5', '5 b', '$(x)', '[7]'].map((word) => ({ word, help: '' }));
  });
  return { asked, offer: offer.kind === 'words' ? offer.words.map(({ word }) => word) : offer.kind };
}

describe('what is offered at the end of a line', () => {
  it.each([
    ['', ['ask', 'keep', 'help']],
    ['--width 80 k', ['keep']],
    ['ask ', ['pets']],
    ['ask -q ', ['pets']],
    ['ask -', ['--quiet', '--inventory', '--rack', '--columns']],
    ['ask -i ', 'files'],
    ['ask --inventory=', 'files'],
    ['ask pets --columns ', ['cat']],
    ['ask --columns ', []],
    ['ask pets ', []],
    ['ask --nosuch=', []],
    ['ask -- ', []],
    ['keep ', ['add', 'list']],
    ['keep add ', []],
    ['keep nosuch ', []],
    ['help ', ['ask', 'keep', 'help']],
    ['help keep l', ['list']],
    ['nosuch ', []],
  ])('of %j is %j', async (line, words) => {
    expect((await offered(line)).offer).toEqual(words);
  });

  it.each([
    ['ask --rack 3,', ['3,5', '3,[7]']],
    ['ask --rack=', ['--rack=3', '--rack=5', '--rack=[7]']],
    ['ask -r [3,', []],
  ])('of %j leaves out what is there and what a shell would not take as it is', async (line, words) => {
    expect((await offered(line)).offer).toEqual(words);
  });

  it('asks for what lives with the inventory that the line names, and only where it is wanted', async () => {
    expect((await offered('ask -i a.yaml --rack 3,5')).asked).toEqual([
      { kind: 'racks', inventory: 'a.yaml', begins: '5' },
    ]);
    expect((await offered('ask --inventory=b.yaml -r ')).asked).toEqual([
      { kind: 'racks', inventory: 'b.yaml', begins: '' },
    ]);
    expect((await offered('ask -i a.yaml ')).asked).toEqual([]);
  });
});
