import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

/** Runs that end at their deadline, in real time. */
const rack = withRack({ sledsPerRack: 4, propolisPerSled: 1, ioRate: 25, seed: 5, time: 'real' });

const exec = (options: readonly string[], command: string) =>
  run(['exec', '-r', '*', '-i', rack.inventory, ...options, '--', command]);

describe.concurrent('a run with a deadline', () => {
  it('has what answered by then, says what did not, and has status 3', async () => {
    writeFileSync(join(rack.simulation.environmentFor('3/1').HOME, 'slow'), '');
    const options = ['--sled', '0-2', '--concurrency', '2', '--deadline', '10s', '-o', 'json'];
    const { status, stdout } = await exec(options, 'test -e slow && sleep 600; echo done');
    expect(status).toBe(3);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ interrupted: false, coverage: { selected: 3, answered: 2, failed: 1 } });
    expect(report.sleds[1].error).toMatchObject({
      code: 'deadline',
      message: 'the deadline of 10s passed before it had answered',
    });
  });

  it('says of sleds whose turn did not come that they were not tried', async () => {
    const options = ['--sled', '0,2', '--concurrency', '1', '--deadline', '1500ms'];
    const { status, stdout } = await exec(options, 'sleep 2');
    expect(status).toBe(3);
    expect(stdout).toMatch(/connect, not_tried: not tried: the deadline of 1s500ms passed first/);
  });

  it('keeps what had come of a longer answer', async () => {
    const argv = ['run', 'all_downstairs', '--for', '10m', '--interval', '1s', '--deadline', '10s'];
    const { status, stdout } = await rack.run([...argv, '--sled', '3/3', '-o', 'json']);
    expect(status).toBe(3);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(report).toMatchObject({ interrupted: false, complete: false });
    expect(report.rows).toHaveLength(2);
    expect(report.sleds[0].issues[0].message).toMatch(/^the deadline passed after .*: this is what had arrived/);
  });
});
