import type { Chronicle } from '../../history/chronicle.ts';
import { FleetError } from '../../model/error.ts';
import type { HistoryOptions } from '../history/open-history.ts';
import type { Surroundings } from '../surroundings.ts';

/** The history, where there is one and something is under repair; one that was named must be there. */
export async function repairHistory(
  isAny: boolean,
  options: HistoryOptions,
  surroundings: Surroundings,
): Promise<Chronicle | null> {
  if (!isAny && options.history === undefined) return null;
  const [{ openHistory, inventoryIfThere }, { readChronicle }] = await Promise.all([
    import('../history/open-history.ts'),
    import('../history/history-action.ts'),
  ]);
  try {
    const place = await openHistory(options, await inventoryIfThere(options, surroundings), surroundings);
    return await readChronicle(place.path, Number.NEGATIVE_INFINITY);
  } catch (error) {
    if (error instanceof FleetError && options.history === undefined) return null;
    throw error;
  }
}
