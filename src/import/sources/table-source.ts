import type { TableForm } from '../../parse/headed-table.ts';
import { readTableRows } from '../../parse/table-rows.ts';
import type { SeenSled, SourceReading } from '../seen-sled.ts';

/** What became of a row: a sled, one that cannot be used, or a value that is none. */
export type RowRead =
  | { readonly sled: SeenSled }
  | { readonly leftOut: string }
  | { readonly doubt: string }
  | null;

/** Reads the sleds of tables of some forms. */
export function readTableSource<Name extends string>(
  text: string,
  forms: readonly TableForm<Name>[],
  readRow: (form: Name, cells: ReadonlyMap<string, string>) => RowRead,
  readText: (line: string) => RowRead | 'unknown' = () => 'unknown',
): SourceReading {
  const { found, leftOut, doubts } = readTableRows(
    text,
    forms,
    (form, cells) => asFound(readRow(form, cells)),
    (line) => {
      const read = readText(line);
      return read === 'unknown' ? read : asFound(read);
    },
  );
  return { sleds: found, leftOut, doubts };
}

function asFound(read: RowRead) {
  return read !== null && 'sled' in read ? { found: [read.sled] } : read;
}
