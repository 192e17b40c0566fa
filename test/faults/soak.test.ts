import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/simulator/random.ts';
import type { FaultName } from '../../src/simulator/fault.ts';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';
import { isLong, sized } from '../support/sized.ts';
import type { Expected } from './fault.ts';
import type { Field } from './field.ts';
import { readReport } from './seen.ts';
import { FAULT_TABLE, waysOf } from './table.ts';

const RUNS = sized(2, 500);
const SLEDS_A_RACK = sized(8, 32);
const SEED = Number(process.env['FAULTS_SEED'] ?? 1);

/** What a run of the program may leave in memory at most, once the garbage is gone: compiled code and no more. */
const MOST_LEFT_BYTES = 24 * 2 ** 20;

/** For faults that ask nothing of the place where they are. */
const NO_FIELD = new Proxy({} as Field, {
  get: () => {
    throw new Error('this fault needs a field');
  },
});

/** Faults of a sled that need nothing else, and end by themselves. */
const PLAIN: readonly { readonly fault: FaultName; readonly expected: Expected }[] = FAULT_TABLE.flatMap(
  (entry) => {
    if (!waysOf(entry).includes('direct') || entry.hits !== undefined) return [];
    const arranged = arrangedAlone(() => entry.arrange(NO_FIELD, 'direct'));
    return arranged === null ? [] : [{ fault: arranged, expected: entry.expect }];
  },
);

function arrangedAlone(arrange: () => unknown): FaultName | null {
  try {
    const arranged = arrange();
    if (typeof arranged !== 'object' || arranged === null || Object.keys(arranged).join() !== 'fault')
      return null;
    return (arranged as { readonly fault: FaultName }).fault;
  } catch {
    return null;
  }
}

const rack = withRack({
  racks: ['3', '4'],
  sledsPerRack: SLEDS_A_RACK,
  propolisPerSled: 0,
  downstairsPerSled: 0,
});

const warnings: string[] = [];
const hear = ({ name, message }: Error): void => void warnings.push(`${name}: ${message}`);

beforeAll(() => void process.on('warning', hear));
afterAll(() => void process.off('warning', hear));

/** What is open and what waits in this process; where the system does not show descriptors, what waits alone. */
function held() {
  const resources = process.getActiveResourcesInfo();
  return { timers: resources.filter((name) => name === 'Timeout').length, files: openFiles() };
}

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}

describe(`${RUNS} runs over sleds, some with a fault`, () => {
  it('have every sled once, as it is, and leave nothing behind', async () => {
    expect(PLAIN.length).toBeGreaterThan(12);
    const random = createRandom(SEED);
    const { simulation } = rack;
    const faults = new Map<string, Expected | null>();
    let baseline: { readonly held: ReturnType<typeof held>; readonly heap: number } | null = null;
    for (let round = 0; round <= RUNS; round++) {
      for (const { id } of simulation.sleds) {
        const chosen = random.next() < 0.3 ? PLAIN[random.below(PLAIN.length)] : undefined;
        await simulation.setFault(id, chosen?.fault ?? null);
        faults.set(id, chosen?.expected ?? null);
      }
      const ended = await run(['exec', '-r', '*', '-i', rack.inventory, '-o', 'json', '--', 'hostname'], {
        random: () => random.next() / 50,
      });
      const report = readReport(ended);
      expect(report.sleds.map(({ sled }) => sled)).toEqual(simulation.sleds.map(({ id }) => id));
      expect(
        report.sleds.map(({ sled, status, error, issues = [] }) => ({
          sled,
          status,
          code: error?.code ?? issues[0]?.code ?? null,
        })),
      ).toEqual(
        simulation.sleds.map(({ id }) => ({
          sled: id,
          status: faults.get(id)?.outcome ?? 'answered',
          code: faults.get(id)?.code ?? null,
        })),
      );
      expect(report.rows.map((row) => row['stdout'])).toEqual(
        simulation.sleds
          .filter(({ id }) => faults.get(id)?.outcome !== 'failed')
          .map(({ serial }) => `${serial}\n`),
      );
      expect(ended.status).toBe([...faults.values()].some((each) => each?.exit === 3) ? 3 : 0);
      // The first one loads what all of them need.
      if (round === 0) {
        for (const { id } of simulation.sleds) await simulation.setFault(id, null);
        await expect.poll(() => simulation.runningCommands()).toBe(0);
        baseline = { held: held(), heap: heapBytes() };
      }
    }
    for (const { id } of simulation.sleds) await simulation.setFault(id, null);
    await expect.poll(() => simulation.runningCommands()).toBe(0);
    if (baseline === null) throw new Error('no run');
    const { timers, files } = baseline.held;
    // A poll has timers of its own.
    await expect.poll(() => held().files ?? 0).toBeLessThanOrEqual(files ?? 0);
    expect(held().timers).toBeLessThanOrEqual(timers);
    expect(heapBytes() - baseline.heap).toBeLessThan(MOST_LEFT_BYTES);
    expect(warnings).toEqual([]);
  });

  it.runIf(isLong)('are what the soak is to be', () => {
    expect({ runs: RUNS, sleds: rack.simulation.sleds.length }).toEqual({ runs: 500, sleds: 64 });
  });
});
