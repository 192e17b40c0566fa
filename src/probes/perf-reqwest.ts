import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of reads from read-only parents. */
export const perfReqwest = latencyProbe({
  name: 'perf-reqwest',
  summary: 'time of reads from read-only parents',
  keys: ['volume'],
  cost: 'two timestamps and UUIDs a read of a parent',
});
