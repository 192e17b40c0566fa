import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of guest IOs in the upstairs, from job to acknowledgement. */
export const perfgw = latencyProbe({
  name: 'perfgw',
  summary: 'time of guest IOs in the upstairs, from job to acknowledgement',
  cost: 'two timestamps a guest IO',
});
