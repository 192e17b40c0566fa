import type { Column, Row } from '../model/column.ts';
import { tableLines } from './table-layout.ts';

/** Where a list is read. */
export interface ListReader {
  readonly width: number | null;
  readonly unicode: boolean;
}

/** A list that is not a report, by the rule of every table. */
export function listText(
  columns: readonly Column[],
  rows: readonly Row[],
  { width, unicode }: ListReader,
  headers = true,
): string {
  const { table, hidden } = tableLines(columns, rows, {
    width,
    headers,
    ...(unicode ? {} : { cutMark: '~' }),
  });
  return [...table, ...hidden].map((line) => `${line}\n`).join('');
}
