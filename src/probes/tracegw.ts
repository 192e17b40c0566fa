import { startAndDone } from '../kinds/count-table-spec.ts';
import { countTable } from '../kinds/count-table.ts';
import { GUEST_IO, WRITES_OF_THE_GUEST } from '../kinds/io-types.ts';

/** Guest IOs begun and done, by process. */
export const tracegw = countTable({
  name: 'tracegw',
  summary: 'guest IOs begun and done, by process',
  provider: 'upstairs',
  counted: startAndDone(GUEST_IO, (type) => `gw-${type}`),
  help: {
    done: 'IOs done; of writes, that two of the three downstairs have: more than START where a downstairs is given up',
  },
  about: [
    'An IO that was under way at the beginning or the end is in one of START and DONE only. The disks of one ' +
      'process are counted together.',
    WRITES_OF_THE_GUEST,
  ],
  limit: 'pid',
  interval: 0,
  cost: 'a count at the begin and end of each guest IO',
});
