import type { Row } from '../model/column.ts';
import type { FactBase } from './fact-base.ts';
import { placeOf, type KnownSleds } from './join.ts';
import { oldestAge } from './place-rows.ts';
import { askedOfRow } from './target-of.ts';
import { known, type Value } from './value.ts';

/** The cells of `JOINED_COLUMNS` for a row of an upstairs; null is what no kept fact tells. */
export function joinedCells(
  base: FactBase,
  row: Row,
  sleds: KnownSleds,
  nameOf: (serial: string) => string,
  now: number,
): Row {
  const id = row['upstairs_id'];
  if (typeof id !== 'string') return EMPTY;
  const place = placeOf(base, askedOfRow(id, row), sleds, now);
  const values: readonly Value<string>[] = [
    place.disk,
    place.instance,
    ...place.downstairs.flatMap(({ sled, physicalDisk }) => [sled, physicalDisk]),
  ];
  const ends = place.downstairs.map(({ index, sled, physicalDisk }): Row => {
    const serial = known(sled);
    return {
      [`ds${index}_sled`]: serial === null ? null : nameOf(serial),
      [`ds${index}_disk`]: known(physicalDisk),
    };
  });
  return Object.assign(
    { disk: known(place.disk), instance: known(place.instance), facts_age: oldestAge(values, now) },
    ...ends,
  );
}

const EMPTY: Row = Object.fromEntries(
  [
    'disk',
    'instance',
    'facts_age',
    ...[0, 1, 2].flatMap((index) => [`ds${index}_sled`, `ds${index}_disk`]),
  ].map((name) => [name, null]),
);
