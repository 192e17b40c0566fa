import { RULES } from './rules/index.ts';
import { SHOWN_FIELDS } from './upstairs.ts';

type ColumnRead = (typeof RULES)[number]['columns'][number] | (typeof SHOWN_FIELDS)[number];

/** Every column that a rule reads or a mail shows, beyond who an upstairs is, its states and its health. */
export const COLUMNS_READ: readonly ColumnRead[] = [
  ...new Set<ColumnRead>([...SHOWN_FIELDS, ...RULES.flatMap((rule): readonly ColumnRead[] => rule.columns)]),
];
