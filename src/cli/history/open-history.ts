import { historyPlaceOf } from '../../check/history-place.ts';
import type { HistoryPlace } from '../../history/keep-run.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { FleetError } from '../../model/error.ts';
import type { ConfigFileOptions } from '../options/config-options.ts';
import { openConfig } from '../check/open-config.ts';
import { openInventory, type SelectionOptions } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

export type HistoryOptions = ConfigFileOptions & Pick<SelectionOptions, 'inventory'>;

/** Where the history is that `check` keeps. Rejects with `usage` where it is off. */
export async function openHistory(
  options: HistoryOptions,
  inventory: Inventory | null,
  surroundings: Surroundings,
): Promise<HistoryPlace> {
  const { config, stateFile, history } = options;
  const given = {
    ...(config === undefined ? {} : { config }),
    ...(stateFile === undefined ? {} : { stateFile }),
    ...(history === undefined ? {} : { history }),
  };
  const resolution = await openConfig(given, inventory, surroundings);
  for (const { line } of resolution.problems) surroundings.terminal.err.write(`warning: ${line}\n`);
  const place = historyPlaceOf(resolution.config);
  if (place !== null) return place;
  const origin = resolution.values.find(({ name }) => name === 'history.path')?.origin ?? 'the configuration';
  throw new FleetError('usage', `the history is off (${origin}); name its file with --history`);
}

/** The inventory, which may say where the history is, and need not be there. */
export async function inventoryIfThere(
  options: Pick<SelectionOptions, 'inventory'>,
  surroundings: Surroundings,
): Promise<Inventory | null> {
  try {
    return await openInventory(options, surroundings);
  } catch (error) {
    if (options.inventory !== undefined || !(error instanceof FleetError)) throw error;
    return null;
  }
}
