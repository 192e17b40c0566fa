import { tableProbe } from '../kinds/table-probe.ts';

/** IO and work of every downstairs process. */
export const allDownstairs = tableProbe({
  name: 'all_downstairs',
  summary: 'IO and work of every downstairs process',
  headings: 'ZONE PID F> F< W> W< R> R< WS WIP WD WU> WU<',
  key: ['zone', 'pid'],
  kind: 'counts',
  pid: 'optional',
  interval: 4,
  cost: 'a count at five steps of each IO of a downstairs',
});
