import { latencyProbe } from '../kinds/latency-probe.ts';
import { timed } from '../kinds/latency-spec.ts';

/** Time of reads from read-only parents. */
export const perfReqwest = latencyProbe({
  kind: 'latency',
  name: 'perf-reqwest',
  summary: 'time of reads from read-only parents',
  provider: 'upstairs',
  timed: timed(['read'], 'volume', (type) => `reqwest-${type}`),
  about: [
    "The time of a read runs from when the parent's layer takes it to when it has the data over HTTP. volume is " +
      'the UUID that the probe carries.',
  ],
  aggsize: '1m',
  cost: 'two timestamps and UUIDs a read of a parent',
});
