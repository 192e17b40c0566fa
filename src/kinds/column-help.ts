import { OTHER_COLUMNS } from '../fields/other-columns.ts';
import { columnsOfField, type FieldColumn } from '../fields/report-field.ts';
import { REPORT_FIELDS } from '../fields/report-fields.ts';
import type { Column } from '../model/column.ts';
import { columnNameOf } from '../parse/column-names.ts';

/** A column of a report as a table shows it. */
export function fieldColumn({ field, name, heading, help }: FieldColumn): Column {
  const { kind } = field;
  return {
    name,
    heading,
    kind: kind === 'id' || kind === 'state' ? kind : 'count',
    help,
    narrow: true,
    ...(field.rank === undefined ? {} : { rank: field.rank }),
    ...(name === field.name ? {} : { each: { name: field.name, heading: field.heading } }),
  };
}

/** By name. A field that each downstairs has stands as their sum too, which other scripts print. */
const KNOWN: ReadonlyMap<string, Column> = new Map([
  ...REPORT_FIELDS.map((field): [string, Column] => [
    field.name,
    fieldColumn({ ...field, field, help: `${field.help}, of all three downstairs` }),
  ]),
  ...OTHER_COLUMNS.map((column): [string, Column] => [column.name, { ...column, narrow: true }]),
  ...REPORT_FIELDS.flatMap((field) => columnsOfField(field)).map((each): [string, Column] => [
    each.name,
    fieldColumn(each),
  ]),
]);

/** The columns of headings, as `D1` or `F>`, with their names and what they mean. */
export function columnsOf(headings: readonly string[]): readonly Column[] {
  return headings.map((heading) => ({ ...columnNamed(columnNameOf(heading)), heading }));
}

/** The column of a name; of one that is not known, what can be said of it. */
export function columnNamed(name: string): Column {
  return (
    KNOWN.get(name) ?? {
      name,
      heading: name.toUpperCase(),
      kind: 'count',
      help: name.replaceAll('_', ' '),
      narrow: true,
    }
  );
}
