import { printable } from '../model/printable.ts';
import type { Progress } from '../model/progress.ts';
import type { Target } from '../model/target.ts';
import { plainProgress, silentProgress } from '../term/progress-lines.ts';
import type { TalkOptions } from './output-options.ts';
import type { Surroundings } from './surroundings.ts';

/** A drawing on a terminal, lines with -v, silence otherwise. */
export async function openProgress(
  targets: readonly Target[],
  options: TalkOptions,
  surroundings: Surroundings,
): Promise<Progress> {
  const { err } = surroundings.terminal;
  if (options.quiet === true) return silentProgress;
  if (options.verbose === true) return plainProgress((line) => err.write(`${printable(line)}\n`));
  if (!err.isTerminal) return silentProgress;
  const { rackProgress } = await import('../term/rack-progress.ts');
  const sleds = targets.map(({ sled }) => sled);
  return rackProgress(err.stream, sleds, surroundings.elapsed);
}
