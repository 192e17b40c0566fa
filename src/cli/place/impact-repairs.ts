import type { FactBase } from '../../facts/fact-base.ts';
import { placeOf, type KnownSleds } from '../../facts/join.ts';
import { askedOfRow } from '../../facts/target-of.ts';
import { known } from '../../facts/value.ts';
import type { Chronicle } from '../../history/chronicle.ts';
import { extentsOf, pastOf } from '../../history/repair-past.ts';
import type { RepairOutlook } from '../../impact/running.ts';
import type { Row } from '../../model/column.ts';
import type { Sled } from '../../model/sled.ts';
import { repairsInReport } from '../../probes/repairs.ts';
import { repairNow, withMore } from '../run/repair-rows.ts';

/** What is known beside the reports: the history, and how many extents disks have. */
export interface RepairSources {
  readonly chronicle: Chronicle | null;
  readonly base: FactBase;
  readonly sleds: KnownSleds;
  readonly now: number;
}

/** The repairs of a session by its newest report, each with the time that it still takes where that is known. */
export function repairOutlooks(
  row: Row,
  sled: Sled,
  { chronicle, base, sleds, now }: RepairSources,
): readonly RepairOutlook[] {
  if (row['note'] !== null) return [];
  return repairsInReport(row).map((repair) => {
    const asked = repairNow(repair, sled, now);
    const isKnown = chronicle !== null && asked !== null;
    const total = (isKnown ? extentsOf(chronicle, asked.who) : null) ?? extentsByFacts(row, base, sleds, now);
    const { eta, eta_least_seconds, eta_most_seconds, downstairs } = withMore(repair, {
      earlier: null,
      past: isKnown ? pastOf(chronicle, asked) : null,
      total,
    });
    return {
      downstairs: downstairs === 0 || downstairs === 1 || downstairs === 2 ? downstairs : null,
      eta: typeof eta === 'string' && eta !== '?' ? eta : null,
      least: typeof eta_least_seconds === 'number' ? eta_least_seconds : null,
      most: typeof eta_most_seconds === 'number' ? eta_most_seconds : null,
    };
  });
}

/** All three regions of an upstairs have as many. */
function extentsByFacts(row: Row, base: FactBase, sleds: KnownSleds, now: number): number | null {
  const id = row['upstairs_id'];
  if (typeof id !== 'string') return null;
  const [first] = placeOf(base, askedOfRow(id, row), sleds, now).downstairs;
  return known(first.extents);
}
