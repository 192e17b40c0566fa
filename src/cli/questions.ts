import { FleetError } from '../model/error.ts';
import type { Surroundings } from './surroundings.ts';

/** Asks the person at the terminal; gives the line, without blanks around it, or null at the end of input. */
export type AskPerson = (question: string) => Promise<string | null>;

/**
 * Does some work that asks questions; null is handed in where nobody can be asked. Ctrl-C at a question rejects with
 * `interrupted` and this message.
 */
export async function withQuestions<T>(
  { ask, onInterrupt }: Surroundings,
  interrupted: string,
  work: (ask: AskPerson | null) => Promise<T>,
): Promise<T> {
  if (ask === null) return await work(null);
  const abort = new AbortController();
  const stopListening = onInterrupt(() => abort.abort());
  try {
    return await work(async (question) => {
      const line = await ask(question, abort.signal);
      if (abort.signal.aborted) throw new FleetError('interrupted', interrupted);
      return line?.trim() ?? null;
    });
  } finally {
    stopListening();
  }
}

/** Asks until one of the words, or the beginning of one, is the answer; the end of input is null. */
export async function askWord<Word extends string>(
  ask: AskPerson,
  question: string,
  words: readonly Word[],
): Promise<Word | null> {
  for (;;) {
    const line = await ask(`${question} (${words.join('/')}) `);
    if (line === null) return null;
    const given = line.toLowerCase();
    const word = words.find((each) => given !== '' && each.startsWith(given));
    if (word !== undefined) return word;
  }
}
