import { tableProbe } from '../kinds/table-probe.ts';

/** Guest IOs begun and done, by process. */
export const tracegw = tableProbe({
  name: 'tracegw',
  summary: 'guest IOs begun and done, by process',
  headings: 'ZONE PID TYPE START DONE',
  key: ['zone', 'pid', 'type'],
  kind: 'counts',
  pid: 'optional',
  interval: 0,
  cost: 'a count at the begin and end of each guest IO',
});
