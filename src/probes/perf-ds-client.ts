import { GUEST_IO } from '../kinds/io-types.ts';
import { latencyProbe } from '../kinds/latency-probe.ts';
import { timed } from '../kinds/latency-spec.ts';

/** Time of jobs in the client tasks of the upstairs, by downstairs. */
export const perfDsClient = latencyProbe({
  kind: 'latency',
  name: 'perf-ds-client',
  summary: 'time of jobs in the client tasks of the upstairs, by downstairs',
  provider: 'upstairs',
  timed: timed(GUEST_IO, 'client', (type) => `ds-${type}-client`),
  groups: ['client'],
  about: [
    "The time of a job runs from when the upstairs hands it to a client's task to when that task returns the " +
      'answer of its downstairs.',
  ],
  aggsize: '1m',
  dynvarsize: '16m',
  cost: 'six timestamps a guest IO',
});
