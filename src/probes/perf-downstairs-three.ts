import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of IOs in the downstairs in three parts: to the system, in it, to the answer. */
export const perfDownstairsThree = latencyProbe({
  name: 'perf-downstairs-three',
  summary: 'time of IOs in the downstairs in three parts: to the system, in it, to the answer',
  keys: ['part'],
  cost: 'four timestamps an IO of a downstairs',
});
