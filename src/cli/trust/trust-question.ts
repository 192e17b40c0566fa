import { FleetError } from '../../model/error.ts';
import type { Surroundings } from '../surroundings.ts';
import { hostText, type Candidate } from './trust-text.ts';

/**
 * Asks about keys: all of them at once, or each. The end of input is a no. Rejects with `interrupted` at Ctrl-C, and
 * with `usage` where nobody can be asked.
 */
export async function askWhichToTrust(
  candidates: readonly Candidate[],
  surroundings: Surroundings,
): Promise<readonly Candidate[]> {
  const { ask } = surroundings;
  const [only] = candidates;
  if (only === undefined) return [];
  if (ask === null) {
    throw new FleetError(
      'usage',
      'nobody can be asked whether to trust them, since this is not a terminal; run it in one, or name a file with the right fingerprints: --fingerprints FILE',
    );
  }
  const abort = new AbortController();
  const stopListening = surroundings.onInterrupt(() => abort.abort());
  const answer = async (question: string, words: readonly string[]): Promise<string> => {
    for (;;) {
      const line = await ask(`${question} (${words.join('/')}) `, abort.signal);
      if (abort.signal.aborted) throw new FleetError('interrupted', 'interrupted: no key was changed');
      if (line === null) return 'no';
      const given = line.trim().toLowerCase();
      const word = words.find((each) => given !== '' && each.startsWith(given));
      if (word !== undefined) return word;
    }
  };
  try {
    if (candidates.length === 1) {
      return (await answer(`Trust this key of ${hostText(only.target)}?`, ['yes', 'no'])) === 'yes'
        ? [only]
        : [];
    }
    const all = await answer(`Trust these ${candidates.length} keys?`, ['yes', 'no', 'each']);
    if (all !== 'each') return all === 'yes' ? candidates : [];
    const trusted: Candidate[] = [];
    for (const candidate of candidates) {
      const one = await answer(`Trust the key of ${hostText(candidate.target)}?`, ['yes', 'no']);
      if (one === 'yes') trusted.push(candidate);
    }
    return trusted;
  } finally {
    stopListening();
  }
}
