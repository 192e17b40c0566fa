import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of IOs in the downstairs, from receipt to answer. */
export const perfDownstairs = latencyProbe({
  name: 'perf-downstairs',
  summary: 'time of IOs in the downstairs, from receipt to answer',
  cost: 'two timestamps an IO of a downstairs',
});
