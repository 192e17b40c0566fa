/** A value of a row. `null` is "not known", which every output shows as such and never as 0 or "". */
export type Cell = string | number | boolean | null;

/** What one probe found out about one thing on one sled, by column name. */
export type Row = Readonly<Record<string, Cell>>;

/**
 * How a column's values are shown: what aligns right, what may be shortened, what is colored. `json` is the text of a
 * JSON value, which is that value in JSON.
 */
export type ColumnKind = 'text' | 'id' | 'zone' | 'state' | 'health' | 'count' | 'note' | 'json';

/**
 * What a column is to its reader, which decides what a narrow terminal shows: who a row is about, how that is, how
 * much, which ids it has, and what else there is to say.
 */
export type ColumnRole = 'identity' | 'state' | 'counter' | 'id' | 'detail';

const ROLE_OF_KIND: Readonly<Record<ColumnKind, ColumnRole>> = {
  zone: 'identity',
  state: 'state',
  health: 'state',
  count: 'counter',
  id: 'id',
  text: 'detail',
  note: 'detail',
  json: 'detail',
};

/** What a column is: as it says itself, else as its kind says. */
export function roleOf(column: Column): ColumnRole {
  return column.role ?? ROLE_OF_KIND[column.kind];
}

/** One column of a probe: its name for programs, its heading for people, and what it means, in one object. */
export interface Column {
  /** In JSON and CSV, and for `--columns` and `--sort-by`: lower_snake. */
  readonly name: string;
  /** In a table. */
  readonly heading: string;
  readonly kind: ColumnKind;
  /** One sentence, with the unit. */
  readonly help: string;
  /** Shown in a narrow table too. The other columns appear in `wide`, JSON, CSV and YAML. */
  readonly narrow?: boolean;
  /** Where its kind does not say it. */
  readonly role?: ColumnRole;
  /** Among columns of its role: the lowest is hidden first on a narrow terminal, of equal ones the rightmost. Default 0. */
  readonly rank?: number;
  /** It says which sled a row is of: those that are its identity are one short column on a narrow terminal. */
  readonly ofSled?: true;
  /** One of the values of the three downstairs, which are one column, `0/968/0`, on a narrow terminal. */
  readonly each?: { readonly name: string; readonly heading: string };
  /** What a table shows for a value that is not known, where a value is expected. Default `-`. */
  readonly unknownMark?: '?';
  /** Nobody declared it: it is one that a user's own script was seen to print, so that its meaning is not known. */
  readonly undeclared?: boolean;
}
