import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of jobs over the network and back, by downstairs. */
export const perfDsNet = latencyProbe({
  name: 'perf-ds-net',
  summary: 'time of jobs over the network and back, by downstairs',
  keys: ['client'],
  cost: 'six timestamps a guest IO',
});
