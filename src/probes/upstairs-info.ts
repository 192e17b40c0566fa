import type { ReportTable } from '../kinds/report-table-spec.ts';
import { reportTable } from '../kinds/report-table.ts';

/** The fields of the tables that show states and work queues, of all upstairs and of one process. */
export const WORK = {
  fields: [
    'ds',
    'up_count',
    'ds_count',
    'next_job_id',
    'delta',
    'write_bytes_out',
    'backpressure',
    'write_delay_us',
    'new',
    'in_progress',
    'done',
    'skipped',
    'error',
    'extents_repaired',
    'extents_confirmed',
  ],
  onlyLong: ['upstairs_id'],
} as const satisfies Pick<ReportTable, 'fields' | 'onlyLong'>;

/** State and work queues of every upstairs. */
export const upstairsInfo = reportTable({
  name: 'upstairs_info',
  summary: 'state and work queues of every upstairs',
  ...WORK,
  pid: 'optional',
});
