import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { isComplete, type FleetReport } from '../../model/report.ts';
import type { Surroundings } from '../surroundings.ts';
import type { PlaceOptions } from './named-places.ts';

/** Throws `usage` where every sled was heard; where one was not, what was named may be there. */
export function sayNothingFound(
  word: string,
  report: FleetReport,
  { offline }: Pick<PlaceOptions, 'offline'>,
  { terminal }: Surroundings,
): void {
  const shown = printable(word);
  if (offline === true) {
    throw new FleetError(
      'usage',
      `${shown}: no kept fact names such an upstairs, zone or disk; facts list shows what is kept`,
    );
  }
  if (!isComplete(report)) {
    terminal.err.write(`${shown} was not found, and may be on a sled that did not answer in full\n`);
    return;
  }
  throw new FleetError(
    'usage',
    `${shown}: no upstairs or zone is called so on the selected sleds, and no kept fact names such a disk; ` +
      'names of disks are known once omdb db disks list, or JSON of the API, was given to facts import',
  );
}
