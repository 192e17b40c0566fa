import { isWellAsSeen } from '../drawing/healthy-fold.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';

/** The part of a page that says which sleds did not answer in full, and why. */
export const LACKING_ID = 'lacking';

/** A sled's name in the page of a report; it holds nothing that a sled or an inventory says. */
export function sledAnchor(sled: string, { outcomes }: FleetReport): string {
  return `sled-${outcomes.findIndex((outcome) => outcome.sled.id === sled)}`;
}

/** Where the page of a report says more of a sled than its rack does; null for nowhere. */
export function sledLink(outcome: SledOutcome, report: FleetReport): string | null {
  if (outcome.status === 'failed' || outcome.issues.length > 0) return `#${LACKING_ID}`;
  if (report.healthCounts === null) return null;
  const isShown = report.rows.some((row) => row['sled'] === outcome.sled.id && !isWellAsSeen(row));
  return isShown ? `#${sledAnchor(outcome.sled.id, report)}` : null;
}
