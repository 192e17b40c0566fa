import { countTable } from '../kinds/count-table.ts';
import { WORK_INCLUDES, WORK_OF_A_DOWNSTAIRS } from './all-downstairs.ts';

/** IO and work of one downstairs process. */
export const downstairsCount = countTable({
  name: 'downstairs_count',
  summary: 'IO and work of one downstairs process',
  provider: 'downstairs',
  counted: WORK_OF_A_DOWNSTAIRS,
  about: [WORK_INCLUDES],
  limit: 'needed pid',
  interval: 4,
  cost: 'a count at five steps of each IO of a downstairs',
});
