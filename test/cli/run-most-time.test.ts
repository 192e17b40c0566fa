import { expect, it } from 'vitest';
import { mostTime } from '../../src/cli/run/long-run.ts';
import { findProbe } from '../../src/cli/run/prepare-run.ts';
import type { RunOptions } from '../../src/cli/run/run-options.ts';

const most = (name: string, options: Partial<RunOptions> = {}) =>
  mostTime(findProbe(name), { output: 'table', ...options } as RunOptions);

it.each(['upstairs_info', 'perf-vol', 'all_downstairs'])('%s goes on for an hour', (name) => {
  expect(most(name)).toEqual({ seconds: 3600, because: '' });
});

it('says why records that are kept end after ten minutes, and what goes on for longer', () => {
  const { seconds, because } = most('upstairs_raw');
  expect(seconds).toBe(600);
  expect(because).toContain('-o ndjson goes on for an hour');
  expect(most('upstairs_raw', { output: 'ndjson' }).seconds).toBe(3600);
});

it('says why a recorded run ends after ten minutes', () => {
  expect(most('upstairs_info', { record: '/tmp/night' })).toEqual({
    seconds: 600,
    because: ', since --record keeps all that the sleds send',
  });
});
