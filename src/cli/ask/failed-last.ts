import type { Command } from 'commander';
import { xdgFolder } from '../../files/xdg.ts';
import { beginLastRun, hasFolder, lastRunFile, readLastRun, type LastRunLog } from '../../fleet/last-run.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { inShard, type Selected } from '../../inventory/select.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { chooseAllShards, chooseSleds, type SelectionOptions } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** The option by which the sleds of the last run that did not answer are chosen. */
export interface FailedLastOption {
  readonly failedLast?: boolean;
}

export function addFailedLastOption(command: Command): Command {
  return command.option(
    '--failed-last',
    'of these, only sleds that did not answer in the last run over the inventory, or were not tried',
  );
}

/** The sleds that are asked, and those that stay on record as unanswered though they are not asked now. */
export interface Chosen extends Selected {
  readonly carried: readonly string[];
}

/** The sleds that the options choose; what the last run was is said on standard error. */
export async function chooseFailedLast(
  inventory: Inventory,
  options: SelectionOptions & FailedLastOption & { readonly quiet?: boolean },
  surroundings: Surroundings,
): Promise<Chosen> {
  if (options.failedLast !== true) return { ...chooseSleds(inventory, options), carried: [] };
  const selected = chooseAllShards(inventory, options);
  const file = fileOf(inventory, surroundings);
  const last = await readLastRun(file);
  if (last === null) {
    throw new FleetError('usage', `--failed-last: no run over ${inventory.file} is on record (${file})`);
  }
  const run = `${last.command} of ${last.selection}, begun ${last.startedAt.toISOString()}`;
  const failed = new Set(last.unanswered);
  const targets = selected.targets.filter(({ sled }) => failed.has(sled.id));
  if (targets.length === 0) {
    const of = failed.size === 0 ? 'every sled answered' : 'none of those that did not answer is selected';
    throw new FleetError('usage', `--failed-last: ${of} in the last run over ${inventory.file} (${run})`);
  }
  const known = new Set(inventory.targets.map(({ sled }) => sled.id));
  if (options.quiet !== true) {
    const gone = last.unanswered.filter((id) => !known.has(id));
    const lost = gone.length === 0 ? '' : `; no longer in the inventory: ${gone.join(', ')}`;
    const note = `the last run over ${inventory.file} was ${run}: ${failed.size} did not answer, ${targets.length} of them selected${lost}`;
    surroundings.terminal.err.write(`${printable(note)}\n`);
  }
  const chosen = inShard({ targets, description: `${selected.description}, failed last` }, options.shard);
  const asked = new Set(chosen.targets.map(({ sled }) => sled.id));
  return { ...chosen, carried: last.unanswered.filter((id) => known.has(id) && !asked.has(id)) };
}

/** Writes down who is asked. Null where nobody can remember it: who has no home, or a folder that cannot be written. */
export async function openLastRun(
  inventory: Inventory,
  command: string,
  startedAt: Date,
  { targets, description, carried }: Chosen,
  surroundings: Surroundings,
  warn: (message: string) => void,
): Promise<LastRunLog | null> {
  const { variable } = stateFolder(surroundings);
  if (variable === null && !(await hasFolder(surroundings.home))) return null;
  const sleds = [...targets.map(({ sled }) => sled.id), ...carried];
  const begun = await beginLastRun(fileOf(inventory, surroundings), {
    command,
    selection: description,
    startedAt,
    sleds,
  });
  if ('log' in begun) return begun.log;
  warn(`--failed-last will not know this run: ${begun.why}`);
  return null;
}

function fileOf(inventory: Inventory, surroundings: Surroundings): string {
  return lastRunFile(stateFolder(surroundings).folder, inventory.file);
}

function stateFolder({ env, home }: Surroundings) {
  return xdgFolder('state', { env, home });
}
