import { DATA_IO, joinedWord } from '../kinds/io-types.ts';
import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of IOs in the downstairs in three parts: to the system, in it, to the answer. */
export const perfDownstairsThree = latencyProbe({
  kind: 'latency-in-parts',
  name: 'perf-downstairs-three',
  summary: 'time of IOs in the downstairs in three parts: to the system, in it, to the answer',
  provider: 'downstairs',
  timed: DATA_IO.map((type) => ({
    type,
    taken: `submit-${joinedWord(type)}-start`,
    second: `os-${joinedWord(type)}-start`,
    third: `os-${joinedWord(type)}-done`,
    done: `submit-${joinedWord(type)}-done`,
  })),
  about: [
    'part 1 runs from when the downstairs takes an IO to when it starts its work on the files, 2 from there to when ' +
      'that work is done (for a flush: on all extents), 3 from there to when it is about to answer.',
  ],
  aggsize: '1m',
  cost: 'four timestamps an IO of a downstairs',
});
