import { RULES } from './rules/index.ts';
import { SHOWN_FIELDS } from './upstairs.ts';

type ColumnRead = (typeof RULES)[number]['columns'][number] | (typeof SHOWN_FIELDS)[number];

/** Every column that a rule reads or a mail shows, beyond who an upstairs is, its states and its health. */
export const COLUMNS_READ: readonly ColumnRead[] = [
  ...new Set<ColumnRead>([...SHOWN_FIELDS, ...RULES.flatMap((rule): readonly ColumnRead[] => rule.columns)]),
];

/** The field of a report that a column is of: `connected` of `connected_1`. */
type FieldOf<Column extends string> = Column extends `${infer Field}_${0 | 1 | 2}` ? Field : Column;

/** The fields of a report that these columns are of, each once. */
export const FIELDS_READ: readonly FieldOf<ColumnRead>[] = [...new Set(COLUMNS_READ.map(fieldOf))];

function fieldOf<Column extends string>(column: Column): FieldOf<Column> {
  const field = column.replace(/_[012]$/, '');
  if (!isFieldOf(field, column)) throw new Error(`${column} is a column of no field`);
  return field;
}

function isFieldOf<Column extends string>(field: string, column: Column): field is FieldOf<Column> {
  return column === field || /^_[012]$/.test(column.slice(field.length));
}
