import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';
import { schemaErrors } from '../support/report-schema.ts';

const rack = withRack({
  isWarm: true,
  sledsPerRack: 2,
  propolisPerSled: 1,
  downstairsPerSled: 1,
  ioRate: 20,
  seed: 9,
});

interface Group {
  readonly keys: Readonly<Record<string, string>>;
  readonly count: number;
}

describe('latencies by interval', () => {
  it.each(['perf-ds-net', 'perf-vol', 'perf-downstairs-three'])(
    'of %s have the time as a key, whose groups add up to the whole',
    async (name) => {
      const to = join(rack.folder, name);
      const argv = ['run', name, '-w', '9s', '--interval', '3s', '--record', to, '-o', 'json'];
      const timed = JSON.parse((await rack.run([...argv, '--by', 'time'])).stdout);
      expect(schemaErrors(timed)).toEqual([]);
      expect(timed.complete).toBe(true);
      const groups: readonly Group[] = timed.distributions.groups;
      const times = [...new Set(groups.map(({ keys }) => keys['time']!))].toSorted();
      expect(times.length).toBeGreaterThanOrEqual(3);
      expect(times.length).toBeLessThanOrEqual(4);
      const starts = times.map((time) => Date.parse(time) / 1000);
      expect(starts.slice(1).map((start, i) => start - starts[i]!)).toEqual(times.slice(1).map(() => 3));
      const whole = JSON.parse((await run(['replay', to, '-o', 'json', '--by', 'type'])).stdout);
      const sums = (all: readonly Group[]) =>
        all.reduce((sum: Readonly<Record<string, number>>, { keys, count }) => {
          const what = `${keys['type']} ${keys['part'] ?? ''}`;
          return { ...sum, [what]: (sum[what] ?? 0) + count };
        }, {});
      expect(sums(groups)).toEqual(sums(whole.distributions.groups));
    },
  );

  it('are a row an interval in a heatmap: which minute was slow', async () => {
    const argv = ['run', 'perf-vol', '-w', '6s', '--interval', '3s', '--by', 'time', '--heatmap'];
    const { stdout } = await rack.run(argv);
    expect(stdout.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  /gm)!.length).toBeGreaterThan(4);
  });

  it('want to be told how long an interval is', async () => {
    const { status, stderr } = await rack.run(['run', 'perf-vol', '--by', 'time']);
    expect(stderr).toBe('cruc-fleet: --by time: it needs an interval, such as --interval 10s or 1m\n');
    expect(status).toBe(64);
  });
});
