import type { Row } from '../model/column.ts';
import type { FactBase } from './fact-base.ts';
import { placeOf, type KnownSleds } from './join.ts';
import type { UpstairsPlace } from './place.ts';
import { oldestAge } from './place-rows.ts';
import { askedOfRow } from './target-of.ts';
import { known, type Value } from './value.ts';

/** Both ends of the upstairs of a row, by kept facts; null where the row names none. */
export function placeOfRow(base: FactBase, row: Row, sleds: KnownSleds, now: number): UpstairsPlace | null {
  const id = row['upstairs_id'];
  return typeof id === 'string' ? placeOf(base, askedOfRow(id, row), sleds, now) : null;
}

/** The cells of `JOINED_COLUMNS` of an upstairs; null is what no kept fact tells, `outdated` what is contradicted. */
export function joinedCells(
  place: UpstairsPlace | null,
  nameOf: (serial: string) => string,
  now: number,
): Row {
  if (place === null) return EMPTY;
  const values: readonly Value<string>[] = [
    place.disk,
    place.instance,
    ...place.downstairs.flatMap(({ sled, physicalDisk }) => [sled, physicalDisk]),
  ];
  const ends = place.downstairs.map(({ index, sled, physicalDisk }): Row => {
    return {
      [`ds${index}_sled`]: cellOf(sled, nameOf),
      [`ds${index}_disk`]: cellOf(physicalDisk),
    };
  });
  return Object.assign(
    { disk: known(place.disk), instance: known(place.instance), facts_age: oldestAge(values, now) },
    ...ends,
  );
}

/** What is contradicted says so: null would look as if nobody had ever said it. */
function cellOf(value: Value<string>, show: (known: string) => string = String): string | null {
  if ('value' in value) return show(value.value);
  return value.unknown === 'outdated' ? value.unknown : null;
}

const EMPTY: Row = Object.fromEntries(
  [
    'disk',
    'instance',
    'facts_age',
    ...[0, 1, 2].flatMap((index) => [`ds${index}_sled`, `ds${index}_disk`]),
  ].map((name) => [name, null]),
);
