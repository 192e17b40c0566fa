import { tableProbe } from '../kinds/table-probe.ts';

/** IO and work of one downstairs process. */
export const downstairsCount = tableProbe({
  name: 'downstairs_count',
  summary: 'IO and work of one downstairs process',
  headings: 'ZONE PID F> F< W> W< R> R< WS WIP WD WU> WU<',
  key: ['zone', 'pid'],
  kind: 'counts',
  pid: 'needed',
  interval: 4,
  cost: 'a count at five steps of each IO of a downstairs',
});
