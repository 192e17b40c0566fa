import { GUEST_IO, WRITES_OF_THE_GUEST } from '../kinds/io-types.ts';
import { latencyProbe } from '../kinds/latency-probe.ts';
import { timed } from '../kinds/latency-spec.ts';

/** Time of guest IOs in the upstairs: of a write, until two of the three downstairs have it. */
export const perfgw = latencyProbe({
  kind: 'latency',
  name: 'perfgw',
  summary: 'time of guest IOs in the upstairs; of a write, until two of the three downstairs have it',
  provider: 'upstairs',
  timed: timed(GUEST_IO, 'job', (type) => `gw-${type}`),
  about: [
    'The time of an IO runs from when the upstairs makes a job of it to when the job is done.',
    WRITES_OF_THE_GUEST,
  ],
  cost: 'two timestamps a guest IO',
});
