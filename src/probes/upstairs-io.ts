import { tableProbe } from '../kinds/table-probe.ts';

/** Guest IO of every upstairs process, in and out. */
export const upstairsIo = tableProbe({
  name: 'upstairs_io',
  summary: 'guest IO of every upstairs process, in and out',
  headings: 'ZONE PID F> F< W> W< R> R< WU> WU< B> B<',
  key: ['zone', 'pid'],
  kind: 'counts',
  pid: 'optional',
  interval: 4,
  cost: 'a count at the begin and end of each guest IO',
});
