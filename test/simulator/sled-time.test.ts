import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { leapingClock } from '../../src/simulator/clock.ts';
import { simulatedTime } from '../../src/simulator/sled-time.ts';
import type { Simulation } from '../../src/simulator/simulate.ts';
import { withRack, type Rack } from '../support/rack.ts';
import { login, run } from './support/ssh-client.ts';

const SECOND = 1_000_000_000n;

const onSled = async (simulation: Simulation, sled: string, command: string): Promise<string> =>
  (await promisify(execFile)('/bin/sh', ['-c', command], { env: simulation.environmentFor(sled) })).stdout;

/** Lets everything happen that is ready to happen. */
const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
};

describe('a leaping clock', () => {
  it('calls what is due in order, each at its own time, and at once', async () => {
    const clock = leapingClock();
    const start = clock.now();
    const calls: [string, bigint][] = [];
    const note = (name: string) => () => calls.push([name, (clock.now() - start) / SECOND]);
    clock.after(3_600_000, note('hour'));
    clock.after(1000, () => {
      note('second')();
      clock.after(1000, note('after it'));
    });
    clock.after(2000, note('as early, asked for before'));
    const cancel = clock.after(1500, note('never'));
    cancel();
    await settle();
    expect(calls).toEqual([
      ['second', 1n],
      ['as early, asked for before', 2n],
      ['after it', 2n],
      ['hour', 3600n],
    ]);
  });

  it('stands still while somebody holds it, and while nothing is due', async () => {
    const clock = leapingClock();
    const start = clock.now();
    const releases = [clock.hold(), clock.hold()];
    let called = false;
    clock.after(1000, () => {
      called = true;
    });
    await settle();
    releases[0]!();
    releases[0]!();
    await settle();
    expect([called, clock.now() - start]).toEqual([false, 0n]);
    releases[1]!();
    await settle();
    expect([called, clock.now() - start]).toEqual([true, SECOND]);
  });
});

describe('the clocks of the sleds of a rack', () => {
  it('agree when the first of overlapping visits begins, and not in between', async () => {
    const time = simulatedTime();
    const [a, b, other] = ['3/a', '3/b', '4/a'].map((id) => time.clockOf({ id, rack: id[0]! }));
    const wait = async (seconds: number) => {
      a!.after(seconds * 1000, () => undefined);
      await settle();
    };
    await wait(10);
    const leave = time.visit('3');
    expect(b!.now()).toBe(a!.now());
    await wait(5);
    const leaveToo = time.visit('3');
    expect(a!.now() - b!.now()).toBe(5n * SECOND);
    leave();
    leaveToo();
    time.visit('3');
    expect(b!.now()).toBe(a!.now());
    expect(other!.now()).toBeLessThan(a!.now());
  });
});

const PRINT_REPORTS =
  'crucible_upstairs*:::up-status { printf("%d %d %s\\n", timestamp, pid, copyinstr(arg1)); } tick-5s { exit(0); }';

describe('sleds in simulated time', () => {
  const options = { sledsPerRack: 2, propolisPerSled: 2, degraded: 1 };
  const [rack, same, another] = [7, 7, 8].map((seed) => withRack({ ...options, seed }));
  const reports = async ({ simulation }: Rack) =>
    await onSled(simulation, '3/1', `dtrace -qZx strsize=4k -n '${PRINT_REPORTS}'`);

  it('print the same for the same seed, whenever they are asked, and other things for another', async () => {
    const [now, other] = await Promise.all([reports(rack!), reports(another!)]);
    expect(now.trim().split('\n').length).toBeGreaterThan(10);
    expect(other).not.toBe(now);
    expect(await reports(same!)).toBe(now);
  });

  it('trace for an hour within the time of a test', async () => {
    const hour = 'BEGIN, tick-3600s { printf("%d\\n", timestamp); } tick-3600s { exit(0); }';
    const lines = await onSled(rack!.simulation, '3/0', `dtrace -qn '${hour}'`);
    const [begin, end] = lines.trim().split('\n').map(BigInt);
    expect(end! - begin!).toBe(3600n * SECOND);
  });

  it('are watched at the same time by windows that are asked for together, however busy one was', async () => {
    const script = join(rack!.folder, 'window.d');
    writeFileSync(script, 'BEGIN, tick-2s { printf("%d\\n", timestamp); } tick-2s { exit(0); }');
    for (let i = 0; i < 3; i++) await onSled(rack!.simulation, '3/0', `dtrace -qs ${script}`);
    const logins = await Promise.all(['3/0', '3/1'].map(async (sled) => await login(rack!.simulation, sled)));
    const windows = [];
    for (const client of logins) windows.push((await run(client, `dtrace -qs ${script}`)).stdout);
    for (const client of logins) client.end();
    expect(windows[0]).toMatch(/^\d+\n\d+\n/);
    expect(windows[1]).toBe(windows[0]);
  });
});
