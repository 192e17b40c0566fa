import { latencyProbe } from '../kinds/latency-probe.ts';
import { timed } from '../kinds/latency-spec.ts';

/**
 * What ends the part of one downstairs in a job. Crucible fires both for each acknowledgement of a reopen, of a no-op
 * and of the no-op that a healthy downstairs gets in a repair; the first ends whichever of them has begun.
 */
const ACKNOWLEDGED = ['ds-noop-done', 'ds-reopen-done'] as const;

/** Time of extent repair, by kind of repair job. */
export const perfLiveRepair = latencyProbe({
  kind: 'latency',
  name: 'perf-live-repair',
  summary: 'time of extent repair, by kind of repair job',
  provider: 'upstairs',
  timed: [
    ...timed(['close', 'repair', 'noop', 'reopen'], 'job', (type) => `gw-${type}`),
    { type: 'extent', by: 'extent', start: 'gw-close-start', done: ['gw-reopen-done'] },
    { type: 'ds-close', by: 'client', start: 'ds-close-start', done: ['ds-close-done'] },
    { type: 'ds-repair', by: 'client', start: 'ds-repair-start', done: ['ds-repair-done', ...ACKNOWLEDGED] },
    { type: 'ds-noop', by: 'client', start: 'ds-noop-start', done: ACKNOWLEDGED },
    { type: 'ds-reopen', by: 'client', start: 'ds-reopen-start', done: ACKNOWLEDGED },
  ],
  about: [
    'type is close, repair, noop or reopen for one of the four jobs that repair an extent, from when the upstairs ' +
      'makes it to when all three downstairs have done it; extent for the whole, from the start of close to the ' +
      'end of reopen; and ds-close, ds-repair, ds-noop or ds-reopen for the part of one downstairs in a job, which ' +
      'are the only ones with a client.',
  ],
  aggsize: '1m',
  cost: 'timestamps of repair jobs only',
});
