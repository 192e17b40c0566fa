import path from 'node:path';
import { readKeptFacts } from '../facts/kept-facts.ts';
import type { FactSet } from '../facts/fact-set.ts';
import { xdgFolder } from '../files/xdg.ts';
import { printable } from '../model/printable.ts';
import type { Surroundings } from './surroundings.ts';

/** The folder where facts are kept. */
export function factsFolder({ env, home }: Pick<Surroundings, 'env' | 'home'>): string {
  return path.join(xdgFolder('state', { env, home }).folder, 'facts');
}

/** What is kept; what of it cannot be read is said on standard error. */
export async function openFacts(surroundings: Surroundings): Promise<readonly FactSet[]> {
  const { sets, warnings } = await readKeptFacts(factsFolder(surroundings));
  for (const warning of warnings) surroundings.terminal.err.write(`warning: ${printable(warning)}\n`);
  return sets;
}
