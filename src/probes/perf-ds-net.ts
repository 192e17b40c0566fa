import { DATA_IO } from '../kinds/io-types.ts';
import { latencyProbe } from '../kinds/latency-probe.ts';
import { timed } from '../kinds/latency-spec.ts';

/** Time of jobs over the network and back, by downstairs. */
export const perfDsNet = latencyProbe({
  kind: 'latency',
  name: 'perf-ds-net',
  summary: 'time of jobs over the network and back, by downstairs',
  provider: 'upstairs',
  timed: timed(DATA_IO, 'client', (type) => `ds-${type}-net`),
  groups: ['client'],
  about: [
    'The time of a job runs from when it is sent to the downstairs of a client to when the answer arrives.',
  ],
  aggsize: '1m',
  dynvarsize: '16m',
  cost: 'six timestamps a guest IO',
});
