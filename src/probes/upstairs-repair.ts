import { reportTable } from '../kinds/report-table.ts';

/** Counters of live repair, connections and extents, by downstairs. */
export const upstairsRepair = reportTable({
  name: 'upstairs_repair',
  summary: 'counters of live repair, connections and extents, by downstairs',
  fields: [
    'ds',
    'live_repair_completed',
    'live_repair_aborted',
    'live_repair_skipped',
    'connected',
    'replaced',
    'extents_repaired',
    'extents_confirmed',
  ],
  pid: 'optional',
});
