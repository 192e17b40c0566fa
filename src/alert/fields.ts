import type { Row } from '../model/column.ts';
import type { Downstairs } from './subject.ts';

/** A value for each downstairs; null is not known. */
export type Three = readonly [number | null, number | null, number | null];

/** The columns of a field that a report has for each downstairs: `connected_0` to `connected_2`. */
export function perDownstairs<const N extends string>(name: N): readonly [`${N}_0`, `${N}_1`, `${N}_2`] {
  return [`${name}_0`, `${name}_1`, `${name}_2`];
}

/** A number of a row; null where it is not known. */
export function numberIn(row: Row, column: string): number | null {
  const cell = row[column];
  return typeof cell === 'number' ? cell : null;
}

/** What `perDownstairs` names, of a row. */
export function threeIn(row: Row, name: string): Three {
  return three((downstairs) => numberIn(row, `${name}_${downstairs}`));
}

/** Something for each downstairs. */
export function three<T>(make: (downstairs: Downstairs) => T): [T, T, T] {
  return [make(0), make(1), make(2)];
}
