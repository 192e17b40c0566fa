import { GUEST_IO, WRITES_OF_THE_GUEST } from '../kinds/io-types.ts';
import { latencyProbe } from '../kinds/latency-probe.ts';

/** Time of guest IOs in three parts: to the work queue, in the downstairs, to their end. */
export const perfUpstairsRw = latencyProbe({
  kind: 'latency-in-parts',
  name: 'perf-upstairs-rw',
  summary: 'time of guest IOs in three parts: to the work queue, in the downstairs, to their end',
  provider: 'upstairs',
  timed: GUEST_IO.map((type) => ({
    type,
    taken: `gw-${type}-start`,
    second: `up-to-ds-${type}-start`,
    third: `ds-${type}-client-done`,
    done: `gw-${type}-done`,
  })),
  about: [
    'part 1 runs from when the upstairs makes a job of an IO to when the job is on the queue for the three ' +
      'downstairs, 2 from there to the last answer of a downstairs that came before the end, 3 from there to the ' +
      'end. An IO that ends before any downstairs has answered counts in part 1 only.',
    WRITES_OF_THE_GUEST,
  ],
  aggsize: '1m',
  cost: 'about five timestamps a guest IO',
});
