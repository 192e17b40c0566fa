import type { Command } from 'commander';
import type { ProbeSpec } from '../../model/probe.ts';
import { printable } from '../../model/printable.ts';
import { addHistoryOption, type ConfigFileOptions } from '../options/config-options.ts';
import type { FleetRun } from '../ask/fleet-run.ts';
import type { SelectionOptions } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

export type KeepOptions = ConfigFileOptions & { readonly keep?: boolean };

/** The options by which a run is added to the history. */
export function addKeepOptions(command: Command): Command {
  command
    .optionsGroup('History:')
    .option('--keep', 'add what was seen to the history that check keeps: cruc-fleet history, diff');
  return addHistoryOption(command);
}

/**
 * What adds a run to the history, where that is wanted; what is wrong with it is said, and the answer stands. Rejects with
 * `usage`, before a sled is visited, where there is no history to add to.
 */
export async function openKeep(
  probe: ProbeSpec,
  options: KeepOptions & Pick<SelectionOptions, 'inventory'> & { readonly window: number },
  surroundings: Surroundings,
): Promise<(run: FleetRun) => Promise<void>> {
  if (options.keep !== true) return async () => {};
  const { openHistory, inventoryIfThere } = await import('./open-history.ts');
  const place = await openHistory(options, await inventoryIfThere(options, surroundings), surroundings);
  const say = (problem: string) => surroundings.terminal.err.write(`warning: ${printable(problem)}\n`);
  return async (run) => {
    if (run.interrupted) {
      say('what was interrupted is not added to the history');
      return;
    }
    const { keepRun } = await import('../../history/keep-run.ts');
    const { pictureOf } = await import('../../history/picture.ts');
    const facts = {
      host: surroundings.hostName,
      command: probe.name,
      windowMs: options.window * 1000,
      selection: run.selection,
      clock: surroundings.bootClock(),
    };
    const { random, now } = surroundings;
    const problems = await keepRun(place, pictureOf(run), facts, { random, now });
    for (const problem of problems) say(problem);
  };
}
