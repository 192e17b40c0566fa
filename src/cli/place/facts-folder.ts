import { stat } from 'node:fs/promises';
import path from 'node:path';
import { xdgFolder } from '../../files/xdg.ts';
import type { Surroundings } from '../surroundings.ts';

/** The folder where facts are kept. */
export function factsFolder({ env, home }: Pick<Surroundings, 'env' | 'home'>): string {
  return path.join(xdgFolder('state', { env, home }).folder, 'facts');
}

/** Whether anything was ever kept. */
export async function hasFacts(surroundings: Pick<Surroundings, 'env' | 'home'>): Promise<boolean> {
  return await stat(factsFolder(surroundings)).then(
    () => true,
    () => false,
  );
}
