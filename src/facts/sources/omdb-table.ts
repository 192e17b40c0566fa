import type { TableForm } from '../../parse/headed-table.ts';
import { hasTable, readTableRows, type RowRead } from '../../parse/table-rows.ts';
import type { Fact } from '../fact.ts';
import type { FactSource } from '../source.ts';

/** The value under a heading; empty where there is none. */
type Cell = (heading: string) => string;

/** A source that is a table of one form. `read` gives the facts of a row, or why it cannot be read. */
export function omdbTable(
  about: Pick<FactSource, 'help' | 'looks'>,
  form: TableForm,
  read: (cell: Cell) => RowRead<Fact>,
): FactSource {
  return {
    ...about,
    recognises: (text) => hasTable(text, [form]),
    read: (text) => {
      const { found, doubts } = readTableRows<string, Fact>(text, [form], (_, cells) =>
        read((heading) => cells.get(heading) ?? ''),
      );
      return { facts: found, issues: doubts };
    },
  };
}

/** That an id of a row is none: it was cut, or the row moved from its headings. */
export function noId(heading: string, text: string): { readonly doubt: string } {
  return {
    doubt: `${JSON.stringify(text.slice(0, 60))} under ${heading} is not a UUID: the row was cut, or moved`,
  };
}
