import { reportTable } from '../kinds/report-table.ts';
import { WORK } from './upstairs-info.ts';

/** State and work queues of the upstairs of one process. */
export const singleUpInfo = reportTable({
  name: 'single_up_info',
  summary: 'state and work queues of the upstairs of one process',
  ...WORK,
  pid: 'needed',
});
