import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of IOs that the downstairs gave to the system. */
export const perfDownstairsOs = latencyProbe({
  name: 'perf-downstairs-os',
  summary: 'time of IOs that the downstairs gave to the system',
  cost: 'two timestamps an IO of a downstairs',
});
