import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/simulator/clock.ts';
import { busyness, STEPS, stepNs } from '../../src/simulator/latency.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createWorld } from '../../src/simulator/rack-world.ts';
import type { SlowPart } from '../../src/simulator/slow-parts.ts';

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const percentile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.floor(values.length * share)] ?? 0;

/** So many times that a step took. */
function times(step: (typeof STEPS)[keyof typeof STEPS], blocks = 1, slowness = 1): number[] {
  const random = createRandom(11);
  return Array.from({ length: 5000 }, () => stepNs(random, step, blocks, slowness));
}

function rack(slow: readonly SlowPart[]) {
  const clock = manualClock();
  const world = createWorld({
    racks: ['3'],
    sledsPerRack: 2,
    propolisPerSled: 2,
    pantryPerRack: 0,
    downstairsPerSled: 1,
    degraded: 0,
    visible: () => true,
    seed: 4,
    crucible: () => 'today',
    ioRate: 30,
    clockOf: () => clock,
    slow,
  });
  return { clock, world };
}

const partOf = (pid: number | null, client: number | null): SlowPart => ({
  sled: '3/1',
  pid,
  client,
  times: 16,
});

/** The median bucket of reads over the network, by sled, PID and client, after ten seconds. */
function medians(slow: readonly SlowPart[]): ReadonlyMap<string, number> {
  const { clock, world } = rack(slow);
  for (const { crucible } of world.sleds) crucible.machine.onFiring(() => undefined);
  clock.advance(10_000);
  return new Map(
    world.sleds.flatMap(({ cubby, crucible }) =>
      crucible
        .truth()
        .io.latencies.filter(({ kind }) => kind === 'ds-read-net')
        .map(({ pid, client, buckets }) => {
          const values = Object.entries(buckets).flatMap(([bucket, count]) =>
            Array.from({ length: count }, () => Number(bucket)),
          );
          return [`${cubby} ${pid} ${client}`, percentile(values, 0.5)] as const;
        }),
    ),
  );
}

describe('simulated latencies', () => {
  it('have a median by kind and size, a spread, and a tail', () => {
    const read = times(STEPS.netRead);
    expect(percentile(read, 0.5) / STEPS.netRead.medianNs).toBeCloseTo(1, 1);
    expect(percentile(read, 0.9) / percentile(read, 0.5)).toBeGreaterThan(1.4);
    expect(percentile(read, 0.9) / percentile(read, 0.5)).toBeLessThan(2.2);
    expect(percentile(read, 0.998) / percentile(read, 0.5)).toBeGreaterThan(4);
    expect(percentile(times(STEPS.netFlush), 0.5)).toBeGreaterThan(5 * percentile(read, 0.5));
    expect(percentile(times(STEPS.netRead, 128), 0.5)).toBeGreaterThan(1.8 * percentile(read, 0.5));
    expect(times(STEPS.netRead, 1, 4)).toEqual(
      read.map((_, index) => expect.closeTo(4 * (read[index] ?? 0), -1)),
    );
  });

  it('come of disks of which one in eight is busy, and which do as much in the mean', () => {
    const random = createRandom(5);
    const all = Array.from({ length: 4000 }, () => busyness(random.uuid()));
    const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(all.filter((each) => each > 2).length / all.length).toBeCloseTo(1 / 8, 1);
  });
});

describe('a slow part', () => {
  const [first, second] = rack([])
    .world.sled('3/1')
    .crucible.processes()
    .filter(({ sessions }) => sessions.length > 0)
    .map(({ pid }) => pid);
  const isSlow = (slow: readonly SlowPart[]): string[] =>
    [...medians(slow)].filter(([, median]) => median > 2_000_000).map(([name]) => name);

  it('is a sled, a process or one downstairs of it, and no other', () => {
    expect(isSlow([])).toEqual([]);
    expect(isSlow([partOf(first!, 1)])).toEqual([`1 ${first} 1`]);
    expect(sorted(isSlow([partOf(second!, null)]).map((name) => Number(name.slice(-1))))).toEqual([0, 1, 2]);
    expect(isSlow([partOf(null, null)])).toHaveLength(6);
  });

  it('that is not there is an error that says what is', () => {
    expect(() => rack([partOf(1, null)])).toThrow(
      `no process 1 of Crucible on 3/1; there are ${first}, ${second}`,
    );
    expect(() => rack([{ ...partOf(null, null), sled: '3/2' }])).toThrow(
      'no sled 3/2 in this simulation; there are 3/0-1',
    );
  });
});
