/** One value of the up-status report of an upstairs, or one for each of its three downstairs: the only definition. */
export interface ReportField {
  /** In JSON and CSV, in scripts and rules: lower_snake, without the number of a downstairs. */
  readonly name: string;
  /** In a table, without the number of a downstairs. */
  readonly heading: string;
  /** `gauge` is how it is now, `counter` only grows within a session. */
  readonly kind: 'id' | 'state' | 'gauge' | 'counter';
  /** One sentence, with the unit. */
  readonly help: string;
  /** Where it stands in the report under `ok`; `[n]` is the number of the downstairs. */
  readonly path: string;
  /** A value for each of the three downstairs. */
  readonly each?: true;
  /** As of a column: the lowest is hidden first on a narrow terminal. */
  readonly rank?: number;
  /** As a metric, where it has another name there (`_count` is a histogram's); null for what cannot be added up. */
  readonly metric?: string | null;
  /** Columns that it needs in a table by hand, without the blank before it. */
  readonly width: number;
  /** The first Crucible that reports it, and the last; without them all do. */
  readonly since?: string;
  readonly until?: string;
}

/** A field as one column of a table, and where its value stands in the report. */
export interface FieldColumn {
  readonly field: ReportField;
  /** `ds0`, `in_progress_2`, `up_count`. */
  readonly name: string;
  readonly heading: string;
  readonly help: string;
  /** Under `ok`. */
  readonly path: string;
}

/** The three downstairs of every upstairs. */
export const DOWNSTAIRS = [0, 1, 2] as const;

/** The columns of a field: one, or one for each downstairs. */
export function columnsOfField(field: ReportField): readonly FieldColumn[] {
  const { name, heading, help, path } = field;
  if (field.each !== true) return [{ field, name, heading, help, path }];
  return DOWNSTAIRS.map((client) => ({
    field,
    name: field.kind === 'state' ? `${name}${client}` : `${name}_${client}`,
    heading: `${heading}${client}`,
    help: help.includes('the downstairs')
      ? help.replace('the downstairs', `downstairs ${client}`)
      : `${help}, of downstairs ${client}`,
    path: path.replace('[n]', `[${client}]`),
  }));
}
