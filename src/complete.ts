import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { CommandWords } from './completion/command-words.ts';
import { complete } from './completion/complete.ts';
import { onOneLine } from './model/printable.ts';

/**
 * Prints what a shell may offer for the last of these words. It is a program of its own, since a shell asks at every
 * tab: it loads neither commander nor a command, and says nothing where it cannot help.
 */
export async function completeLine(words: readonly string[]): Promise<void> {
  const file = new URL('words.json', import.meta.url);
  const program: CommandWords = JSON.parse(readFileSync(file, 'utf8'));
  const { env } = process;
  const offer = await complete(program, words, async (question) => {
    const { liveWords } = await import('./cli/shell/live-words.ts');
    return await liveWords(question, { env, cwd: process.cwd(), home: env['HOME'] ?? homedir() });
  });
  process.stdout.write(
    offer.kind === 'words'
      ? offer.words.map(({ word, help }) => `${word}\t${onOneLine(help)}\n`).join('')
      : `:${offer.kind}\n`,
  );
}
