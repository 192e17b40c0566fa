import { readKeptFacts } from '../../facts/kept-facts.ts';
import type { FactSet } from '../../facts/fact-set.ts';
import { printable } from '../../model/printable.ts';
import { factsFolder } from './facts-folder.ts';
import type { Surroundings } from '../surroundings.ts';

/** What is kept; what of it cannot be read is said on standard error. */
export async function openFacts(surroundings: Surroundings, isSilent = false): Promise<readonly FactSet[]> {
  const { sets, warnings } = await readKeptFacts(factsFolder(surroundings));
  if (!isSilent)
    for (const warning of warnings) surroundings.terminal.err.write(`warning: ${printable(warning)}\n`);
  return sets;
}
