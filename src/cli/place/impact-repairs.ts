import type { RepairOutlook } from '../../impact/running.ts';
import type { Row } from '../../model/column.ts';
import type { Sled } from '../../model/sled.ts';
import { repairsInReport } from '../../probes/repairs.ts';
import { knownRepair, type RepairSources } from '../run/known-repair.ts';

/** The repairs of a session by its newest report, each with the time that it still takes where that is known. */
export function repairOutlooks(row: Row, sled: Sled, sources: RepairSources): readonly RepairOutlook[] {
  if (row['note'] !== null) return [];
  return repairsInReport(row).map((repair) => {
    const known = knownRepair(repair, sled, null, sources);
    const { eta, eta_least_seconds, eta_most_seconds, downstairs } = known;
    return {
      downstairs: downstairs === 0 || downstairs === 1 || downstairs === 2 ? downstairs : null,
      eta: typeof eta === 'string' && eta !== '?' ? eta : null,
      least: typeof eta_least_seconds === 'number' ? eta_least_seconds : null,
      most: typeof eta_most_seconds === 'number' ? eta_most_seconds : null,
    };
  });
}
