import { countTable } from '../kinds/count-table.ts';
import { WRITES_OF_THE_GUEST } from '../kinds/io-types.ts';

/** Guest IO of every upstairs process, in and out. */
export const upstairsIo = countTable({
  name: 'upstairs_io',
  summary: 'guest IO of every upstairs process, in and out',
  provider: 'upstairs',
  counted: [
    { column: 'flush_in', probe: 'gw-flush-start' },
    { column: 'flush_out', probe: 'gw-flush-done' },
    { column: 'write_in', probe: 'gw-write-start' },
    { column: 'write_out', probe: 'gw-write-done' },
    { column: 'read_in', probe: 'gw-read-start' },
    { column: 'read_out', probe: 'gw-read-done' },
    { column: 'write_unwritten_in', probe: 'gw-write-unwritten-start' },
    { column: 'write_unwritten_out', probe: 'gw-write-unwritten-done' },
    { column: 'barrier_in', probe: 'gw-barrier-start' },
    { column: 'barrier_out', probe: 'gw-barrier-done' },
  ],
  help: {
    write_out: 'writes that two of the three downstairs have; more than W> where a downstairs is given up',
    write_unwritten_out: 'writes of unwritten blocks that two of the three downstairs have',
  },
  about: [
    'The disks of one process are counted together: these probes do not say which disk it was.',
    WRITES_OF_THE_GUEST,
  ],
  limit: 'pid',
  interval: 4,
  cost: 'a count at the begin and end of each guest IO',
});
