import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of jobs in the client tasks of the upstairs, by downstairs. */
export const perfDsClient = latencyProbe({
  name: 'perf-ds-client',
  summary: 'time of jobs in the client tasks of the upstairs, by downstairs',
  keys: ['client'],
  cost: 'six timestamps a guest IO',
});
