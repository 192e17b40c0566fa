import { readChatter } from './chatter.ts';
import { readHeadedTables, type TableForm } from './headed-table.ts';
import { createIssueLog } from './lines.ts';
import { quoteLine } from './quote-line.ts';

/** What became of a row, or of a line that is none: things, one that cannot be used, a value that is none, or nothing. */
export type RowRead<T> =
  | { readonly found: readonly T[] }
  | { readonly leftOut: string }
  | { readonly doubt: string }
  | null;

export interface TableRows<T> {
  readonly found: readonly T[];
  readonly leftOut: readonly string[];
  readonly doubts: readonly string[];
}

/** So many rows, exactly, are a table that omdb has cut: its `--fetch-limit`. */
const LIMIT = 500;

/**
 * Reads the tables of some forms, in the order of the text. A row that lacks a value, a line under headings that is
 * neither a row nor a note, and a table at omdb's limit are doubts.
 */
export function readTableRows<Name extends string, T>(
  text: string,
  forms: readonly TableForm<Name>[],
  readRow: (form: Name, cells: ReadonlyMap<string, string>) => RowRead<T>,
  readText: (line: string) => RowRead<T> | 'unknown' = () => 'unknown',
): TableRows<T> {
  const found: T[] = [];
  const leftOut: string[] = [];
  const log = createIssueLog();
  let rows = 0;
  let isUnder = false;
  const take = (read: RowRead<T>, line: number): void => {
    if (read === null) return;
    if ('found' in read) found.push(...read.found);
    else if ('leftOut' in read) leftOut.push(read.leftOut);
    else log.add('warning', `line ${line}: ${read.doubt}`);
  };
  for (const each of readHeadedTables(text, forms)) {
    switch (each.kind) {
      case 'headings':
        isUnder = true;
        break;
      case 'note':
        if (/\bthe limit\b/.test(each.text))
          log.add('warning', `it says itself that it was cut: ${quoteLine(each.text)}`);
        break;
      case 'text': {
        const read = readText(each.text);
        if (read !== 'unknown') {
          isUnder = true;
          take(read, each.line);
        } else if (isUnder && readChatter(each.text) === null) {
          log.add('warning', `line ${each.line} is not a row, or was wrapped: ${quoteLine(each.text)}`);
        }
        break;
      }
      case 'row':
        rows++;
        if (each.lacks.length === 0 && each.isOpen) {
          log.add('warning', `line ${each.line} was cut: ${quoteLine(each.text)}`);
        } else if (each.lacks.length === 0) take(readRow(each.form, each.cells), each.line);
        else if (readChatter(each.text) === null) {
          log.add(
            'warning',
            `line ${each.line} has nothing under ${each.lacks.join(', ')}, so that it was cut or wrapped: ${quoteLine(each.text)}`,
          );
        }
    }
  }
  if (rows === LIMIT) {
    log.add(
      'warning',
      `it has ${LIMIT} rows exactly, which is omdb's limit: more may be missing (--fetch-limit)`,
    );
  }
  return { found, leftOut, doubts: log.all().map(({ message }) => message) };
}

/** Whether a text has headings of one of the forms. */
export function hasTable(text: string, forms: readonly TableForm[]): boolean {
  return readHeadedTables(text, forms).some(({ kind }) => kind === 'headings');
}
