import { DATA_IO, joinedWord } from '../kinds/io-types.ts';
import { latencyProbe } from '../kinds/latency-probe.ts';
import { timed } from '../kinds/latency-spec.ts';

/** Time of IOs that the downstairs gave to the system. */
export const perfDownstairsOs = latencyProbe({
  kind: 'latency',
  name: 'perf-downstairs-os',
  summary: 'time of IOs that the downstairs gave to the system',
  provider: 'downstairs',
  timed: timed(DATA_IO, 'job', (type) => `os-${joinedWord(type)}`),
  groups: ['pid'],
  about: [
    'The time of an IO runs from when the downstairs starts its work on the files to when that work is done.',
  ],
  cost: 'two timestamps an IO of a downstairs',
});
