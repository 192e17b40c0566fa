import type { Cell, Row } from '../model/column.ts';

/** A cell for each column, in their order; what a row does not have is not known. */
export function inColumns(names: readonly string[], row: Row): Row {
  return Object.fromEntries(names.map((name): [string, Cell] => [name, row[name] ?? null]));
}
