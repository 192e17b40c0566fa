import { isWellAsSeen } from '../drawing/healthy-fold.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';

/** The part of a page that says which sleds did not answer in full, and why. */
export const LACKING_ID = 'lacking';

/** The name of each sled in the page of a report; it holds nothing that a sled or an inventory says. */
export function sledAnchors({ outcomes }: FleetReport): ReadonlyMap<unknown, string> {
  return new Map(outcomes.map(({ sled }, index) => [sled.id, `sled-${index}`]));
}

/** Where the page of a report says more of a sled than its rack does; null for nowhere. */
export function sledLinks(report: FleetReport): (outcome: SledOutcome) => string | null {
  const anchors = sledAnchors(report);
  const isJudged = report.healthCounts !== null;
  const shown = new Set(report.rows.flatMap((row) => (isJudged && !isWellAsSeen(row) ? [row['sled']] : [])));
  return (outcome) => {
    if (outcome.status === 'failed' || outcome.issues.length > 0) return `#${LACKING_ID}`;
    return shown.has(outcome.sled.id) ? `#${anchors.get(outcome.sled.id) ?? LACKING_ID}` : null;
  };
}
