import type { Row } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { isComplete, type FleetReport } from '../../model/report.ts';
import { sayLines } from '../options/say-lines.ts';
import type { Surroundings } from '../surroundings.ts';
import type { PlaceOptions } from './named-places.ts';

/**
 * Throws `usage` where every sled was heard. Says else that what was named may be where one was not, or that what runs
 * in the zone that was named does not say which upstairs it is.
 */
export function sayNothingFound(
  word: string,
  report: FleetReport,
  nameless: readonly Row[],
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
  if (nameless.length > 0) {
    sayLines(terminal.err, nameless.map(namelessText).map(printable));
    return;
  }
  if (!isComplete(report)) {
    const where = `${shown} was not found, and may be on a sled that did not answer in full`;
    const isId = /^[0-9a-f-]+$/i.test(word);
    sayLines(terminal.err, [isId ? where : `${where}; names of disks are known only from facts import`]);
    return;
  }
  throw new FleetError(
    'usage',
    `${shown}: no upstairs or zone is called so on the selected sleds, and no kept fact names such a disk; ` +
      'names of disks are known once omdb db disks list, or JSON of the API, was given to facts import',
  );
}

/** An old Crucible reports states and no ids; what did not report says neither. */
function namelessText({ zone, pid, ds0, ds1, ds2 }: Row): string {
  const states = [ds0, ds1, ds2].every((state) => typeof state === 'string')
    ? ` (${[ds0, ds1, ds2].join(', ')})`
    : '';
  return `${String(zone)}, pid ${String(pid)}${states}: it does not say which upstairs it is, so nothing can be joined with it`;
}
