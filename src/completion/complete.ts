import { askedOf, type Asked } from './asked.ts';
import type { CommandWords, LiveKind, ValueWords, Word } from './command-words.ts';

/** What a shell is told: words to choose from, or that files or folders come here. */
export type Offer =
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  | { readonly kind: 'files' | 'folders'; readonly before: string };

/** What the live words are about: the inventory that the line names. */
export interface LiveQuestion {
  readonly kind: LiveKind;
  /** The value of -i, null where it was not typed. */
  readonly inventory: string | null;
  /** What is typed of the word. */
  readonly begins: string;
}

/** What may stand in the place of the last of these words, which may be empty; `live` is asked only where it is wanted. */
export async function complete(
  program: CommandWords,
  words: readonly string[],
  live: (question: LiveQuestion) => Promise<readonly Word[]>,
): Promise<Offer> {
  const asked = askedOf(program, words);
  switch (asked.kind) {
    case 'nothing':
      return { kind: 'words', words: [] };
    case 'option':
      return beginningWith(asked.typed, '', optionWords(asked.command));
    case 'command':
      return beginningWith(asked.typed, '', asked.commands);
    case 'value':
      return await valuesOf(asked, live);
  }
}

async function valuesOf(
  { value, typed, before, isList, argument, inventory }: Extract<Asked, { readonly kind: 'value' }>,
  live: (question: LiveQuestion) => Promise<readonly Word[]>,
): Promise<Offer> {
  const at = isList ? lastPart(typed) : 0;
  const lead = before + typed.slice(0, at);
  const part = typed.slice(at);
  const taken = new Set(isList ? typed.slice(0, at).split(',') : []);
  if (value.kind === 'files' || value.kind === 'folders') return { kind: value.kind, before };
  const words = await wordsOf(value, argument, (kind) => live({ kind, inventory, begins: part }));
  return beginningWith(
    part,
    lead,
    words.filter(({ word }) => !taken.has(word)),
  );
}

async function wordsOf(
  value: Exclude<ValueWords, { readonly kind: 'files' | 'folders' }>,
  argument: string | null,
  live: (kind: LiveKind) => Promise<readonly Word[]>,
): Promise<readonly Word[]> {
  switch (value.kind) {
    case 'words':
      return value.words;
    case 'by_argument':
      return value.words[argument ?? ''] ?? [];
    case 'live':
      return await live(value.live);
    case 'commands':
      return [];
  }
}

/** Where the last part of a list begins; brackets keep their commas. */
function lastPart(typed: string): number {
  const open = typed.lastIndexOf('[') > typed.lastIndexOf(']');
  return open ? 0 : typed.lastIndexOf(',') + 1;
}

function optionWords({ options }: CommandWords): readonly Word[] {
  return options.flatMap(({ names, help }) => names.slice(-1).map((word) => ({ word, help })));
}

/** Words that a shell can take as they are: what needs quotes, or came from elsewhere than a keyboard, is not offered. */
const PLAIN = /^[\w./:@%+=,*[\]-]+$/;

function beginningWith(typed: string, before: string, words: readonly Word[]): Offer {
  const fitting = words.filter(({ word }) => word.startsWith(typed) && PLAIN.test(word));
  return { kind: 'words', words: fitting.map(({ word, help }) => ({ word: before + word, help })) };
}
