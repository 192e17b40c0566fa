/** A value of a row. `null` is "not known", which every output shows as such and never as 0 or "". */
export type Cell = string | number | boolean | null;

/** What one probe found out about one thing on one sled, by column name. */
export type Row = Readonly<Record<string, Cell>>;

/**
 * How a column's values are shown: what aligns right, what may be shortened, what is colored. `json` is the text of a
 * JSON value, which is that value in JSON.
 */
export type ColumnKind = 'text' | 'id' | 'zone' | 'state' | 'health' | 'count' | 'note' | 'json';

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
  /** Nobody declared it: it is one that a user's own script was seen to print, so that its meaning is not known. */
  readonly undeclared?: boolean;
}
