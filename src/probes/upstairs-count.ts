import { reportTable } from '../kinds/report-table.ts';

/** States, connections, live repairs and replacements, by downstairs. */
export const upstairsCount = reportTable({
  name: 'upstairs_count',
  summary: 'states, connections, live repairs and replacements, by downstairs',
  fields: ['ds', 'connected', 'live_repair_completed', 'live_repair_aborted', 'replaced'],
  pid: 'optional',
});
