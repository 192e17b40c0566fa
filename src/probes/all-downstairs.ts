import type { Counted } from '../kinds/count-table-spec.ts';
import { countTable } from '../kinds/count-table.ts';

/** What the tables of downstairs processes count. */
export const WORK_OF_A_DOWNSTAIRS: readonly Counted[] = [
  { column: 'flush_in', probe: 'submit-flush-start' },
  { column: 'flush_out', probe: 'submit-flush-done' },
  { column: 'write_in', probe: 'submit-write-start' },
  { column: 'write_out', probe: 'submit-write-done' },
  { column: 'read_in', probe: 'submit-read-start' },
  { column: 'read_out', probe: 'submit-read-done' },
  { column: 'work_submitted', probe: 'work-start' },
  { column: 'work_in_progress', probe: 'work-process' },
  { column: 'work_done', probe: 'work-done' },
  { column: 'write_unwritten_in', probe: 'submit-writeunwritten-start' },
  { column: 'write_unwritten_out', probe: 'submit-writeunwritten-done' },
];

/** What its last columns count too. */
export const WORK_INCLUDES = 'Barriers and the jobs of live repair count in WS, WIP and WD too.';

/** IO and work of every downstairs process. */
export const allDownstairs = countTable({
  name: 'all_downstairs',
  summary: 'IO and work of every downstairs process',
  provider: 'downstairs',
  counted: WORK_OF_A_DOWNSTAIRS,
  about: [WORK_INCLUDES],
  limit: 'pid',
  interval: 4,
  cost: 'a count at five steps of each IO of a downstairs',
});
