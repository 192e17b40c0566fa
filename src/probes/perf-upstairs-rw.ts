import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of guest IOs in three parts: to the work queue, in the downstairs, to the acknowledgement. */
export const perfUpstairsRw = latencyProbe({
  name: 'perf-upstairs-rw',
  summary: 'time of guest IOs in three parts: to the work queue, in the downstairs, to the acknowledgement',
  keys: ['part'],
  cost: 'about five timestamps a guest IO',
});
