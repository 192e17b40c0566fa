import { FleetError } from '../model/error.ts';
import type { ReadReport } from '../reports/read-report.ts';
import { pictureOf, type Picture } from './picture.ts';

/** What a row must have to be compared. */
const NEEDED = ['zone', 'pid', 'upstairs_id', 'session_id', 'ds0', 'ds1', 'ds2'] as const;

/** The picture that a report of states is. Throws `usage` for one whose rows lack what is compared. */
export function pictureOfReport(report: ReadReport): Picture {
  const rows = report.outcomes.flatMap((outcome) => (outcome.status === 'answered' ? outcome.rows : []));
  const lacking = NEEDED.find((name) => rows.some((row) => !Object.hasOwn(row, name)));
  if (lacking !== undefined) {
    throw new FleetError(
      'usage',
      `${report.name} has rows without '${lacking}'; compare what ds-state or check gave, without --columns`,
    );
  }
  return pictureOf(report);
}
