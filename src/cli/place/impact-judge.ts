import type { FactSet } from '../../facts/fact-set.ts';
import { createFactBase } from '../../facts/fact-base.ts';
import { placeOfRow } from '../../facts/join-rows.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Row } from '../../model/column.ts';
import { roleOf } from '../../model/health.ts';
import type { FleetOptions, FleetRun } from '../ask/fleet-run.ts';
import type { HistoryOptions } from '../history/open-history.ts';
import { repairHistory } from '../run/repair-history.ts';
import { withLive, type PlacesAsked } from './ask-places.ts';
import { impactLook, rowsOf, type ImpactLook, type ImpactLookOptions } from './impact-look.ts';
import { repairOutlooks } from './impact-repairs.ts';
import { knownSleds } from './known-sleds.ts';
import type { Surroundings } from '../surroundings.ts';

/** Puts a look together, with how long its repairs still take as far as the history and facts know. */
export async function lookWithRepairs(
  run: FleetRun,
  asked: PlacesAsked,
  kept: readonly FactSet[],
  inventory: Inventory,
  options: FleetOptions & ImpactLookOptions & HistoryOptions,
  surroundings: Surroundings,
): Promise<ImpactLook> {
  const now = surroundings.now().getTime();
  const isRepairing = rowsOf(run).some(({ row }) =>
    [0, 1, 2].some((index) => roleOf(String(row[`ds${index}`])) === 'repairing'),
  );
  const chronicle = await repairHistory(isRepairing, options, surroundings);
  const base = createFactBase(withLive(kept, asked.sets));
  const known = knownSleds(inventory, asked);
  const placeOf = (row: Row) => placeOfRow(base, row, known, now);
  const sources = { chronicle, placeOf, at: run.startedAt.getTime() };
  const sleds = new Map(inventory.targets.map(({ sled }) => [sled.id, sled] as const));
  return impactLook(run, asked, kept, options, now, (row, id) => {
    const sled = sleds.get(id);
    return sled === undefined || !isRepairing ? [] : repairOutlooks(row, sled, sources);
  });
}
