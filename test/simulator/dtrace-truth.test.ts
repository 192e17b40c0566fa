import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/simulator/clock.ts';
import { dtrace } from '../../src/simulator/d/dtrace.ts';
import { createWorld } from '../../src/simulator/rack-world.ts';

/** Runs a D program on a sled for some simulated seconds, ends it with TERM, and returns its lines and the truth. */
async function trace(program: string, seconds: number) {
  const clock = manualClock();
  const world = createWorld({
    racks: ['3'],
    sledsPerRack: 1,
    propolisPerSled: 2,
    pantryPerRack: 1,
    downstairsPerSled: 2,
    degraded: 1,
    visible: () => true,
    seed: 5,
    crucible: () => 'today',
    ioRate: 30,
    clockOf: () => clock,
  });
  const { crucible } = world.sled('3/0');
  let [stdout, stderr] = ['', ''];
  const run = dtrace(['-q', '-x', 'dynvarsize=64m', '-n', program], crucible.machine, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    readFile: () => '',
    appendFile: () => undefined,
  });
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    await Promise.resolve();
  }
  run.signal('TERM');
  clock.advance(3000);
  expect(await run.done).toBe(0);
  expect(stderr).toBe('');
  return { lines: stdout.split('\n').filter((line) => line !== ''), io: crucible.truth().io };
}

describe('what dtrace counts on a simulated sled', () => {
  it('are the firings that the truth has, by process and probe name', async () => {
    const { lines, io } = await trace(
      `crucible_upstairs*:::gw-*-start, crucible_downstairs*:::os-*-done { @[pid, probename] = count(); }
       END { printa("%d %s %@d\\n", @); }`,
      20,
    );
    const expected = io.processes.flatMap(({ pid, counts }) =>
      Object.entries(counts)
        .filter(([name]) => /^gw-.*-start$|^os-.*-done$/.test(name))
        .map(([name, count]) => `${pid} ${name} ${count}`),
    );
    expect(expected.length).toBeGreaterThan(20);
    expect(lines.toSorted()).toEqual(expected.toSorted());
  });

  it('are the latencies that the truth has, in the same buckets', async () => {
    const { lines, io } = await trace(
      `crucible_upstairs*:::volume-write-start { start[copyinstr(arg1), arg0] = timestamp; }
       crucible_upstairs*:::volume-write-done /start[copyinstr(arg1), arg0]/ {
         @[copyinstr(arg1)] = quantize(timestamp - start[copyinstr(arg1), arg0]);
         start[copyinstr(arg1), arg0] = 0;
       }
       END { printa("volume %s %@d\\n", @); }`,
      20,
    );
    const seen: string[] = [];
    let volume = '';
    for (const line of lines) {
      volume = /volume \{"ok":"([^"]+)"\}/.exec(line)?.[1] ?? volume;
      const [, bucket, count] = /^ *(\d+) \|@* *(\d+) *$/.exec(line) ?? [];
      if (bucket !== undefined && count !== '0') seen.push(`${volume} ${bucket} ${count}`);
    }
    const expected = io.latencies
      .filter(({ kind }) => kind === 'volume-write')
      .flatMap(({ volume_id, buckets }) =>
        Object.entries(buckets).map(([bucket, count]) => `${volume_id} ${bucket} ${count}`),
      );
    expect(expected.length).toBeGreaterThan(10);
    expect(seen.toSorted()).toEqual(expected.toSorted());
  });
});
