import { DATA_IO, joinedWord } from '../kinds/io-types.ts';
import { latencyProbe } from '../kinds/latency-probe.ts';
import { timed } from '../kinds/latency-spec.ts';

/** Time of IOs in the downstairs, from receipt to answer. */
export const perfDownstairs = latencyProbe({
  kind: 'latency',
  name: 'perf-downstairs',
  summary: 'time of IOs in the downstairs, from receipt to answer',
  provider: 'downstairs',
  timed: [
    ...timed(DATA_IO, 'job', (type) => `submit-${joinedWord(type)}`),
    { type: 'close', by: 'job', start: 'submit-el-close-start', done: ['submit-el-close-done'] },
    { type: 'flush-close', by: 'job', start: 'submit-el-flush-close-start', done: ['submit-el-close-done'] },
    { type: 'repair', by: 'job', start: 'submit-el-repair-start', done: ['submit-el-repair-done'] },
    { type: 'reopen', by: 'job', start: 'submit-el-reopen-start', done: ['submit-el-done'] },
    { type: 'noop', by: 'job', start: 'submit-el-noop-start', done: ['submit-el-done'] },
  ],
  about: [
    'The time of an IO runs from when the downstairs takes it to when it is about to answer. close, flush-close, ' +
      'repair, reopen and noop are jobs of live repair. Barriers are not timed: no probe says when one is done.',
  ],
  cost: 'two timestamps an IO of a downstairs',
});
