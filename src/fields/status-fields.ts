import type { FieldName } from './report-fields.ts';

/** What `ds-state` reads of a report beside its ids. */
export const DS_STATE_FIELDS = ['ds'] as const satisfies readonly FieldName[];

/** What `lr-state` reads: the states too, since rows are filtered and sorted by them. */
export const LR_STATE_FIELDS = [
  'live_repair_completed',
  'live_repair_aborted',
  'ds',
] as const satisfies readonly FieldName[];

/** What `check` reads. A rule on another field of the report needs its name here, and `npm run scripts`. */
export const CHECK_FIELDS = [
  'ds',
  'live_repair_completed',
  'live_repair_aborted',
  'connected',
  'replaced',
  'extents_repaired',
  'extents_confirmed',
  'extent_under_repair',
  'reconciled',
  'reconcile_needed',
] as const satisfies readonly FieldName[];

/** What the one D program of all three prints of a report. */
export const STATUS_FIELDS: readonly FieldName[] = [
  ...new Set<FieldName>([...DS_STATE_FIELDS, ...LR_STATE_FIELDS, ...CHECK_FIELDS]),
];
