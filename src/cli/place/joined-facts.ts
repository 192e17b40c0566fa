import { createFactBase } from '../../facts/fact-base.ts';
import { disksNamed, disksOfInstance } from '../../facts/find-upstairs.ts';
import { diskIdOf } from '../../facts/disk-of.ts';
import { joinedCells, placeOfRow } from '../../facts/join-rows.ts';
import type { UpstairsPlace } from '../../facts/place.ts';
import { ageText } from '../../facts/age.ts';
import { trustOrder } from '../../facts/value.ts';
import type { TalkOptions } from '../options/output-options.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Row } from '../../model/column.ts';
import { describeError, FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { FactBase } from '../../facts/fact-base.ts';
import type { FactFilterOptions } from '../options/fact-filter-options.ts';
import type { RowFilter } from '../options/filters.ts';
import { knownSleds, namesOf } from './known-sleds.ts';
import { openFacts } from './open-facts.ts';
import type { Surroundings } from '../surroundings.ts';

/** What kept facts are to a command that shows upstairs. */
export interface JoinedFacts {
  readonly placeOf: (row: Row) => UpstairsPlace | null;
  readonly cells: (row: Row) => Row;
  /** The name of a sled in the inventory by its serial. */
  readonly nameOf: (serial: string) => string;
  /** Rows of the disks and instances that are named; null where none is. */
  readonly filter: RowFilter | null;
}

/**
 * Opens what is kept, for joined columns and for `--disk` and `--instance`. Null where it cannot be had and nothing of it
 * was asked for; rejects where something was.
 */
export async function openJoinedFacts(
  options: FactFilterOptions & TalkOptions & { readonly isNeeded: boolean },
  inventory: Inventory,
  surroundings: Surroundings,
): Promise<JoinedFacts | null> {
  const isNamed = options.disk !== undefined || options.instance !== undefined;
  const isNeeded = options.isNeeded || isNamed;
  let base: FactBase;
  try {
    base = createFactBase(await openFacts(surroundings));
  } catch (error) {
    if (isNeeded || !(error instanceof FleetError)) throw error;
    surroundings.terminal.err.write(`warning: kept facts are left out: ${printable(describeError(error))}\n`);
    return null;
  }
  const now = surroundings.now().getTime();
  if (options.isNeeded && options.quiet !== true) sayAge(base, now, surroundings);
  const sleds = knownSleds(inventory, null);
  const nameOf = namesOf(inventory);
  const placeOf = (row: Row) => placeOfRow(base, row, sleds, now);
  return {
    placeOf,
    nameOf,
    cells: (row) => joinedCells(placeOf(row), nameOf, now),
    filter: isNamed ? filterOf(base, options) : null,
  };
}

/** A table with these columns alone does not show how old they are. */
function sayAge(base: FactBase, now: number, { terminal }: Surroundings): void {
  const [newest] = base.sets.toSorted(trustOrder);
  const oldest = base.sets.toSorted(trustOrder).at(-1);
  if (newest === undefined || oldest === undefined) return;
  terminal.err.write(
    `places are by kept facts: newest ${ageText(newest, now)}, oldest ${ageText(oldest, now)}\n`,
  );
}

function filterOf(base: FactBase, { disk, instance }: FactFilterOptions): RowFilter {
  const disks = disk?.flatMap((word) => found('disk', word, disksNamed(base, word)));
  const ofInstances = instance?.flatMap((word) => found('instance', word, disksOfInstance(base, word)));
  const texts = [
    ...(disk === undefined ? [] : [`disk ${disk.join(',')}`]),
    ...(instance === undefined ? [] : [`instance ${instance.join(',')}`]),
  ];
  return {
    text: texts.join('; '),
    keeps: (row) => {
      const id = row['upstairs_id'];
      if (typeof id !== 'string') return false;
      // The upstairs of a read-only parent is of its disk too.
      const own = [id, diskIdOf(base, id)];
      return [disks, ofInstances].every((ids) => ids === undefined || own.some((each) => ids.includes(each)));
    },
  };
}

function found(option: 'disk' | 'instance', word: string, ids: readonly string[]): readonly string[] {
  if (ids.length > 0) return ids;
  const source = option === 'disk' ? 'omdb db disks list' : 'omdb db instances and omdb db disks list';
  throw new FleetError(
    'usage',
    `--${option}: no kept fact names the ${option} '${printable(word)}'; give what ${source}, or the API, prints to cruc-fleet facts import`,
  );
}
