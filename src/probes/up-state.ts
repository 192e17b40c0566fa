import { reportTable } from '../kinds/report-table.ts';

/** Live repair and reconciliation, with the extent under repair. */
export const upState = reportTable({
  name: 'up_state',
  summary: 'live repair and reconciliation, with the extent under repair',
  fields: [
    'ds',
    'live_repair_completed',
    'live_repair_aborted',
    'extents_repaired',
    'extents_confirmed',
    'extent_under_repair',
    'reconciled',
    'reconcile_needed',
    'reconcile_aborted',
  ],
  pid: 'optional',
});
