import { createFactBase } from '../../facts/fact-base.ts';
import type { SledNaming } from '../../facts/blast-words.ts';
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
import { factFilter, type FactFilter } from './fact-filter.ts';
import { knownSleds, namesOf, shortNamesOf } from './known-sleds.ts';
import { openFacts } from './open-facts.ts';
import type { Surroundings } from '../surroundings.ts';

/** What kept facts are to a command that shows upstairs. */
export interface JoinedFacts extends SledNaming {
  readonly placeOf: (row: Row) => UpstairsPlace | null;
  readonly cells: (row: Row) => Row;
  /** Rows of the disks and instances that are named; null where none is. */
  readonly filter: RowFilter | null;
}

/**
 * Opens what is kept, for joined columns and for `--disk` and `--instance`. Null where it cannot be had and nothing of it
 * was asked for; rejects where something was.
 */
export async function openJoinedFacts(
  options: FactFilterOptions & TalkOptions & { readonly isNeeded: boolean; readonly isSilent?: boolean },
  inventory: Inventory,
  surroundings: Surroundings,
): Promise<JoinedFacts | null> {
  const isNamed = options.disk !== undefined || options.instance !== undefined;
  const isNeeded = options.isNeeded || isNamed;
  let base: FactBase;
  try {
    base = createFactBase(await openFacts(surroundings, options.isSilent));
  } catch (error) {
    if (isNeeded || !(error instanceof FleetError)) throw error;
    if (options.isSilent !== true)
      surroundings.terminal.err.write(
        `warning: kept facts are left out: ${printable(describeError(error))}\n`,
      );
    return null;
  }
  // Ages are of the moment that asks: what is served goes on for days.
  const now = () => surroundings.now().getTime();
  if (options.isNeeded && options.quiet !== true) sayAge(base, now(), surroundings);
  const sleds = knownSleds(inventory, null);
  const nameOf = namesOf(inventory);
  const filter = factFilter(base, options);
  const placeOf = (row: Row) => placeOfRow(base, row, sleds, now());
  return {
    placeOf,
    nameOf,
    shortNameOf: shortNamesOf(inventory),
    cells: (row) => joinedCells(placeOf(row), nameOf, now()),
    filter: filter === null ? null : rowsOf(filter),
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

function rowsOf({ text, keeps }: FactFilter): RowFilter {
  return { text, keeps: ({ upstairs_id: id }) => typeof id === 'string' && keeps(id) };
}
