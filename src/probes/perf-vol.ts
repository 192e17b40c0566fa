import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of volume IOs, by volume. */
export const perfVol = latencyProbe({
  name: 'perf-vol',
  summary: 'time of volume IOs, by volume',
  keys: ['volume'],
  cost: 'two timestamps and UUIDs a volume IO',
});
