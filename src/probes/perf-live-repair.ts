import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of extent repair, by kind of repair job. */
export const perfLiveRepair = latencyProbe({
  name: 'perf-live-repair',
  summary: 'time of extent repair, by kind of repair job',
  keys: ['client'],
  cost: 'timestamps of repair jobs only',
});
